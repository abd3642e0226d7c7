import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { DecisionImport, DecisionMerge } from '../../../src/main/team/index.ts';
import { Workspace } from '../../../src/main/workspace/index.ts';
import { unclearSentences } from '../../../src/protocol/team.ts';
import { makeTree } from '../../support/datasetTree.ts';
import { temporaryDataFolder, temporaryFolder } from '../../support/temporaryFolder.ts';

const TREE = { 'happy/a.jpg': '1', 'happy/b.jpg': '2', 'sad/c.jpg': '3' };

/** Zoë's decision on one image, made at a time of her clock. */
function decided(label: string, time: string): string {
  const file = join(temporaryFolder(), 'zoë.csv');
  writeFileSync(
    file,
    `image,label_clean,status,annotator,decided_at\nhappy/a.jpg,${label},${label === 'sad' ? 'relabelled' : 'kept'},zoë,${time}\n`,
  );
  return file;
}

const hoursFromNow = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
const WRONG_CLOCKS = ['2099-01-01T00:00:00Z', '1970-01-01T00:10:00Z', '2015-06-01T00:00:00Z'];
const YESTERDAY = hoursFromNow(-24);

async function merged(files: string[]): Promise<{ label: unknown; told: string[] }> {
  const merge = new DecisionMerge();
  for (const file of files) await merge.read({ file });
  const [row] = [...merge.rows()];
  return { label: row?.[1], told: unclearSentences(merge.unclear) };
}

describe('merged decisions', () => {
  it.each(WRONG_CLOCKS)('of a clock that says %s are ordered by their files, and told', async (time) => {
    expect(await merged([decided('sad', time), decided('happy', YESTERDAY)])).toMatchObject({
      label: 'happy',
      told: [expect.stringContaining('time that cannot be right')],
    });
    expect((await merged([decided('happy', YESTERDAY), decided('sad', time)])).label).toBe('sad');
  });

  it('of clocks that may be right are ordered by time, whichever file comes first', async () => {
    const [older, newer] = [decided('sad', hoursFromNow(-30)), decided('happy', YESTERDAY)];
    expect(await merged([older, newer])).toEqual({ label: 'happy', told: [] });
    expect(await merged([newer, older])).toEqual({ label: 'happy', told: [] });
  });
});

describe('applied decisions', () => {
  async function project() {
    temporaryDataFolder();
    const workspace = await Workspace.open(await makeTree(join(temporaryFolder(), 'faces'), TREE), 'ann');
    onTestFinished(() => workspace.close());
    const { project } = workspace.opened;
    return async (file: string) => {
      const decisions = new DecisionImport(project);
      await decisions.read({ file });
      const { applied, outdated, unclear } = decisions.apply();
      return {
        applied,
        outdated,
        stands: project.samples.byImage('happy/a.jpg')?.currentVerdict,
        told: unclearSentences(unclear),
      };
    };
  }

  it.each(WRONG_CLOCKS)(
    'of a clock that said %s give way to later ones, and do not come back',
    async (time) => {
      const apply = await project();
      const wrong = decided('sad', time);
      expect(await apply(wrong)).toMatchObject({
        applied: 1,
        stands: 'relabelled',
        told: [expect.stringContaining('clock')],
      });
      expect(await apply(decided('happy', YESTERDAY))).toMatchObject({
        applied: 1,
        stands: 'kept',
        told: [],
      });
      expect(await apply(wrong)).toMatchObject({ applied: 0, outdated: 1, stands: 'kept' });
    },
  );

  it('of clocks that may be right stay ordered by time', async () => {
    const apply = await project();
    expect(await apply(decided('happy', YESTERDAY))).toMatchObject({ applied: 1 });
    expect(await apply(decided('sad', hoursFromNow(-30)))).toMatchObject({ applied: 0, outdated: 1 });
  });
});
