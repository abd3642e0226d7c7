import { app, type Session, type WebContents } from 'electron';
import { PAGE_ORIGIN } from '../../shared/desktop.ts';

/**
 * What no page may do here, whatever it is: go elsewhere, open windows, embed other content, ask for the camera.
 * What it may save is decided in exports.ts. See docs/security.md.
 */
export function refuseEverythingElse(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  // Nothing of the network is ever needed: not by the page, and not by Chromium itself.
  session.webRequest.onBeforeRequest((details, answer) => answer({ cancel: !isAllowedAddress(details.url) }));
  app.on('web-contents-created', (_event, contents) => confine(contents));
}

function confine(contents: WebContents): void {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  contents.on('will-navigate', (event) => {
    if (!event.url.startsWith(`${PAGE_ORIGIN}/`)) event.preventDefault();
  });
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
}

function isAllowedAddress(url: string): boolean {
  return ['grefel:', 'devtools:', 'blob:', 'data:'].includes(new URL(url).protocol);
}
