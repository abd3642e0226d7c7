import { realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Hono } from 'hono';
import { expect, onTestFinished, vi } from 'vitest';
import { access } from '../../src/main/api/access.ts';
import { createApi } from '../../src/main/api/app.ts';
import { Host } from '../../src/main/api/host.ts';
import type { ScanSetup } from '../../src/main/scan/index.ts';
import { makeColourDataset, SMALL_DATASET, TINY_MODELS } from './colourDataset.ts';
import { scannedOnce } from './scannedOnce.ts';
import { temporaryDataFolder, temporaryFolder, useDataFolder } from './temporaryFolder.ts';

export const ORIGIN = 'http://127.0.0.1:4000';
export const TOKEN = 'the-token';

/**
 * A host on the tiny model, closed when the test ends.
 * @param scan how it was started to scan, where that matters
 */
export function createHost(scan: Partial<ScanSetup> = {}): Host {
  temporaryDataFolder();
  const host = tinyHost(scan);
  onTestFinished(() => host.close());
  return host;
}

const tinyHost = (scan: Partial<ScanSetup> = {}) =>
  new Host({
    version: '0.0.0',
    annotator: 'ann',
    exportFolder: realpathSync(tmpdir()),
    scan: { model: join(TINY_MODELS, 'tiny.onnx'), modelsFolder: TINY_MODELS, provider: 'cpu', ...scan },
  });

/** Resolves when a scan that is about to start has ended; the fit after it may still run. */
export function scanEnd(host: Host): Promise<void> {
  return new Promise((resolve) => {
    // A change is the last event of a scan, and is sent during it too.
    const onChange = () => {
      if (host.workspace.job?.state === 'running') return;
      host.off('change', onChange);
      resolve();
    };
    host.on('change', onChange);
  });
}

type MakeDataset = (folder: string) => Promise<void>;

const makeSmallDataset: MakeDataset = (folder) => makeColourDataset(folder, SMALL_DATASET);

/**
 * The API over a scanned dataset whose labels were learned, as a page sees it: `get` and `send` answer status and
 * JSON. Tests of a file that name the same `make` share the folder, which they must not change, and its one scan; the
 * project is a test's own.
 */
export async function scannedApi(make: MakeDataset = makeSmallDataset) {
  const data = temporaryDataFolder();
  const place = await scannedOnce(make, data, async (place, scanned) => {
    const folder = join(place, 'faces');
    await make(folder);
    await scanAndLearn(folder, scanned);
  });
  const host = tinyHost();
  onTestFinished(() => host.close());
  const folder = join(place, 'faces');
  await host.open(folder);
  return { host, folder, ...clientOf(host) };
}

/** As scannedApi, with a folder of the test's own that has just been scanned: the fit after it may still run. */
export async function freshlyScannedApi(make: MakeDataset = makeSmallDataset) {
  const host = createHost();
  const folder = join(temporaryFolder(), 'faces');
  await make(folder);
  await openAndScan(host, folder);
  return { host, folder, ...clientOf(host) };
}

async function scanAndLearn(folder: string, data: string): Promise<void> {
  const leave = useDataFolder(data);
  const host = tinyHost();
  try {
    await openAndScan(host, folder);
    await vi.waitFor(() => expect(host.workspace.job).toMatchObject({ kind: 'fit', state: 'done' }), {
      timeout: 120_000,
      interval: 20,
    });
  } finally {
    await host.close();
    leave();
  }
}

async function openAndScan(host: Host, folder: string): Promise<void> {
  await host.open(folder);
  const done = scanEnd(host);
  await host.startScan();
  await done;
}

export function guardedApp(host: Host): Hono {
  const guard = access({ token: TOKEN, hosts: () => ['127.0.0.1:4000'], cookieName: () => 'grefel_4000' });
  return new Hono().use(guard).route('/', createApi(host));
}

/** Requests that name their dataset; see createApi. */
const WITHOUT_DATASET = /^\/(state|events|preferences|folders|recent|inspections|project|datasets)\b/;

/** As a page that shows the dataset that is open: it names that one in every address that is about a dataset. */
export function datasetPath(host: Host, path: string): string {
  const { opening } = host.revision();
  return WITHOUT_DATASET.test(path) ? `/api${path}` : `/api/datasets/${opening ?? 'none'}${path}`;
}

export function clientOf(host: Host) {
  const app = guardedApp(host);
  const headers = {
    host: '127.0.0.1:4000',
    authorization: `Bearer ${TOKEN}`,
    'content-type': 'application/json',
  };
  const answer = async (response: Response) => ({ status: response.status, body: await response.json() });
  return {
    app,
    request: (path: string, options: RequestInit = {}) =>
      app.request(`${ORIGIN}${datasetPath(host, path)}`, { ...options, headers }),
    /** What the page's client uses, whose addresses are relative to the core that served it. */
    fetch: async (address: string | URL | Request, options: RequestInit = {}) =>
      app.request(new URL(String(address), ORIGIN).href, { ...options, headers }),
    sendText: async (method: 'POST' | 'PUT', path: string, body: string) =>
      answer(await app.request(`${ORIGIN}${datasetPath(host, path)}`, { method, headers, body })),
    get: async (path: string) =>
      answer(await app.request(`${ORIGIN}${datasetPath(host, path)}`, { headers })),
    send: async (method: 'POST' | 'PUT', path: string, body: unknown = {}) =>
      answer(
        await app.request(`${ORIGIN}${datasetPath(host, path)}`, {
          method,
          headers,
          body: JSON.stringify(body),
        }),
      ),
  };
}
