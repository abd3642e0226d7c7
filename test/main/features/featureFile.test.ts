import {
  appendFileSync,
  closeSync,
  openSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  FeatureReader,
  type FeatureRow,
  FeatureWriter,
  presentFeatures,
} from '../../../src/main/features/index.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const RUN = { modelSize: 6, predictedBy: 'sha one' };

const newFile = () => join(temporaryFolder(), 'p.sqlite.features');

/** Six numbers that half floats hold exactly, of an image and a version. */
const featuresOf = (id: number, version = 0) =>
  Float32Array.from({ length: 6 }, (_, at) => ((id * 7 + at * 3 + version) % 1024) / 4);

function write(file: string, rows: FeatureRow[], ofRun = RUN): void {
  const writer = FeatureWriter.open(file, ofRun);
  writer.write(rows);
  writer.close();
}

async function read(file: string, ids: number[], rowsAtOnce?: number): Promise<(number[] | null)[]> {
  const reader = await FeatureReader.open(file, RUN);
  if (reader === null) return ids.map(() => null);
  const rows: (number[] | null)[] = [];
  for await (const block of reader.blocks(ids, rowsAtOnce)) {
    expect(block.from).toBe(rows.length);
    for (let row = 0; row < block.rows; row++) {
      const values = [...block.data.subarray(row * reader.size, (row + 1) * reader.size)];
      if (block.present[row] === 0) expect(values).toEqual(values.map(() => 0));
      rows.push(block.present[row] === 1 ? values : null);
    }
  }
  await reader.close();
  return rows;
}

const row = (id: number, version = 0) => ({ id, features: featuresOf(id, version) });

describe('a file of features', () => {
  it('has no features of an image for which the model gave what is no number, or too large a one', async () => {
    const file = newFile();
    const broken = (id: number, value: number) => ({ id, features: featuresOf(id).fill(value, 3, 4) });
    write(file, [row(1), broken(2, Number.NaN), broken(3, 1e6), row(4)]);
    expect(await read(file, [1, 2, 3, 4])).toEqual([[...featuresOf(1)], null, null, [...featuresOf(4)]]);
  });

  it('gives back what was last written, for any ids in any order', async () => {
    const ids = fc.integer({ min: 1, max: 5000 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(ids, { maxLength: 40 }), { maxLength: 6 }),
        fc.array(ids, { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 1, max: 9 }),
        async (batches, asked, rowsAtOnce) => {
          const file = newFile();
          const versions = new Map<number, number>();
          for (const [version, batch] of batches.entries()) {
            write(
              file,
              batch.map((id) => row(id, version)),
            );
            for (const id of batch) versions.set(id, version);
          }
          const written = [...versions.keys()];
          const all = [...asked, ...written];
          const expected = all.map((id) => {
            const version = versions.get(id);
            return version === undefined ? null : [...featuresOf(id, version)];
          });
          expect(await read(file, all, rowsAtOnce)).toEqual(expected);
          expect([...presentFeatures(file, all, RUN)]).toEqual(
            expected.map((values) => Number(values !== null)),
          );
        },
      ),
      { numRuns: 40 },
    );
  });

  it('is begun again for another model or other settings of a scan', async () => {
    const file = newFile();
    write(file, [row(1), row(2)]);
    expect(await FeatureReader.open(file, { ...RUN, predictedBy: 'sha all' })).toBeNull();
    write(file, [row(2, 5)], { ...RUN, predictedBy: 'sha all' });
    expect([...presentFeatures(file, [1, 2], { ...RUN, predictedBy: 'sha all' })]).toEqual([0, 1]);
    expect([...presentFeatures(file, [1, 2], RUN)]).toEqual([0, 0]);
  });

  it('is read and continued where an older version has written it, which called what predicted it a reading', async () => {
    const file = newFile();
    write(file, [row(1)]);
    const bytes = readFileSync(file);
    const header = bytes.toString('latin1', 0, 4096).replace('"predictedBy"', '"reading"');
    bytes.write(header.padEnd(4096, '\0'), 0, 'latin1');
    expect(header).toContain('"reading":"sha one"');
    writeFileSync(file, bytes);
    expect(await read(file, [1])).toEqual([[...featuresOf(1)]]);
    write(file, [row(2)]);
    expect(await read(file, [1, 2])).toEqual([[...featuresOf(1)], [...featuresOf(2)]]);
    expect(await FeatureReader.open(file, { ...RUN, predictedBy: 'sha two' })).toBeNull();
  });

  it('has no row where one was cut short, overwritten, or written only in part', async () => {
    const file = newFile();
    write(file, [row(1), row(2), row(3)]);
    const bytes = readFileSync(file);
    truncateSync(file, bytes.length - 4); // of row 3
    expect(await read(file, [1, 2, 3])).toEqual([[...featuresOf(1)], [...featuresOf(2)], null]);
    writeFileSync(file, bytes);
    const descriptor = openSync(file, 'r+');
    writeSync(descriptor, Buffer.from([1, 2, 3]), 0, 3, bytes.length - 12 - 5); // of row 2
    closeSync(descriptor);
    expect(await read(file, [1, 2, 3])).toEqual([[...featuresOf(1)], null, [...featuresOf(3)]]);
    write(file, [row(2)]);
    expect(await read(file, [2])).toEqual([[...featuresOf(2)]]);
  });

  it('is none where something else has its name, and takes its place', async () => {
    for (const content of [
      '',
      'GREFEL-FEATURES\n{"version":9}\n',
      'GREFEL-FEATURES\n{}',
      '\0'.repeat(9000),
    ]) {
      const file = newFile();
      writeFileSync(file, content);
      expect(await FeatureReader.open(file, RUN)).toBeNull();
      expect([...presentFeatures(file, [1], RUN)]).toEqual([0]);
      write(file, [row(1)]);
      expect(await read(file, [1])).toEqual([[...featuresOf(1)]]);
    }
    expect(await FeatureReader.open(newFile(), RUN)).toBeNull();
  });

  it('is read while it grows', async () => {
    const file = newFile();
    const writer = FeatureWriter.open(file, RUN);
    writer.write([row(1)]);
    expect(await read(file, [1, 2])).toEqual([[...featuresOf(1)], null]);
    writer.write([row(2)]);
    expect(await read(file, [1, 2])).toEqual([[...featuresOf(1)], [...featuresOf(2)]]);
    writer.close();
  });

  it('takes what half floats and check sums take', () => {
    const file = newFile();
    const ids = Array.from({ length: 4096 }, (_, at) => at + 1);
    write(
      file,
      ids.map((id) => row(id)),
    );
    expect(statSync(file).size).toBeLessThan(4096 + 5 * 1024 * (12 + 4));
    appendFileSync(file, 'more');
    expect([...presentFeatures(file, ids, RUN)].every((is) => is === 1)).toBe(true);
  });
});

describe('the compact form', () => {
  /** The first two features less their mean, and the sum of the others. */
  const projection = {
    mean: Float32Array.of(1, 2, 0, 0, 0, 0),
    matrix: Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1),
  };
  const compactOf = ([a = 0, b = 0, ...others]: Iterable<number> & Float32Array) => [
    a - 1,
    b - 2,
    others.reduce((sum, value) => sum + value, 0),
  ];

  it('converts existing rows and new ones, even after a restart', async () => {
    const file = newFile();
    const writer = FeatureWriter.open(file, RUN);
    writer.write([row(1), row(1500)]);
    writer.makeCompact(projection);
    writer.write([row(2)]);
    writer.close();
    write(file, [row(3)]);
    const expected = [1, 1500, 2, 3].map((id) => compactOf(featuresOf(id)));
    expect(await read(file, [1, 1500, 2, 3])).toEqual(expected);
    const reader = await FeatureReader.open(file, RUN);
    expect(reader?.projection).toEqual(projection);
    expect(reader?.size).toBe(3);
    await reader?.close();
  });
});
