import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { makeColourDataset, SMALL_DATASET } from '../../../support/colourDataset.ts';
import { npyMatrix, predictionFile, sureOf } from '../../../support/predictionFiles.ts';
import { temporaryDataFolder, temporaryFolder } from '../../../support/temporaryFolder.ts';

// Processes are started, on whatever machine.
vi.setConfig({ testTimeout: 180_000 });

const PROGRAM = join(import.meta.dirname, '../../../../src/main/hosts/cli/main.ts');
const CLASSES = ['angry', 'happy', 'sad'];
const IMAGES = Object.keys(SMALL_DATASET);

/** The command line over a dataset that nothing has opened before. */
async function dataset() {
  const data = temporaryDataFolder();
  const folder = join(temporaryFolder(), 'faces');
  await makeColourDataset(folder, SMALL_DATASET);
  const run = (...args: string[]) => {
    const env = { ...process.env, GREFEL_DATA_DIR: data };
    return spawnSync(process.execPath, [PROGRAM, ...args], { encoding: 'utf8', env });
  };
  return { folder, run };
}

const rows = IMAGES.map((image) =>
  sureOf(image === 'sad/wrong.png' ? 'angry' : (image.split('/')[0] as string), CLASSES),
);

describe('grefel import-predictions', () => {
  it('takes a NumPy file of a dataset that was never scanned, and the queue and the export follow', async () => {
    const { folder, run } = await dataset();
    const file = predictionFile('p.npy', npyMatrix(rows, '<f4', true));
    const names = predictionFile('names.txt', IMAGES.join('\n'));
    const done = run('import-predictions', folder, file, '--names', names, '--classes', CLASSES.join(','));
    expect(done).toMatchObject({
      status: 0,
      stdout: '12 images have a prediction, 1 label flagged as likely wrong\n',
      stderr: expect.stringContaining('without embeddings'),
    });
    expect(JSON.parse(run('flags', folder, '--json').stdout)).toMatchObject([
      { image: 'sad/wrong.png', label_given: 'sad', label_suggested: 'angry' },
    ]);
    expect(run('export', folder, '--out', '-').stdout).toMatch(/sad\/wrong\.png,.*,angry,angry,/);
  });

  it('says as JSON what has become of the file', async () => {
    const { folder, run } = await dataset();
    const lines = IMAGES.slice(1).map((image, at) => [image, ...(rows[at + 1] as number[])].join('\t'));
    const file = predictionFile('p.tsv', ['path\tp_angry\tp_happy\tp_sad', ...lines].join('\r\n'));
    const report = JSON.parse(run('import-predictions', folder, file, '--json', '--quiet').stdout);
    expect(report).toMatchObject({ images: 11, withoutRow: 1, counts: { scanned: 11, pending: 1 } });
    expect(report.sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it('says in one line what is wrong with a file, where, and what to do', async () => {
    const { folder, run } = await dataset();
    const file = predictionFile('p.csv', 'image,angry,happy,sad\nangry/1.png,2,-1,0\n');
    const refused = run('import-predictions', folder, file, '--quiet');
    expect(refused).toMatchObject({ status: 1, stdout: '' });
    expect(refused.stderr).toMatch(
      /^grefel: \S*p\.csv line 2: a probability is negative \(-1\)\. .*--logits.*\n$/,
    );
    expect(run('import-predictions', folder, join(folder, 'none.csv')).stderr).toMatch(
      /none\.csv: it cannot be read/,
    );
    expect(run('flags', folder, '--json').stdout).toBe('');
  });
});
