import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { JobProgress } from '../../../src/protocol/api.ts';
import type { Overview, RunComparison } from '../../../src/protocol/overview.ts';
import type { QueueItem, QueueSnapshot } from '../../../src/protocol/queue.ts';
import { scannedApi } from '../../support/apiHost.ts';
import { TINY_MODELS } from '../../support/colourDataset.ts';

type Api = Awaited<ReturnType<typeof scannedApi>>;

const comparisonOf = async (api: Api) => ((await api.get('/overview')).body as Overview).comparison;

async function idsOf(api: Api, filter: object): Promise<number[]> {
  const { queueId } = (await api.send('POST', '/queues', { filter })).body as QueueSnapshot;
  const { items } = (await api.get(`/queues/${queueId}/items?limit=100`)).body as { items: QueueItem[] };
  return items.map(({ id }) => id).sort((a, b) => a - b);
}

/** Until the fit that is on its way, or is about to begin, is done and shown. */
function nextFit({ host }: Api): Promise<void> {
  return new Promise((resolve) => {
    const onJob = ({ kind, state }: JobProgress) => {
      if (kind !== 'fit' || state !== 'done') return;
      host.off('job', onJob);
      host.once('change', () => resolve());
    };
    host.on('job', onJob);
  });
}

const scan = { model: join(TINY_MODELS, 'tiny.onnx'), modelsFolder: TINY_MODELS, provider: 'cpu' as const };

/** Everything is predicted again; without a head the flags depend only on the model. */
async function rescan({ host }: Api, withoutTunedModel: boolean): Promise<void> {
  const { finished } = await host.workspace.startScan({ ...scan, rescan: true, withoutTunedModel });
  await finished;
}

describe('two runs', () => {
  it('are compared once classes mean something else; each change is a queue, and verdicts stay', async () => {
    const api = await scannedApi();
    expect(await comparisonOf(api)).toBeNull();
    await rescan(api, true);
    const flaggedBefore = await idsOf(api, { show: 'flagged' });
    await api.send('POST', '/verdicts', { sampleIds: flaggedBefore, verdict: 'kept' });

    const fitted = nextFit(api);
    await api.send('PUT', '/classes', { mapping: { happy: 'sadness', sad: 'happiness' } });
    await fitted;
    const comparison = (await comparisonOf(api)) as RunComparison;
    const flaggedNow = await idsOf(api, { show: 'flagged' });
    expect(flaggedNow).not.toEqual(flaggedBefore);
    expect(await idsOf(api, { show: 'newly-flagged' })).toEqual(
      flaggedNow.filter((id) => !flaggedBefore.includes(id)),
    );
    expect(await idsOf(api, { show: 'no-longer-flagged' })).toEqual(
      flaggedBefore.filter((id) => !flaggedNow.includes(id)),
    );
    expect(comparison).toMatchObject({ images: 12, before: { name: comparison.now.name } });
    expect(comparison.before.how).toBe('standard precision, unsure images checked twice');
    expect(comparison.gained + comparison.stillFlagged).toBe(flaggedNow.length);
    expect(comparison.lost + comparison.stillFlagged).toBe(flaggedBefore.length);
    for (const [before, counts] of comparison.suggested.entries()) {
      for (const [now, count] of counts.entries()) {
        expect(await idsOf(api, { show: 'all', earlier: [before], suggested: [now] })).toHaveLength(count);
      }
    }
    expect(await idsOf(api, { show: 'all', statuses: ['kept'] })).toEqual(flaggedBefore);
  });

  it('are compared after everything was scanned again, even when the dataset is reopened', async () => {
    const api = await scannedApi();
    await rescan(api, false);
    await rescan(api, false);
    const comparison = { images: 12, gained: 0, lost: 0, stillFlagged: 2, suggestionChanged: 0 };
    expect(await comparisonOf(api)).toMatchObject(comparison);
    await api.host.close();
    await api.host.open(api.folder);
    expect(await comparisonOf(api)).toMatchObject(comparison);
  });
});
