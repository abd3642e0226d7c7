import fc from 'fast-check';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { labelDistribution } from '../../../src/labelQuality/reliability.ts';
import {
  openPredictions,
  type PredictedRow,
  type PredictionOptions,
} from '../../../src/main/dataset/index.ts';
import { type FloatType, npyMatrix, predictionFile } from '../../support/predictionFiles.ts';

const CLASSES = ['angry', 'happy', 'sad'];
const ROWS = [
  [0.7, 0.2, 0.1],
  [0.1, 0.8, 0.1],
];

async function read(file: string, options: PredictionOptions = {}) {
  const predictions = await openPredictions(file, options, CLASSES);
  const rows: PredictedRow[] = [];
  for await (const batch of predictions.read()) rows.push(...batch);
  return { ...predictions, rows };
}

const near = (values: readonly number[]) => values.map((value) => expect.closeTo(value, 2));

describe('predictions in a table', () => {
  it('are found by the names of its columns, whatever else it holds and however those are spelled', async () => {
    const file = predictionFile(
      'p.tsv',
      'id\tprob_Happy\tnote\tSadness_prob\tp-angry\temb_1\temb_0\na.png\t.2\tx\t.1\t.7\t2\t1\n"b, c.png"\t.8\ty\t.1\t.1\t4\t3\n',
    );
    const { classes, rows, unusedColumns, embeddingSize } = await read(file);
    expect({ classes, unusedColumns, embeddingSize }).toEqual({
      classes: ['Happy', 'Sadness', 'angry'],
      unusedColumns: ['note'],
      embeddingSize: 2,
    });
    expect(rows.map(({ image, place }) => [image, place])).toEqual([
      ['a.png', 'line 2'],
      ['b, c.png', 'line 3'],
    ]);
    expect([...(rows[0] as PredictedRow).distribution]).toEqual(near([0.2, 0.1, 0.7]));
    expect([...(rows[1] as PredictedRow).embedding]).toEqual([3, 4]);
  });

  it('take the classes that the user names, by column or by order', async () => {
    const byColumn = predictionFile('p.csv', 'image,a,b,c,d\nx.png,.7,.2,.1,9\n');
    expect((await read(byColumn, { classes: ['a', 'b', 'c'] })).classes).toEqual(['a', 'b', 'c']);
    const byOrder = predictionFile('p.csv', 'image,0,1,2\nx.png,.7,.2,.1\n');
    const { classes, rows } = await read(byOrder, { classes: CLASSES });
    expect(classes).toEqual(CLASSES);
    expect([...(rows[0] as PredictedRow).distribution]).toEqual(near([0.7, 0.2, 0.1]));
  });

  it('are logits where the columns or the user say so', async () => {
    const softmax = near([0.09, 0.245, 0.665]);
    const named = predictionFile('p.csv', 'image,logit_angry,logit_happy,logit_sad\nx.png,-1,0,1\n');
    expect([...((await read(named)).rows[0] as PredictedRow).distribution]).toEqual(softmax);
    const said = predictionFile('p.csv', 'image,angry,happy,sad\nx.png,-1,0,1\n');
    expect([...((await read(said, { logits: true })).rows[0] as PredictedRow).distribution]).toEqual(softmax);
  });

  it('may be rounded, and are made to add up to 1', async () => {
    const file = predictionFile('p.csv', 'image,angry,happy,sad\nx.png,.33,.33,.33\n');
    const [row] = (await read(file)).rows;
    expect((row as PredictedRow).distribution.reduce((sum, share) => sum + share)).toBeCloseTo(1, 5);
  });

  it('of many classes may be rounded or cut off to two decimals, which is reported', async () => {
    const classes = ['neutral', 'happy', 'sad', 'angry', 'fear', 'disgust', 'surprise', 'contempt'];
    const rows = [
      '.13,.13,.13,.13,.13,.13,.13,.13',
      '.12,.12,.12,.12,.12,.12,.12,.12',
      '.93,.01,.01,.01,.01,.01,.01,.01',
    ];
    const file = predictionFile(
      'p.csv',
      `image,${classes}\n${rows.map((row, at) => `${at}.png,${row}\n`).join('')}`,
    );
    const { rows: taken, adjusted } = await read(file, { classes });
    for (const { distribution } of taken)
      expect(distribution.reduce((sum, share) => sum + share)).toBeCloseTo(1, 5);
    expect(adjusted).toEqual({ renormalised: 2, percentages: false });
  });

  it.each([
    ['whole numbers', '70,20,10', ','],
    ['rounded ones', '33,33,33', ','],
    ['a sign', '70.5%,19.5 %,10%', ','],
    ['a comma, as many countries write it', '70,5;19,5;10', ';'],
  ])('may be percentages, with %s', async (_, row, delimiter) => {
    const header = ['image', ...CLASSES].join(delimiter);
    const file = predictionFile('p.csv', `${header}\nx.png${delimiter}${row}\ny.png${delimiter}${row}\n`);
    const { rows, adjusted } = await read(file);
    expect(rows[0]?.distribution.reduce((sum, share) => sum + share)).toBeCloseTo(1, 5);
    expect(adjusted.percentages).toBe(true);
  });

  it('are one or the other: percentages among probabilities are refused', async () => {
    const file = predictionFile('p.csv', 'image,angry,happy,sad\nx.png,.7,.2,.1\ny.png,70,20,10\n');
    await expect(read(file)).rejects.toThrow(/line 3: its values are percentages/);
  });

  it.each([
    ['.7,.7,.1', false],
    ['8,1,1', false],
    ['0,0,0', false],
    ['3.2,-1.5,0.4', true],
  ])('that are %s are called logits in the advice only where they may be some', async (row, areLogits) => {
    const file = predictionFile('p.csv', `image,angry,happy,sad\nx.png,${row}\n`);
    const error: { hint: string } = await read(file).catch((refused) => refused);
    expect(error.hint.includes('--logits')).toBe(areLogits);
  });

  it.each([
    ['image,angry,happy,sad\na.png,.7,.2,.1\nb.png,.7,.2,.1\nc.png,.7,.2\n', /p\.csv.* line 4/],
    ['image,angry,happy,sad\na.png,.7,.2,.1\nb.png,.7,oops,.1\n', /p\.csv line 3: "happy" is "oops"/],
    ['image,angry,happy,sad\na.png,.7,,.1\n', /line 2: "happy" is empty/],
    ['image,angry,happy,sad\na.png,.7,nan,.1\n', /line 2: "happy" is "nan"/],
    ['image,angry,happy,sad\na.png,.7,.7,.1\n', /line 2: the probabilities add up to 1\.5/],
    ['image,angry,happy,sad\na.png,3,-2,0\n', /line 2: a probability is negative \(-2\)/],
    ['image,angry,happy,sad\n"a.png,.7,.2,.1\n', /a quoted value is not closed/],
    ['image,x,y,z\na.png,.7,.2,.1\n', /no columns are named after the dataset's classes/],
    ['a.png,.7,.2,.1\nb.png,.7,.2,.1\n', /no column has a usual name for image names/],
    ['image,happy,prob_happy,sad\na.png,.7,.7,.3\n', /"happy" and "prob_happy" are for the same class/],
    ['just words\n', /it is not a table/],
    ['', /it is empty/],
  ])('%j are refused with the place', async (content, problem) => {
    const refused = read(predictionFile('p.csv', content));
    await expect(refused).rejects.toMatchObject({
      code: 'table-invalid',
      message: expect.stringMatching(problem),
    });
    await expect(refused).rejects.toMatchObject({ hint: expect.stringMatching(/\S/) });
  });

  it('that are all distributions already are no logits', async () => {
    const file = predictionFile('p.csv', 'image,angry,happy,sad\nx.png,.7,.2,.1\n');
    await expect(read(file, { logits: true })).rejects.toThrow(/every row is a distribution already/);
  });
});

describe('predictions in a NumPy file', () => {
  it.each<[FloatType, boolean]>([
    ['<f2', false],
    ['<f4', false],
    ['<f8', false],
    ['>f8', false],
    ['>f4', true],
    ['<f8', true],
  ])('of type %s are read, in Fortran order: %s', async (type, isFortranOrder) => {
    const file = predictionFile('p.npy', npyMatrix(ROWS, type, isFortranOrder));
    const { rows, namesImages } = await read(file, { classes: CLASSES });
    expect(rows.map(({ distribution }) => [...distribution])).toEqual(ROWS.map(near));
    expect([namesImages, rows[0]?.image]).toEqual([false, null]);
  });

  it('come out as they went in, whatever their number, order and precision', async () => {
    const matrix = fc
      .tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 2, max: 5 }), fc.integer({ min: 1, max: 9 }))
      .chain(([rows, classes, size]) => {
        const number = fc.double({ min: -50, max: 50, noNaN: true });
        const table = (columns: number) =>
          fc.array(fc.array(number, { minLength: columns, maxLength: columns }), {
            minLength: rows,
            maxLength: rows,
          });
        return fc.record({ logits: table(classes), embeddings: table(size) });
      });
    await fc.assert(
      fc.asyncProperty(matrix, fc.boolean(), fc.boolean(), async ({ logits, embeddings }, first, second) => {
        const classes = (logits[0] as number[]).map((_, index) => `class ${index}`);
        const vectors = predictionFile('e.npy', npyMatrix(embeddings, '<f4', second));
        const file = predictionFile('p.npy', npyMatrix(logits, '<f8', first));
        const { rows } = await read(file, { classes, embeddings: vectors, logits: true });
        for (const [at, { distribution, embedding }] of rows.entries()) {
          const exact = labelDistribution(logits[at] as number[]);
          expect(distribution.every((share, c) => Math.abs(share - (exact[c] as number)) < 1e-5)).toBe(true);
          expect([...embedding]).toEqual((embeddings[at] as number[]).map(Math.fround));
        }
        expect(rows).toHaveLength(logits.length);
      }),
      { numRuns: 25 },
    );
  });

  it('are of the images that a file of names says, with or without a header', async () => {
    const file = predictionFile('p.npy', npyMatrix(ROWS));
    const imagesBy = async (name: string, content: string) =>
      (await read(file, { classes: CLASSES, names: predictionFile(name, content) })).rows.map(
        ({ image }) => image,
      );
    expect(await imagesBy('n.txt', 'a b.png\r\nc.png\r\n')).toEqual(['a b.png', 'c.png']);
    expect(await imagesBy('n.csv', 'image\na.png\nb.png')).toEqual(['a.png', 'b.png']);
    expect(await imagesBy('n.csv', 'row,path\n1,a.png\n2,"b,1.png"\n')).toEqual(['a.png', 'b,1.png']);
    await expect(imagesBy('n.txt', 'a.png\n')).rejects.toThrow(
      /n\.txt: it has 1 names, but there are 2 rows/,
    );
  });

  it.each([
    ['of another type', npyMatrix(ROWS).toString('latin1').replace('<f8', '<i8'), /type <i8/],
    ['of one dimension', npyMatrix(ROWS).toString('latin1').replace('(2, 3)', '(6,)  '), /shape is \(6\)/],
    ['cut off', npyMatrix(ROWS).toString('latin1').slice(0, -5), /it is truncated/],
    ['cut off in its header', npyMatrix(ROWS).toString('latin1').slice(0, 40), /a truncated NumPy file/],
    ['with a NaN', npyMatrix([[0.5, Number.NaN, 0.5]]).toString('latin1'), /row 1: "happy" is not a finite/],
  ])('%s are refused', async (_, content, problem) => {
    const file = predictionFile('p.npy', Buffer.from(content, 'latin1'));
    await expect(read(file, { classes: CLASSES })).rejects.toThrow(problem);
  });

  it('need names for their classes, and as many as they have columns', async () => {
    const file = predictionFile('p.npy', npyMatrix(ROWS));
    await expect(read(file)).rejects.toThrow(/does not name the classes of its 3 columns/);
    await expect(read(file, { classes: ['a', 'b'] })).rejects.toThrow(/3 columns, but 2 classes/);
  });

  it('need an embedding for each of their rows', async () => {
    const file = predictionFile('p.npy', npyMatrix(ROWS));
    const embeddings = predictionFile('e.npy', npyMatrix([[1, 2]]));
    await expect(read(file, { classes: CLASSES, embeddings })).rejects.toThrow(
      /e\.npy: it has 1 rows, but there are 2/,
    );
  });
});

describe('predictions in a Parquet file', () => {
  it('are read from a column a class', async () => {
    const file = predictionFile(
      'p.parquet',
      new Uint8Array(
        parquetWriteBuffer({
          columnData: [
            { name: 'path', data: ['a.png', 'b.png'], type: 'STRING' },
            { name: 'age', data: [20, 30], type: 'INT32' },
            ...CLASSES.map((name, at) => ({
              name,
              data: ROWS.map((row) => row[at] as number),
              type: 'DOUBLE' as const,
            })),
          ],
        }),
      ),
    );
    const { classes, rows, unusedColumns } = await read(file);
    expect({ classes, unusedColumns }).toEqual({ classes: CLASSES, unusedColumns: ['age'] });
    expect(rows.map(({ image, place }) => [image, place])).toEqual([
      ['a.png', 'row 1'],
      ['b.png', 'row 2'],
    ]);
    expect([...(rows[1] as PredictedRow).distribution]).toEqual(near([0.1, 0.8, 0.1]));
  });

  it('are read from lists, of embeddings too; a row of another length is refused', async () => {
    const list = (name: string, data: number[][]) => ({ name, data });
    const schema = (name: string) => [
      { name, num_children: 1, converted_type: 'LIST' as const, repetition_type: 'REQUIRED' as const },
      { name: 'list', num_children: 1, repetition_type: 'REPEATED' as const },
      { name: 'element', type: 'DOUBLE' as const, repetition_type: 'REQUIRED' as const },
    ];
    const written = (probabilities: number[][]) =>
      predictionFile(
        'p.parquet',
        new Uint8Array(
          parquetWriteBuffer({
            schema: [
              { name: 'root', num_children: 3 },
              { name: 'image', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED' },
              ...schema('probs'),
              ...schema('embedding'),
            ],
            columnData: [
              { name: 'image', data: ['a.png', 'b.png'] },
              list('probs', probabilities),
              list('embedding', [
                [1, 2, 3, 4],
                [5, 6, 7, 8],
              ]),
            ],
            rowGroupSize: 1,
          }),
        ),
      );
    const { rows, embeddingSize } = await read(written(ROWS), { classes: CLASSES });
    expect(embeddingSize).toBe(4);
    expect([...(rows[1] as PredictedRow).embedding]).toEqual([5, 6, 7, 8]);
    expect([...(rows[0] as PredictedRow).distribution]).toEqual(near(ROWS[0] as number[]));
    await expect(read(written(ROWS))).rejects.toThrow(/"probs" does not name the classes/);
    const ragged = [ROWS[0] as number[], [0.5, 0.5]];
    await expect(read(written(ragged), { classes: CLASSES })).rejects.toThrow(
      /row 2: 2 values where 3 classes/,
    );
  });

  it('that was cut off is refused', async () => {
    const whole = new Uint8Array(
      parquetWriteBuffer({ columnData: [{ name: 'image', data: ['a.png'], type: 'STRING' }] }),
    );
    const file = predictionFile('p.parquet', whole.slice(0, -9));
    await expect(read(file)).rejects.toThrow(/it is not a Parquet file, or is truncated/);
  });
});
