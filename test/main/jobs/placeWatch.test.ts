import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { BatchJob } from '../../../src/main/jobs/batchJob.ts';
import { PlaceWatch, readInPlace } from '../../../src/main/jobs/placeWatch.ts';
import { Workspace } from '../../../src/main/workspace/index.ts';
import type { JobProgress } from '../../../src/protocol/api.ts';
import { makeColourDataset, SMALL_DATASET, TINY_MODELS } from '../../support/colourDataset.ts';
import { withFailingStorage } from '../../support/failingStorage.ts';
import { temporaryDataFolder, temporaryFolder } from '../../support/temporaryFolder.ts';

const SETUP = { model: join(TINY_MODELS, 'tiny.onnx'), modelsFolder: TINY_MODELS, provider: 'cpu' } as const;

async function opened(): Promise<Workspace> {
  temporaryDataFolder();
  const folder = join(temporaryFolder(), 'faces');
  await makeColourDataset(folder, SMALL_DATASET);
  const workspace = await Workspace.open(folder, 'ann');
  onTestFinished(() => workspace.close());
  return workspace;
}

/** A job that reads this many files of a folder, four at a time, as a scan does. */
function modelJob(folder: string, count: number, listen: (job: JobProgress) => void) {
  const items = Array.from({ length: count }, (_, id) => ({ id, path: `${id}.png` }));
  const place = new PlaceWatch(folder);
  const waiting = [...items];
  const stored: { id: number; ok: boolean }[] = [];
  const read = (batch: typeof items) =>
    Promise.all(
      batch.map(async ({ id, path }) => {
        const bytes = await readFile(join(folder, path)).catch(() => null);
        return bytes === null
          ? { id, file: null, ok: false as const, problem: 'file not found' }
          : { id, file: {}, ok: true as const };
      }),
    );
  const job = new BatchJob({
    kind: 'scan',
    done: 0,
    total: count,
    nextBatch: () => waiting.splice(0, 4),
    run: (batch: typeof items) => readInPlace(place, batch, read),
    store: (results) => void stored.push(...results),
    close: async () => {},
    progress: listen,
  });
  return { job, stored };
}

describe('a job that reads images', () => {
  it.each([false, true])(
    'pauses with the reason when their drive goes away, and goes on with the same images (mount point left: %s)',
    async (leaveEmpty) => {
      const folder = join(temporaryFolder(), 'faces');
      mkdirSync(folder);
      for (let id = 0; id < 40; id++) writeFileSync(join(folder, `${id}.png`), 'bytes');
      let isAway = false;
      let reason: JobProgress['error'] = null;
      const { job, stored } = modelJob(folder, 40, (progress) => {
        if (progress.done >= 12 && !isAway) {
          isAway = true;
          renameSync(folder, `${folder}-away`);
          if (leaveEmpty) mkdirSync(folder);
        }
        if (progress.state !== 'paused' || progress.error === null || reason !== null) return;
        reason = progress.error;
        setTimeout(() => {
          rmSync(folder, { recursive: true, force: true });
          renameSync(`${folder}-away`, folder);
          job.resume();
        }, 50);
      });
      expect(await job.run()).toMatchObject({ state: 'done', done: 40, error: null });
      expect(reason).toMatchObject({ code: 'folder-missing', message: expect.stringContaining(folder) });
      expect(stored.filter(({ ok }) => !ok)).toEqual([]);
      expect(stored.map(({ id }) => id).toSorted((a, b) => a - b)).toEqual(
        Array.from({ length: 40 }, (_, id) => id),
      );
    },
  );

  it('that is paused so can be cancelled', async () => {
    const { job, stored } = modelJob(join(temporaryFolder(), 'gone'), 20, ({ state, error }) => {
      if (state === 'paused' && error !== null) setTimeout(() => job.cancel());
    });
    expect((await job.run()).state).toBe('cancelled');
    expect(stored).toEqual([]);
  });
});

describe('a scan', () => {
  it('of a folder that is gone by then is paused, and finished once it is back', async () => {
    const workspace = await opened();
    const { folder } = workspace;
    renameSync(folder, `${folder}-away`);
    mkdirSync(folder); // as a mount point is left
    let isBack = false;
    workspace.on('job', ({ state, error }) => {
      if (state !== 'paused' || error?.code !== 'folder-missing' || isBack) return;
      isBack = true;
      rmSync(folder, { recursive: true });
      renameSync(`${folder}-away`, folder);
      workspace.resumeScan();
    });
    const { finished } = await workspace.startScan({ ...SETUP, withoutTunedModel: true });
    expect(await finished).toMatchObject({ state: 'done', error: null });
    expect(workspace.opened.project.samples.counts()).toMatchObject({ read: 12, unreadable: 0, pending: 0 });
  }, 240_000);

  it('tries a file that was not found again the next time', async () => {
    const workspace = await opened();
    const file = join(workspace.folder, 'angry/1.png');
    renameSync(file, `${file}.away`);
    const scan = async () => (await workspace.startScan({ ...SETUP, withoutTunedModel: true })).finished;
    expect((await scan()).state).toBe('done');
    expect(workspace.opened.project.samples.counts()).toMatchObject({ read: 11, unreadable: 1 });
    renameSync(`${file}.away`, file);
    expect((await scan()).state).toBe('done');
    expect(workspace.opened.project.samples.counts()).toMatchObject({ read: 12, unreadable: 0 });
  }, 240_000);
});

describe('the place of a dataset', () => {
  const NOT_FOUND = 'file not found';

  async function placeOf(files: string[]): Promise<{ folder: string; place: PlaceWatch }> {
    const folder = temporaryFolder();
    for (const file of files) writeFileSync(join(folder, file), 'bytes');
    const place = new PlaceWatch(folder);
    await place.begin();
    return { folder, place };
  }

  it('is not to blame for single files, however many', async () => {
    const { place } = await placeOf(['1', '2']);
    const missing = Array.from({ length: 20 }, (_, index) => ({ path: `gone-${index}`, problem: NOT_FOUND }));
    await place.check([{ path: '1', problem: null }, ...missing]);
    await place.check(missing);
    await place.check([{ path: '2', problem: 'truncated JPEG' }]);
  });

  it('is to blame if files that were read before cannot be read any more', async () => {
    const { folder, place } = await placeOf(['1', '2', '3', '4', '5']);
    await place.check([{ path: '1', problem: null }]);
    for (const file of ['1', '2', '3', '4', '5']) rmSync(join(folder, file));
    const missing = ['2', '3', '4', '5'].map((path) => ({ path, problem: NOT_FOUND }));
    await expect(place.check(missing)).rejects.toMatchObject({ code: 'folder-missing' });
  });

  it.each([
    ['EIO', 'device-failed', 'the disk could not read the file'],
    ['ENODEV', 'device-failed', 'cannot be read (ENODEV)'],
    ['EMFILE', 'too-many-files', 'cannot be read (EMFILE)'],
  ])('is to blame for %s', async (code, said, problem) => {
    const { folder, place } = await placeOf(['1']);
    // the first call opens the folder itself
    await withFailingStorage(folder, { at: 2, code }, async () => {
      await expect(place.check([{ path: '1', problem }])).rejects.toMatchObject({ code: said });
    });
  });

  it('reports which files can be read now', async () => {
    const { place } = await placeOf(['1']);
    expect([...(await place.check([{ path: '1', problem: NOT_FOUND }]))]).toEqual(['1']);
  });
});
