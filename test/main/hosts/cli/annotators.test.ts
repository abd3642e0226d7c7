import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { Workspace } from '../../../../src/main/workspace/index.ts';
import { makeColourDataset, SMALL_DATASET } from '../../../support/colourDataset.ts';
import { temporaryDataFolder, temporaryFolder } from '../../../support/temporaryFolder.ts';

const PROGRAM = join(import.meta.dirname, '../../../../src/main/hosts/cli/main.ts');
const HEADER = 'image,label_clean,status,annotator,decided_at';
const AT = '2026-01-01T10:00:00.000Z';

/** A dataset that was opened, and the command line over it. */
async function dataset() {
  const data = temporaryDataFolder();
  const folder = join(temporaryFolder(), 'faces');
  await makeColourDataset(folder, SMALL_DATASET);
  await (await Workspace.open(folder, 'ann')).close();
  const file = (name: string, ...rows: string[]) => {
    const path = join(data, name);
    writeFileSync(path, [HEADER, ...rows].join('\n'));
    return path;
  };
  const run = (...args: string[]) => {
    const env = { ...process.env, GREFEL_DATA_DIR: data };
    const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...args], {
      encoding: 'utf8',
      env,
    });
    return { status, stdout, stderr };
  };
  const exported = (...args: string[]) =>
    parse(run('export', folder, '--out', '-', '--what', 'reviewed', ...args).stdout, {
      columns: true,
    }) as Record<string, string>[];
  return { folder, data, file, run, exported };
}

const ANN = [
  `happy/wrong.png,sad,relabelled,ann,${AT}`,
  `sad/wrong.png,angry,relabelled,ann,${AT}`,
  `sad/1.png,sad,kept,ann,${AT}`,
];
const BOB = [
  `happy/wrong.png,sad,relabelled,bob,${AT}`,
  `sad/wrong.png,,excluded,bob,${AT}`,
  `sad/1.png,sad,relabelled,bob,${AT}`,
  `sad/2.png,sad,unreviewed,,`,
];

describe('several annotators on the command line', () => {
  it('apply takes verdicts in, once, and export shows the majority and every vote', async () => {
    const { folder, file, run, exported } = await dataset();
    const [ann, bob] = [file('ann.csv', ...ANN), file('bob.csv', ...BOB)];
    expect(run('apply', folder, ann)).toMatchObject({
      status: 0,
      stdout: '3 decisions by ann imported, 0 already present\n',
    });
    expect(run('apply', folder, ann).stdout).toBe('0 decisions imported, 3 already present\n');
    expect(run('apply', folder, bob).stdout).toContain('3 decisions by bob imported');
    expect(exported()).toMatchObject([
      {
        image: 'happy/wrong.png',
        label_clean: 'sad',
        annotator: 'ann;bob',
        votes: 'ann=sad;bob=sad',
        label_soft: 'sad=1.0000',
      },
      { image: 'sad/1.png', label_clean: 'sad', status: 'kept', votes: 'ann=sad;bob=sad', decided_at: AT },
      {
        image: 'sad/wrong.png',
        label_clean: '',
        status: 'excluded',
        votes: 'ann=angry;bob=(excluded)',
        label_soft: 'angry=1.0000',
      },
    ]);
    const third = file('cid.csv', `sad/wrong.png,angry,relabelled,cid,${AT}`);
    run('apply', folder, third);
    expect(exported()[2]).toMatchObject({
      label_clean: 'angry',
      status: 'relabelled',
      annotator: 'ann;bob;cid',
    });
  });

  it('apply passes over what is older, unknown or refused, and says so', async () => {
    const { folder, file, run } = await dataset();
    run('apply', folder, file('ann.csv', ...ANN));
    const older = file(
      'older.csv',
      'sad/1.png,happy,relabelled,ann,2025-01-01T00:00:00Z',
      'no/such.png,sad,kept,ann,',
    );
    expect(run('apply', folder, older)).toMatchObject({
      stdout: '0 decisions imported, 0 already present\n',
      stderr: expect.stringMatching(/1 are older[\s\S]*no\/such\.png/),
    });
    expect(run('apply', folder, file('bad.csv', `sad/1.png,awe,relabelled,ann,${AT}`))).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('the dataset has no class "awe"'),
    });
    expect(run('apply', folder, file('odd.csv', 'sad/1.png,sad,perhaps,ann,'))).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/odd\.csv line 2: "perhaps" is not a status/),
    });
    expect(run('apply', folder, file('who.csv', 'sad/1.png,sad,kept,,'))).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('--annotator'),
    });
    expect(run('apply', folder, join(folder, 'none.csv')).status).toBe(1);
  });

  it('merge joins files into one that apply takes apart again', async () => {
    const { folder, data, file, run, exported } = await dataset();
    const out = join(data, 'merged.csv');
    const merged = run('merge', file('ann.csv', ...ANN), file('bob.csv', ...BOB), '--out', out);
    expect(merged).toMatchObject({
      status: 0,
      stderr: expect.stringContaining('3 reviewed by several, who disagree on 1'),
    });
    expect(parse(readFileSync(out, 'utf8'), { columns: true })).toMatchObject([
      { image: 'happy/wrong.png', label_clean: 'sad', status: 'relabelled', annotator: 'ann;bob' },
      { image: 'sad/wrong.png', label_clean: '', status: 'excluded', votes: 'ann=angry;bob=(excluded)' },
      { image: 'sad/1.png', label_clean: 'sad' },
    ]);
    expect(run('merge', out, '--out', out, '--force')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('is one of the files to merge'),
    });
    expect(run('apply', folder, out).stdout).toContain('6 decisions by ann, bob imported');
    expect(exported().map(({ votes }) => votes)).toEqual([
      'ann=sad;bob=sad',
      'ann=sad;bob=sad',
      'ann=angry;bob=(excluded)',
    ]);
  });

  it('agreement gives kappas with intervals, and the images on which they differ', async () => {
    const { folder, file, run } = await dataset();
    expect(run('agreement', folder)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('has been reviewed'),
    });
    run('apply', folder, file('ann.csv', ...ANN));
    run('apply', folder, file('bob.csv', ...BOB));
    const report = JSON.parse(run('agreement', folder, '--json').stdout);
    expect(report).toMatchObject({
      annotators: [
        { name: 'ann', images: 3 },
        { name: 'bob', images: 3 },
      ],
      pairs: [{ annotators: ['ann', 'bob'], images: 3, observed: 2 / 3 }],
      disagreements: [{ image: 'sad/wrong.png', adjudicated: null }],
    });
    expect(report.pairs[0].kappa).toBeCloseTo(0.4, 10); // (2/3 - 4/9) / (1 - 4/9)
    expect(run('agreement', folder).stdout).toMatch(/ann and bob \(Cohen\) +3 +0\.667 +0\.400/);
    expect(run('agreement', folder, '--csv').stdout).toBe(
      'image,ann,bob,adjudicated\r\nsad/wrong.png,angry,(excluded),\r\n',
    );
  });

  it('assign splits images by a seed, shows progress, and undoes it', async () => {
    const { folder, file, run } = await dataset();
    expect(run('assign', folder, '--annotators', 'ann').status).toBe(2);
    const assigned = run('assign', folder, '--annotators', 'ann,bob', '--overlap', '50', '--seed', '4');
    expect(assigned.stdout).toMatch(/ann +9 +0\nbob +9 +0/);
    run('apply', folder, file('ann.csv', ...ANN));
    const { shares, shared } = JSON.parse(run('assign', folder, '--json').stdout);
    expect(shared).toBe(6);
    expect(shares[1]).toMatchObject({ annotator: 'bob', images: 9, reviewed: 0 });
    expect(shares[0].reviewed).toBeGreaterThan(0);
    expect(run('assign', folder, '--end', '--json').stdout).toBe('null\n');
  });

  it('export of one annotator holds only their decisions, for import on another machine', async () => {
    const { folder, file, run, exported } = await dataset();
    run('apply', folder, file('ann.csv', ...ANN));
    run('apply', folder, file('bob.csv', ...BOB));
    expect(exported('--annotator', 'bob').map(({ status, votes }) => [status, votes])).toEqual([
      ['relabelled', 'bob=sad'],
      ['kept', 'bob=sad'],
      ['excluded', 'bob=(excluded)'],
    ]);
    expect(run('export', folder, '--out', '-', '--annotator', 'Bob')).toMatchObject({
      status: 1,
      stdout: '',
      stderr: expect.stringContaining('no decisions by "Bob". Decisions are by ann, bob.'),
    });
  });

  it("export writes the vote counts in FER+'s form", async () => {
    const { folder, data, file, run } = await dataset();
    run('apply', folder, file('ann.csv', ...ANN));
    run('apply', folder, file('bob.csv', ...BOB));
    const votes = join(data, 'votes.csv');
    run('export', folder, '--out', join(data, 'out.csv'), '--votes', votes);
    const rows = readFileSync(votes, 'utf8').split('\r\n');
    expect(rows[0]).toBe(
      'Usage,Image name,neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF',
    );
    expect(rows).toContain(',happy/wrong.png,0,0,0,2,0,0,0,0,0,0');
    expect(rows).toContain(',sad/wrong.png,0,0,0,0,1,0,0,0,0,1');
    expect(rows).toHaveLength(1 + 12 + 1);
  });
});
