import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { CurrentModel } from '../../../src/main/review/index.ts';
import { areFlagsOutdated, outdateFlags, refreshFlags } from '../../../src/main/tune/refreshFlags.ts';
import { Workspace } from '../../../src/main/workspace/index.ts';
import { type ColourName, makeColourDataset, TINY_MODELS } from '../../support/colourDataset.ts';
import { temporaryDataFolder, temporaryFolder } from '../../support/temporaryFolder.ts';

const SETUP = { model: join(TINY_MODELS, 'tiny.onnx'), modelsFolder: TINY_MODELS, provider: 'cpu' } as const;
/** More than are refreshed at once. */
const IMAGES = 260;
const MANY = Object.fromEntries(
  Array.from({ length: IMAGES }, (_, image) => [
    `${image % 2}/${image}.png`,
    image % 2 === 0 ? 'anger' : 'sadness',
  ]),
) as Record<string, ColourName>;

async function scanned() {
  temporaryDataFolder();
  const folder = join(temporaryFolder(), 'faces');
  await makeColourDataset(folder, MANY);
  const workspace = await Workspace.open(folder, 'ann');
  onTestFinished(() => workspace.close());
  await (await workspace.startScan(SETUP)).finished;
  return { folder, workspace };
}

describe('flags that are brought up to new labels or meanings', () => {
  it('leave the event loop free between a few of them, and are finished when the project is next opened', async () => {
    const { folder, workspace } = await scanned();
    const { project } = workspace.opened;
    const model = new CurrentModel(project);
    model.remap(workspace.classNames, { 0: 'anger', 1: 'sadness' });
    expect(areFlagsOutdated(project)).toBe(true);
    const { run, translator } = model;
    if (run === null || translator === null) return expect.unreachable();
    let turns = 0;
    const stop = new AbortController();
    setImmediate(() => {
      turns++;
      stop.abort();
    });
    await refreshFlags(project, run, translator, stop.signal);
    expect(turns).toBe(1);
    expect(areFlagsOutdated(project)).toBe(true); // stopped half-way, as by the end of the process
    await workspace.close();

    const reopened = await Workspace.open(folder, 'ann');
    onTestFinished(() => reopened.close());
    expect(areFlagsOutdated(reopened.opened.project)).toBe(false);
    const known = [...reopened.opened.project.flags.all()].filter(
      ({ scores }) => scores['wrong-label'] !== null,
    );
    expect(known).toHaveLength(IMAGES);
    outdateFlags(reopened.opened.project);
    await reopened.mapClasses({ 0: 'sadness', 1: 'anger' });
    expect(areFlagsOutdated(reopened.opened.project)).toBe(false);
  });
});
