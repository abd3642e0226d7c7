import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { api, exportAddress } from '../../../src/renderer/client/api.ts';
import { announceReturn } from '../../../src/renderer/client/coreReturn.ts';
import type { ApiFailure } from '../../../src/renderer/client/failure.ts';
import { openedDataset } from '../../../src/renderer/client/openedDataset.svelte.ts';

const browserFetch = globalThis.fetch;
let core = '';

/** A page's addresses are relative to the core that served it; Node's fetch has no page. */
beforeEach(() => {
  openedDataset.use('first', false);
  globalThis.fetch = (address, options) => browserFetch(new URL(String(address), core), options);
});
afterEach(() => {
  globalThis.fetch = browserFetch;
});

async function startCore(answer: RequestListener): Promise<void> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  core = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  onTestFinished(() => void server.close());
}

const failureOf = (request: Promise<unknown>) =>
  request.then(
    () => expect.unreachable('the request succeeded'),
    (error: ApiFailure) => error,
  );

describe('the client of the page', () => {
  it('sends a verdict as JSON and answers what came back', async () => {
    const received: string[] = [];
    await startCore(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      received.push(`${request.method} ${request.url} ${request.headers['content-type']} ${body}`);
      response.end('{"canUndo":true,"canRedo":false,"counts":{}}');
    });
    const verdict = { sampleIds: [3], verdict: 'relabelled', label: 2 } as const;
    expect(await api.saveVerdict('first', { ...verdict, sampleIds: [3] })).toMatchObject({ canUndo: true });
    expect(received).toEqual([
      `POST /api/datasets/first/verdicts application/json ${JSON.stringify(verdict)}`,
    ]);
  });

  it('reports what went wrong and what to do, as the core says it', async () => {
    await startCore((_request, response) => {
      response.writeHead(507).end('{"code":"disk-full","message":"The disk is full.","hint":"Make room."}');
    });
    const failure = await failureOf(api.undo('first', 'one-press'));
    expect(failure).toMatchObject({ code: 'disk-full', message: 'The disk is full.', hint: 'Make room.' });
    expect(failure.isConnection).toBe(false);
  });

  it('says that the page is no longer signed in, whatever the body', async () => {
    await startCore((_request, response) => response.writeHead(401).end('no'));
    expect(await failureOf(api.state())).toMatchObject({ code: 'session' });
  });

  it('distinguishes a core that is gone from one that refuses', async () => {
    core = 'http://127.0.0.1:9';
    expect((await failureOf(api.undo('first', 'one-press'))).isConnection).toBe(true);
  });

  /**
   * A core that goes away during its first requests, or in the middle of its answers, and reports when it is
   * back.
   */
  async function startDyingCore(deaths: number, dies: 'before' | 'within' = 'before') {
    const asked: string[] = [];
    await startCore((request, response) => {
      asked.push(request.method ?? '');
      if (asked.length > deaths) return response.end('{"views":[]}');
      if (dies === 'within') response.write('{"views":');
      setImmediate(() => request.socket.destroy());
    });
    const timer = setInterval(announceReturn, 20);
    onTestFinished(() => clearInterval(timer));
    return asked;
  }

  it.each(['before', 'within'] as const)(
    'reads once more when a core that died %s its answer is back',
    async (dies) => {
      const asked = await startDyingCore(1, dies);
      expect(await api.views()).toEqual({ views: [] });
      expect(asked).toEqual(['GET', 'GET']);
    },
  );

  it('gives up a read that meets a dying core twice', async () => {
    const asked = await startDyingCore(2);
    expect((await failureOf(api.views())).isConnection).toBe(true);
    expect(asked).toEqual(['GET', 'GET']);
  });

  it('repeats nothing that may have been heard', async () => {
    const asked = await startDyingCore(1);
    expect((await failureOf(api.saveViews([]))).isConnection).toBe(true);
    expect(asked).toEqual(['PUT']);
  });

  it('takes no answer about a dataset whose place another has taken meanwhile', async () => {
    await startCore((_request, response) => {
      openedDataset.use('second', false);
      response.end('{"views":[]}');
    });
    expect(await failureOf(api.views())).toMatchObject({ code: 'dataset-changed' });
  });

  it('asks for the same dataset under the name that a core that died has given it', async () => {
    const asked: string[] = [];
    openedDataset.use('died', false);
    await startCore((request, response) => {
      asked.push(request.url ?? '');
      if (asked.length > 1) return response.end('{"views":[]}');
      request.socket.destroy();
      openedDataset.use('the same', true);
      setTimeout(announceReturn, 20);
    });
    expect(await api.views()).toEqual({ views: [] });
    expect(asked).toEqual(['/api/datasets/died/views', '/api/datasets/the%20same/views']);
  });

  it('asks a core that died for nothing of a dataset that it has not opened again', async () => {
    const asked: string[] = [];
    await startCore((request) => {
      asked.push(request.url ?? '');
      request.socket.destroy();
      openedDataset.use('second', false);
      setTimeout(announceReturn, 20);
    });
    expect(await failureOf(api.views())).toMatchObject({ code: 'dataset-changed' });
    expect(asked).toEqual(['/api/datasets/first/views']);
  });

  it('names the export by its choices', () => {
    const request = {
      what: 'changed',
      unreviewed: 'suggestion',
      above: 0.8,
      format: 'jsonl',
      excluded: 'keep',
    } as const;
    expect(exportAddress(request)).toBe(
      '/api/datasets/first/export/file?what=changed&unreviewed=suggestion&above=0.8&format=jsonl&excluded=keep',
    );
  });
});
