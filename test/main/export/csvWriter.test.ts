import { spawnSync } from 'node:child_process';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { guardFormula, unguardFormula } from '../../../src/domain/formulaGuard.ts';
import { CsvWriter } from '../../../src/main/export/index.ts';

const CONTROLS = Array.from({ length: 32 }, (_, code) => String.fromCharCode(code));
const ODD = [
  ...CONTROLS,
  '\x7f',
  '\x85',
  '\u2028',
  '\ufeff',
  '"',
  "'",
  ',',
  ';',
  '|',
  '\t',
  '=1+1',
  '+x',
  '-x',
  '@x',
  '＝x',
  '-4.5',
  "'=x",
  '😀',
  'שלום',
  '\u202e',
  'é',
  'e\u0301',
  ' ',
  '#',
  '\\',
];
/** Text with everything in it that has broken a CSV file. */
const oddText = fc
  .array(fc.oneof(fc.constantFrom(...ODD), fc.string({ maxLength: 4 })), { maxLength: 6 })
  .map((parts) => parts.join(''));
const COLUMNS = [{ name: 'image', isFileName: true }, { name: 'label' }, { name: 'note' }];
const rows = fc.array(fc.tuple(oddText, oddText, oddText), { maxLength: 8 });

const plain = (cells: string[]) => cells.map((cell, column) => (column === 0 ? cell : unguardFormula(cell)));

/** The result of Python's csv module, with its defaults, for files; null without Python. */
function readWithPython(texts: readonly string[]): string[][][] | null {
  const program = [
    'import csv, io, json, sys',
    'texts = json.loads(sys.stdin.buffer.read())',
    'csv.field_size_limit(1 << 30)',
    "print(json.dumps([list(csv.reader(io.StringIO(text, newline=''))) for text in texts]))",
  ].join('\n');
  const run = spawnSync('python3', ['-c', program], { input: JSON.stringify(texts), encoding: 'utf8' });
  return run.status === 0 ? JSON.parse(run.stdout) : null;
}

describe('every CSV that is written', () => {
  it('is read back by csv-parse with strict settings, whatever is in its cells', () => {
    const writer = new CsvWriter(COLUMNS);
    fc.assert(
      fc.property(rows, (written) => {
        const text = Buffer.from(writer.text(written)).toString();
        const [header, ...read] = parse(text, { bom: true, relax_quotes: false }) as string[][];
        expect(header).toEqual(['image', 'label', 'note']);
        expect(read.map(plain)).toEqual(written);
      }),
      { numRuns: 500 },
    );
  });

  it("is read back by Python's csv module", (context) => {
    const writer = new CsvWriter(COLUMNS);
    const files = fc.sample(rows, 300);
    const read = readWithPython(files.map((written) => writer.text(written)));
    if (read === null) return context.skip('there is no Python 3 here');
    for (const [index, written] of files.entries()) {
      expect(read[index]?.slice(1).map(plain)).toEqual(written);
    }
  });

  it.each(CONTROLS.map((control) => [JSON.stringify(control), control]))(
    'keeps %s alone, at the ends and inside a cell',
    (_, control) => {
      const written = [control, `${control}a`, `a${control}`, `a${control}b`].map((cell) => [cell, cell, '']);
      const read = parse(new CsvWriter(COLUMNS).text(written)) as string[][];
      expect(read.slice(1).map(plain)).toEqual(written);
    },
  );

  it('quotes a column name that a reader would take for the mark of a file', () => {
    const text = new CsvWriter([{ name: '\ufeffa' }, { name: '=b' }]).text([['1', '2']]);
    expect(parse(text, { bom: true })).toEqual([
      ['\ufeffa', "'=b"],
      ['1', '2'],
    ]);
  });

  it('has a row for a single empty cell', () => {
    expect(parse(new CsvWriter([{ name: 'a' }]).text([['']]))).toEqual([['a'], ['']]);
  });
});

describe('the guard against formulas', () => {
  it('is undone exactly, for every text', () => {
    fc.assert(
      fc.property(oddText, (text) => {
        expect(unguardFormula(guardFormula(text))).toBe(text);
      }),
      { numRuns: 1000 },
    );
  });

  it.each(['=1', '+a', '-a', '@a', '\t=1', '\r=1', '\n=1', '＝1', "'=1"])('marks %j', (text) => {
    expect(guardFormula(text)).toBe(`'${text}`);
  });

  it.each(['-4', '+1.5e3', 'a=1', "it's", "'quoted'", '', '-.5'])('leaves %j', (text) => {
    expect(guardFormula(text)).toBe(text);
  });
});
