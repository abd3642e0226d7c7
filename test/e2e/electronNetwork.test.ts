import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { openDesktop } from '../support/desktopWindow.ts';
import { hasElectron } from '../support/electronRuntime.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { startDisplay } from '../support/xvfb.ts';

let display: Awaited<ReturnType<typeof startDisplay>>;

/** A server that counts what arrives, over UDP and TCP, on every address of this machine. */
async function countingServer() {
  const arrived = { datagrams: 0, connections: 0 };
  const udp = createSocket('udp4', () => arrived.datagrams++);
  const tcp = createServer((socket) => {
    arrived.connections++;
    socket.on('error', () => {}).destroy();
  });
  udp.bind(0);
  tcp.listen(0);
  await Promise.all([once(udp, 'listening'), once(tcp, 'listening')]);
  onTestFinished(() => {
    udp.close();
    tcp.close();
  });
  const addresses = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
  const hosts = addresses.filter(({ family }) => family === 'IPv4').map(({ address }) => address);
  const servers = hosts.flatMap((host) => [
    { urls: `stun:${host}:${udp.address().port}` },
    {
      urls: `turn:${host}:${(tcp.address() as AddressInfo).port}?transport=tcp`,
      username: 'name',
      credential: 'word',
    },
  ]);
  return { arrived, servers };
}

/** Offers a connection from the page, or from a frame that it makes; answers how many of its own addresses were found. */
function offerConnection(page: Page, servers: object[], inFrame: boolean): Promise<number> {
  return page.evaluate(
    async ([iceServers, framed]) => {
      const frame = document.createElement('iframe');
      document.body.append(frame);
      const scope = framed ? (frame.contentWindow as unknown as typeof globalThis) : globalThis;
      const connection = new scope.RTCPeerConnection({ iceServers } as never);
      connection.createDataChannel('out');
      let found = 0;
      const gathered = new Promise<void>((resolve) => {
        connection.onicecandidate = ({ candidate }) => {
          if (candidate === null) resolve();
          else found++;
        };
      });
      await connection.setLocalDescription(await connection.createOffer());
      await Promise.race([gathered, new Promise((resolve) => setTimeout(resolve, 8000))]);
      return found;
    },
    [servers, inFrame] as const,
  );
}

describe.skipIf(!hasElectron && process.env.REQUIRE_E2E !== '1')(
  'the network, from the desktop window',
  () => {
    beforeAll(async () => {
      display = await startDisplay();
    });
    afterAll(() => display?.stop());

    it('is not reached by WebRTC, over UDP or TCP, from the page or from a frame in it', async () => {
      const { arrived, servers } = await countingServer();
      const { page } = await openDesktop({ data: temporaryFolder(), display: display.name });
      await page.getByRole('button').first().waitFor();
      expect(await offerConnection(page, servers, false)).toBe(0);
      expect(await offerConnection(page, servers, true)).toBe(0);
      expect(arrived).toEqual({ datagrams: 0, connections: 0 });
    });

    it('is not reached by a connection that is only prepared, nor by one past the session', async () => {
      const { arrived, servers } = await countingServer();
      const [address] = servers.map(({ urls }) => /^turn:(.*)\?/.exec(urls)?.[1]).filter(Boolean);
      const { app, page } = await openDesktop({ data: temporaryFolder(), display: display.name });
      await page.evaluate((host) => {
        for (const rel of ['preconnect', 'dns-prefetch', 'prefetch']) {
          const link = Object.assign(document.createElement('link'), { rel, href: `http://${host}/` });
          document.head.append(link);
        }
      }, address as string);
      const answer = await app.evaluate(
        ({ net }, host) =>
          net.fetch(`http://${host}/`, { bypassCustomProtocolHandlers: true }).then(
            () => 'answered',
            (error: Error) => error.message,
          ),
        address as string,
      );
      expect(answer).toMatch(/ERR_/);
      expect(arrived.connections).toBe(0);
    });

    it.each(['about:blank', 'about:blank#grefel://app/', 'about:srcdoc', 'blob:'])(
      'a page that goes to %s is back at once, and nothing but the page is answered',
      async (address) => {
        const { app, page } = await openDesktop({ data: temporaryFolder(), display: display.name });
        await page.getByRole('button').first().waitFor();
        const foreign = await app.evaluateHandle(({ session, BrowserWindow }) => {
          const answered: string[] = [];
          session.defaultSession.webRequest.onCompleted(({ url, frame }) => {
            if (url.includes('/api/') && frame && !frame.url.startsWith('grefel://app/'))
              answered.push(frame.url);
          });
          // asked from the document that is gone to, the moment that it is there
          const contents = BrowserWindow.getAllWindows()[0]?.webContents;
          contents?.on('did-navigate', (_event, url) => {
            if (!url.startsWith('grefel:'))
              void contents
                .executeJavaScript("fetch('grefel://app/api/state').catch(() => {})")
                .catch(() => {});
          });
          return answered;
        });
        await page
          .evaluate((to) => {
            location.href = to === 'blob:' ? URL.createObjectURL(new Blob(['<p>elsewhere'])) : to;
          }, address)
          .catch(() => {}); // the document is gone before it answers
        await new Promise((resolve) => setTimeout(resolve, 500));
        // asked of the window itself: the test's own page may wait for a navigation that was refused
        const shown = () =>
          app.evaluate(({ BrowserWindow }) =>
            BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScript(
              "fetch('/api/state').then(({ status }) => [location.href, status, !!document.querySelector('button')], String)",
            ),
          );
        await expect.poll(shown, { timeout: 8000 }).toEqual(['grefel://app/', 200, true]);
        expect(await foreign.jsonValue()).toEqual([]);
      },
    );

    it('a frame with a document of its own gets no answer', async () => {
      const { page } = await openDesktop({ data: temporaryFolder(), display: display.name });
      const answer = await page.evaluate(async () => {
        const frame = Object.assign(document.createElement('iframe'), { srcdoc: '<p>framed' });
        const loaded = new Promise((resolve) => frame.addEventListener('load', resolve));
        document.body.append(frame);
        await loaded;
        const framed = frame.contentWindow as unknown as typeof globalThis;
        return framed.fetch(`${location.origin}/api/state`).then(
          ({ status }) => String(status),
          (error: Error) => error.message,
        );
      });
      expect(answer).toBe('Failed to fetch');
    });
  },
);
