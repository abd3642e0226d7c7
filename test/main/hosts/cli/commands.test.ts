import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { SCORE_IDS, scores } from '../../../../src/labelQuality/scores/index.ts';
import { ProjectFile } from '../../../../src/main/project/index.ts';
import { makeColourDataset, SMALL_DATASET, TINY_MODELS } from '../../../support/colourDataset.ts';
import { temporaryFolder } from '../../../support/temporaryFolder.ts';

const PROGRAM = join(import.meta.dirname, '../../../../src/main/hosts/cli/main.ts');
const TINY_MODEL = ['--model', join(TINY_MODELS, 'tiny.onnx')];

async function commandLine(images = SMALL_DATASET) {
  const folder = join(temporaryFolder(), 'faces');
  await makeColourDataset(folder, images);
  const env = { ...process.env, GREFEL_DATA_DIR: temporaryFolder() };
  return {
    folder,
    env,
    run(...args: string[]) {
      const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...args], {
        encoding: 'utf8',
        env,
      });
      return { status, stdout, stderr };
    },
  };
}

const rowsOf = (csv: string) => parse(csv, { columns: true, bom: true }) as Record<string, string>[];

describe('the command line', () => {
  it('scans, lists the flags, and exports one row per image in order', async () => {
    const { folder, run } = await commandLine();
    expect(run('scan', folder, ...TINY_MODEL)).toMatchObject({
      status: 0,
      stdout: '12 images scanned, 0 unreadable, 2 labels flagged as likely wrong\n',
      stderr: expect.stringContaining('unsure images checked twice'),
    });
    const flags = JSON.parse(run('flags', folder, '--json').stdout);
    expect(flags.map(({ image }: { image: string }) => image).sort()).toEqual([
      'happy/wrong.png',
      'sad/wrong.png',
    ]);
    expect(flags[0].reason).toMatch(/^GReFEL sees /);
    expect(rowsOf(run('flags', folder, '--csv', '--class', 'sad').stdout)).toMatchObject([
      { image: 'sad/wrong.png', label_given: 'sad', label_suggested: 'angry' },
    ]);

    const out = join(temporaryFolder(), 'cleaned.csv');
    expect(run('export', folder, '--out', out).status).toBe(0);
    const rows = rowsOf(readFileSync(out, 'utf8'));
    expect(rows.map(({ image }) => image)).toEqual(Object.keys(SMALL_DATASET).sort());
    expect(Object.keys(rows[0] ?? {})).toEqual(
      (
        'image,split,label_given,label_clean,status,annotator,decided_at,label_primary,label_corrected,' +
        'confidence_primary,confidence_corrected,nearest_anchor,flag_score,issues,votes,label_soft,' +
        'label_tuned,confidence_tuned,nearest_anchor_tuned,face_quality,' +
        'face,box_left,box_top,box_width,box_height,trained_on,problem'
      ).split(','),
    );
    const report = join(temporaryFolder(), 'changes.html');
    expect(run('export', folder, '--out', '-', '--above', '2').status).toBe(2);
    const taken = run('export', folder, '--out', '-', '--unreviewed', 'suggestion', '--report', report);
    expect(rowsOf(taken.stdout).filter(({ status }) => status === 'auto')).toHaveLength(2);
    expect(readFileSync(report, 'utf8')).toContain(
      'Of 12 rows, 0 were reviewed and 2 were relabelled or excluded.',
    );
    expect(rows.find(({ image }) => image === 'happy/wrong.png')).toMatchObject({
      label_given: 'happy',
      label_clean: 'happy',
      status: 'unreviewed',
      label_corrected: 'sad',
      nearest_anchor: expect.stringMatching(/^sad#[01]$/),
    });
  });

  it('orders the queue by the score that is asked for, and says what each is', async () => {
    const { folder, run } = await commandLine();
    const help = run('flags', '--help').stdout;
    for (const id of SCORE_IDS) {
      expect(help).toContain(`${id}: ${scores[id].description}`);
      expect(help).toContain(scores[id].reference);
    }
    run('scan', folder, ...TINY_MODEL);
    expect(run('flags', folder).stdout).toMatch(/ Not reviewed +\S+/);
    for (const id of ['self-confidence', 'anchor-distance']) {
      const rows = JSON.parse(run('flags', folder, '--all', '--json', '--score', id).stdout);
      const order = rows.map(({ score }: { score: number }) => score) as number[];
      expect(order).toHaveLength(12);
      expect(order).toEqual(order.toSorted((a, b) => b - a));
    }
  });

  it('says how good the labels are, and which classes are mislabelled as which', async () => {
    const { folder, run } = await commandLine();
    run('scan', folder, ...TINY_MODEL);
    const quality = JSON.parse(run('quality', folder, '--json').stdout);
    expect(quality.all).toMatchObject({ images: 12, estimatedFrom: 'probabilities' });
    expect(quality.all.wrong.estimate).toBeGreaterThan(quality.all.wrong.low);
    expect(quality.classes.map(({ name }: { name: string }) => name)).toEqual(['angry', 'happy', 'sad']);
    const rateOf = (truth: string, given: string) =>
      quality.noise.find(
        (one: { truth: string; given: string }) => one.truth === truth && one.given === given,
      ).rate;
    expect(rateOf('sad', 'happy').estimate).toBeGreaterThan(4 * rateOf('happy', 'sad').estimate);
    expect(rateOf('sad', 'happy').low).toBeLessThan(rateOf('sad', 'happy').estimate);
    expect(quality.features).toMatchObject({ state: 'absent', offered: false, images: 12, present: 0 });
    const { stdout, stderr } = run('quality', folder);
    expect(stderr).toContain('gives no features');
    expect(stdout).toMatch(/truly +given +rate +95 %\n(sad +happy|angry +sad) +\d+\.\d % +\d/);
  });

  it('measures the flags against known truth, spelled in its own way', async () => {
    const { folder, run } = await commandLine();
    run('scan', folder, ...TINY_MODEL);
    const truth = join(temporaryFolder(), 'truth.csv');
    const label = { happiness: 'Happiness', sadness: 'sad', anger: 'anger' } as Record<string, string>;
    const lines = Object.entries(SMALL_DATASET).map(([image, colour]) => `${image},${label[colour]},10`);
    writeFileSync(truth, `image,label,votes\n${lines.join('\n')}\nnot/there.png,sad,1\n`);
    const svg = join(temporaryFolder(), 'curves.svg');
    const { status, stdout, stderr } = run('eval', folder, '--truth', truth, '--json', '--svg', svg);
    expect(status).toBe(0);
    expect(stderr).toContain('1 images in the truth file are not in the dataset');
    const evaluation = JSON.parse(stdout);
    expect(evaluation).toMatchObject({ images: 12, errors: 2, suggestionAccuracy: 1, modelAccuracy: 1 });
    for (const score of evaluation.scores.filter(({ images }: { images: number }) => images > 0)) {
      expect(score).toMatchObject({ auroc: 1, precisionAtPositives: 1, curve: expect.any(Array) });
    }
    expect(readFileSync(svg, 'utf8')).toMatch(/^<svg [\s\S]*Likelihood ratio: AUPRC 1.000[\s\S]*<\/svg>\n$/);
    expect(run('eval', folder, '--truth', truth).stdout).toMatch(
      /Wrong-label probability \(default\) +1.000/,
    );
  });

  it('continues after kill -9, repeating nothing that was stored', { timeout: 150_000 }, async () => {
    const many = Object.fromEntries(
      Array.from({ length: 600 }, (_, n) => [`happy/${n}.png`, 'happiness' as const]),
    );
    const { folder, run, env } = await commandLine(many);
    const killed = spawn(process.execPath, [PROGRAM, 'scan', folder, ...TINY_MODEL], { env });
    const stored = () => readStored(env.GREFEL_DATA_DIR);
    await expect.poll(stored, { timeout: 100_000, interval: 20 }).toBeGreaterThan(40);
    killed.kill('SIGKILL');
    await new Promise((resolve) => killed.on('exit', resolve));
    const before = stored();
    expect(before).toBeLessThan(600);
    const { status, stdout, stderr } = run('scan', folder, ...TINY_MODEL);
    expect({ status, stdout }).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('600 images scanned'),
    });
    expect(Number(/Scanning images: (\d+) of 600/.exec(stderr)?.[1])).toBeGreaterThanOrEqual(before);
  });

  it('ends with 2 for wrong usage and 1 for what fails, in one line that says what to do', async () => {
    const { folder, run } = await commandLine();
    const expectFailure = (args: string[], status: number, message: RegExp) => {
      const result = run(...args);
      expect(result).toMatchObject({ status, stdout: '' });
      expect(result.stderr.trim().split('\n').at(-1)).toMatch(message);
    };
    expectFailure(['scan'], 2, /missing required argument/);
    expectFailure(['scan', folder, '--threads', 'two'], 2, /two is not a whole number/);
    expectFailure(['scan', folder, '--provider', 'abacus'], 2, /abacus/);
    expectFailure(['scan', folder, '--views', 'many'], 2, /one, unsure, all/);
    expectFailure(['scan', '/no/such/folder'], 1, /does not exist\. Check the path/);
    expectFailure(['flags', folder], 1, /not been scanned yet\. Run: (npx )?grefel scan ".+"$/);
    expectFailure(['scan', folder, '--model', '/no/model.onnx'], 1, /model\.onnx/);
    expectFailure(['scan', folder, ...TINY_MODEL, '--provider', 'dml'], 1, /DirectML cannot be used here/);
    run('scan', folder, ...TINY_MODEL);
    expectFailure(
      ['flags', folder, '--class', 'joy'],
      1,
      /no class "joy"\. The classes are angry, happy, sad/,
    );
    const existing = join(folder, 'happy/1.png');
    const bytes = statSync(existing).size;
    expectFailure(['export', folder, '--out', existing, '--force'], 1, /never changed/);
    expect(statSync(existing).size).toBe(bytes);
    expectFailure(['export', folder, '--out', '/no/folder/out.csv'], 1, /does not exist/);
  });

  it('says what it runs on', async () => {
    const { run } = await commandLine();
    const facts = JSON.parse(run('doctor', '--json').stdout);
    expect(facts.providers.find(({ provider }: { provider: string }) => provider === 'cpu').available).toBe(
      true,
    );
    const missing = facts.providers.filter(({ available }: { available: boolean }) => !available);
    for (const { howToGet } of missing) expect(howToGet).not.toBe('');
  });
});

/** Images that count as scanned in a project file, read next to its writer. */
function readStored(dataFolder: string | undefined): number {
  const projects = join(dataFolder ?? '', 'projects');
  if (!existsSync(projects)) return 0;
  const [file] = readdirSync(projects).filter((name) => name.endsWith('.sqlite'));
  if (file === undefined) return 0;
  try {
    const project = ProjectFile.openForReading(join(projects, file));
    const { read } = project.samples.counts();
    project.close();
    return read;
  } catch {
    return 0; // the writer is just making it
  }
}
