import { app, type OnBeforeRequestListenerDetails, type Session, type WebContents } from 'electron';
import { PAGE_ORIGIN } from '../../../protocol/desktop.ts';
import { developmentServer } from './developmentServer.ts';

/**
 * A proxy whose name no resolver may look up: anything that would leave the machine outside the requests that
 * a session sees (WebRTC over TCP, preconnections, name look-ups) has nowhere to go.
 */
const NO_NETWORK = {
  'host-resolver-rules': 'MAP * ~NOTFOUND',
  'proxy-server': 'socks5://no-network.invalid:9',
  'proxy-bypass-list': '<-loopback>', // by default a proxy is not asked about this machine itself
};

/** Of Vite's server the window needs one socket, which says what has changed. */
const ONLY_LOOPBACK = {
  ...NO_NETWORK,
  'host-resolver-rules': 'MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
  'proxy-bypass-list': '127.0.0.1',
};

/** Before the app is ready: takes the network away from Chromium. */
export function closeNetwork(): void {
  const switches = developmentServer() === null ? NO_NETWORK : ONLY_LOOPBACK;
  for (const [name, value] of Object.entries(switches)) app.commandLine.appendSwitch(name, value);
}

/**
 * What no page may do here: go elsewhere, open windows, embed other content, use the camera. exports.ts
 * decides what it may save. See docs/security.md.
 */
export function refuseEverythingElse(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  // Nothing of the network is ever needed: not by the page, and not by Chromium itself.
  session.webRequest.onBeforeRequest((details, answer) =>
    answer({ cancel: !isAllowedAddress(details.url) || isOfForeignPage(details) }),
  );
}

/** What no page may do in any session. */
export function confineContents(): void {
  app.on('web-contents-created', (_event, contents) => confine(contents));
}

function confine(contents: WebContents): void {
  // WebRTC ignores sessions: without a proxy for UDP, of which there is none, it opens no UDP socket.
  contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp');
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  contents.on('will-frame-navigate', (event) => {
    if (!event.isMainFrame || !isOwnAddress(event.url)) event.preventDefault();
  });
  // about:blank is gone to without a question: its requests are refused, and the page is loaded again.
  const backFrom = (url: string) => {
    if (!isOwnAddress(url)) void contents.loadURL(`${PAGE_ORIGIN}/`);
  };
  contents.on('did-navigate', (_event, url) => backFrom(url));
  contents.on('did-fail-load', (_event, _code, _description, url, isMainFrame) => {
    if (isMainFrame) backFrom(url);
  });
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
}

/** Whether a request comes from a document that is not the app's page. One that is being left has no frame any more. */
function isOfForeignPage({ frame, resourceType }: OnBeforeRequestListenerDetails): boolean {
  if (resourceType === 'mainFrame' || !frame) return false;
  return frame.parent !== null || !isOwnAddress(frame.url);
}

function isOwnAddress(url: string): boolean {
  return url.startsWith(`${PAGE_ORIGIN}/`);
}

function isAllowedAddress(url: string): boolean {
  const { protocol, host } = new URL(url);
  if (protocol === 'ws:') return host === developmentServer()?.host;
  return ['grefel:', 'devtools:', 'blob:', 'data:'].includes(protocol);
}
