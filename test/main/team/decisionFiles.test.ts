import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import iconv from 'iconv-lite';
import { describe, expect, it, onTestFinished } from 'vitest';
import { annotatorNameSchema } from '../../../src/domain/annotatorName.ts';
import { decodeText } from '../../../src/domain/textEncoding.ts';
import { formatAnnotators, parseAnnotators } from '../../../src/domain/votes.ts';
import { CsvWriter, exportDataset } from '../../../src/main/export/index.ts';
import { readTruth } from '../../../src/main/hosts/cli/truthFile.ts';
import { DecisionImport, DecisionMerge, MERGED_COLUMNS } from '../../../src/main/team/index.ts';
import { Workspace } from '../../../src/main/workspace/index.ts';
import { exportRequestSchema } from '../../../src/protocol/api.ts';
import { unclearSentences } from '../../../src/protocol/team.ts';
import { makeTree } from '../../support/datasetTree.ts';
import { temporaryDataFolder, temporaryFolder } from '../../support/temporaryFolder.ts';

const TREE = { 'happy/a.jpg': '1', 'happy/b.jpg': '2', 'sad/c.jpg': '3', 'sad/d é.jpg': '4' };
const AT = '2026-01-01T10:00:00.000Z';

async function open(tree: Record<string, string> = TREE): Promise<Workspace> {
  temporaryDataFolder();
  const folder = await makeTree(join(temporaryFolder(), 'faces'), tree);
  const workspace = await Workspace.open(folder, 'ann');
  onTestFinished(() => workspace.close());
  return workspace;
}

function fileOf(content: string | Uint8Array): string {
  const file = join(temporaryFolder(), 'decisions.csv');
  writeFileSync(file, content);
  return file;
}

async function apply(workspace: Workspace, content: string | Uint8Array, annotator?: string) {
  const decisions = new DecisionImport(workspace.opened.project);
  await decisions.read({ file: fileOf(content) }, annotator);
  return decisions.apply();
}

async function exported(workspace: Workspace): Promise<string> {
  const result = await exportDataset(workspace.exportSource, exportRequestSchema.parse({}));
  if (result.kind !== 'file') throw new Error('a CSV is a file');
  return (await Array.fromAsync(result.chunks)).join('');
}

const rowsOf = (text: string) => parse(text, { columns: true }) as Record<string, string>[];
const labelsOf = async (workspace: Workspace) =>
  Object.fromEntries(rowsOf(await exported(workspace)).map(({ image, label_clean }) => [image, label_clean]));

const CSV = [
  'image,label_clean,status,annotator,decided_at',
  `happy/a.jpg,sad,relabelled,zoë,${AT}`,
  `sad/c.jpg,,excluded,zoë,${AT}`,
  `sad/d é.jpg,happy,relabelled,zoë,${AT}`,
].join('\r\n');
const utf16 = (text: string) => Buffer.from(text, 'utf16le');

describe('a decision file that has been through a spreadsheet', () => {
  it.each<[string, string | Uint8Array]>([
    ['commas', CSV],
    ['a byte-order mark', `\ufeff${CSV}`],
    ['semicolons', CSV.replaceAll(',', ';')],
    ['semicolons that its first line names', `sep=;\r\n${CSV.replaceAll(',', ';')}`],
    ['tabs', CSV.replaceAll(',', '\t')],
    ['UTF-16 with tabs and a mark', utf16(`\ufeff${CSV.replaceAll(',', '\t')}`)],
    ['UTF-16 without a mark', utf16(CSV)],
    ['UTF-16, high byte first', utf16(`\ufeff${CSV}`).swap16()],
    ['the Windows code page', Buffer.from(CSV, 'latin1')],
    ['the line ends of an old Mac', CSV.replaceAll('\r\n', '\r')],
    ['empty columns and rows', `${CSV.replaceAll('\r\n', ',,\r\n')}\r\n,,,,,,\r\n\r\n`],
    ['names of columns in capitals', CSV.replace(/^.*/, (header) => header.toUpperCase())],
  ])('is read with %s', async (_, content) => {
    const workspace = await open();
    expect(await apply(workspace, content)).toMatchObject({ applied: 3, annotators: ['zoë'], unknown: 0 });
    expect(await labelsOf(workspace)).toEqual({
      'happy/a.jpg': 'sad',
      'happy/b.jpg': 'happy',
      'sad/c.jpg': '',
      'sad/d é.jpg': 'happy',
    });
    expect(await apply(workspace, content)).toMatchObject({ applied: 0, unchanged: 3 });
  });

  it('has one annotator for all spellings of a name that look the same', async () => {
    const workspace = await open();
    const header = 'image,label_clean,status,annotator,decided_at,votes';
    const rows = [
      `happy/a.jpg,sad,relabelled, zoe\u0308 ,${AT},`,
      `sad/c.jpg,,excluded,zo\u00eb; ,${AT},`,
      `happy/b.jpg,sad,relabelled,zoe\u0308,${AT}, zoe\u0308=sad`,
    ];
    expect((await apply(workspace, [header, ...rows].join('\n'))).annotators).toEqual(['zo\u00eb']);
    expect(annotatorNameSchema.parse(' zoe\u0308 ')).toBe('zo\u00eb');
  });

  it('is refused with its name where it has other columns', async () => {
    const workspace = await open();
    await expect(apply(workspace, 'a;b\n1;2\n')).rejects.toThrow(
      /decisions\.csv has no header with the columns/,
    );
  });

  it('is refused where its last row is cut off, or a row lacks what it needs', async () => {
    const workspace = await open();
    const file = `${CSV.replaceAll('zoë', 'Jürgen')}\r\n`;
    const cut = file.slice(0, -30);
    expect(cut).toMatch(/,relabelled,Jür$/);
    await expect(apply(workspace, cut)).rejects.toThrow(
      /line 4: the file is cut off: its last row has 4 cells, all others have 5/,
    );
    await expect(apply(workspace, `${cut.replace(/,relabelled.*$/, '')}\r\n`)).rejects.toThrow(
      /line 4: it has 2 of 5 cells/,
    );
    const early = CSV.replace(/,relabelled,zoë.*/, '');
    await expect(apply(workspace, early, 'ann')).rejects.toThrow(/line 2: it has 2 of 5 cells/);
    expect((await labelsOf(workspace))['happy/a.jpg']).toBe('happy');
  });

  it('is refused where it ends within its last value, which would be another time or another annotator', async () => {
    const workspace = await open();
    const file = CSV.replaceAll('zoë', 'zoe');
    for (let cut = 1; cut < AT.length; cut++) {
      await expect(apply(workspace, file.slice(0, -cut)), file.slice(-AT.length, -cut)).rejects.toThrow(
        /decisions\.csv line 4: (the file seems to be cut off|"[^"]+" is not a time)/,
      );
    }
    const [header = '', row = ''] = CSV.split('\r\n');
    const alone = `${header}\n${row.slice(0, -5)}`;
    await expect(apply(workspace, alone)).rejects.toThrow(
      /ends with ".*00", which is the beginning of a time/,
    );

    expect(await apply(await open(), `${header}\n${row}`)).toMatchObject({ applied: 1 }); // whole, without a line break

    const named = (last: string) =>
      [
        'image,label_clean,status,annotator',
        'sad/c.jpg,,excluded,zoe',
        `happy/a.jpg,sad,relabelled,${last}`,
      ].join('\n');
    await expect(apply(workspace, named('zo'))).rejects.toThrow(/ends with "zo", .* the beginning of "zoe"/);
    expect((await labelsOf(workspace))['happy/a.jpg']).toBe('happy');
    expect(await apply(workspace, `${named('zo')}\n`)).toMatchObject({ applied: 2 });
    expect(await apply(workspace, named('eva'))).toMatchObject({ applied: 1 });
  });

  it.each([
    ['2026-01-02', '2026-01-02T00:00:00.000Z'],
    ['2026-01-02T03:04Z', '2026-01-02T03:04:00.000Z'],
    ['2026-01-02 03:04:05+02:00', '2026-01-02T01:04:05.000Z'],
    ['2026-01-02T03:04:05.678901+00:00', '2026-01-02T03:04:05.678Z'],
  ])('may have the time %s', async (written, meant) => {
    const workspace = await open();
    await apply(workspace, `${CSV.replaceAll(AT, written)}\n`);
    expect(rowsOf(await exported(workspace))[0]?.decided_at).toBe(meant);
  });

  it.each(['2026', '2026-01', '2026-1-2', '1/2/2026', '2026-01-02T3', '2026-13-01T00:00:00Z', 'yesterday'])(
    'is refused with its line where the time is %s',
    async (written) => {
      const workspace = await open();
      const file = `${CSV.replace(AT, written)}\n`;
      await expect(apply(workspace, file)).rejects.toThrow(/line 2: ".*" is not a time/);
    },
  );

  it('may lack the empty cells at the ends of rows that a spreadsheet omits', async () => {
    const workspace = await open();
    const rows = ['happy/a.jpg,sad,relabelled,zoë', `happy/b.jpg,sad,relabelled,zoë,${AT}`];
    const header = 'image,label_clean,status,annotator,decided_at,note';
    const end = ['sad/c.jpg,happy,relabelled,zoë'];
    expect(await apply(workspace, [header, ...rows, ...end].join('\n'))).toMatchObject({ applied: 3 });
  });

  it('is refused with what is wrong where it is not there, or names an annotator at endless length', async () => {
    const workspace = await open();
    const decisions = new DecisionImport(workspace.opened.project);
    await expect(decisions.read({ file: '/nowhere/decisions.csv' })).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('/nowhere/decisions.csv was not found'),
    });
    await expect(apply(workspace, CSV.replaceAll('zoë', 'z'.repeat(100_000)))).rejects.toThrow(
      /line 2: the annotator's name has 100,000 characters/,
    );
  });

  it('has its changed labels applied although the status is unreviewed, or reported', async () => {
    const workspace = await open();
    const changed = (await exported(workspace)).replace('happy/a.jpg,,happy,happy', 'happy/a.jpg,,happy,sad');
    const told = await apply(workspace, changed);
    expect(told).toMatchObject({ applied: 0, unclear: { unmarked: { rows: 1 } } });
    expect(unclearSentences(told.unclear).join()).toMatch(/1 row .*decisions\.csv line 2/);
    expect(await apply(workspace, changed, 'eva')).toMatchObject({ applied: 1, annotators: ['eva'] });
    expect((await labelsOf(workspace))['happy/a.jpg']).toBe('sad');

    const byHand = `image,label_clean,status\nhappy/b.jpg,sad,\nsad/c.jpg,sad,unreviewed\n`;
    expect(await apply(workspace, byHand, 'eva')).toMatchObject({ applied: 1 });
  });

  it('has a change that contradicts its only annotator’s vote applied, and of several reported', async () => {
    const workspace = await open();
    await apply(workspace, CSV);
    const one = (await exported(workspace)).replace(',happy,sad,relabelled', ',happy,happy,kept');
    expect(await apply(workspace, one)).toMatchObject({ applied: 1, unchanged: 2 });
    expect((await labelsOf(workspace))['happy/a.jpg']).toBe('happy');

    const two = [
      'image,label_given,label_clean,status,annotator,decided_at,votes',
      `happy/b.jpg,happy,happy,kept,zoë;bob,${AT},zoë=sad;bob=sad`,
      `sad/c.jpg,sad,happy,ambiguous,zoë,${AT},`,
    ].join('\n');
    expect((await apply(workspace, two)).unclear.contradicting.rows).toBe(2);
    const auto = 'image,label_clean,status,annotator\nhappy/a.jpg,sad,auto,\n';
    expect((await apply(workspace, auto)).unclear.automatic.rows).toBe(1);
  });

  it('may name classes by what they are mapped to, and images by absolute paths', async () => {
    const workspace = await open({ '1/a.jpg': '1', '2/b.jpg': '2' });
    await workspace.mapClasses({ 1: 'surprise', 2: 'fear' });
    const row = `${join(workspace.folder, '1/a.jpg')},Fear,relabelled,ann,${AT}`;
    await apply(workspace, `image,label_clean,status,annotator,decided_at\n${row}\n`);
    expect((await labelsOf(workspace))['1/a.jpg']).toBe('2');
  });
});

describe('a decision file of an older system', () => {
  const CASES: [encoding: string, images: [string, string], annotator: string][] = [
    ['gb18030', ['高兴/张三.jpg', '悲伤/李四.jpg'], '王芳'],
    ['big5', ['高興/張三.jpg', '悲傷/李四.jpg'], '王芳'],
    ['shift_jis', ['喜び/田中.jpg', '悲しみ/鈴木.jpg'], '佐藤'],
    ['euc-kr', ['기쁨/김.jpg', '슬픔/이.jpg'], '박'],
    ['windows-1250', ['radość/łucja.jpg', 'smutek/żaneta.jpg'], 'Łukasz'],
    ['windows-1251', ['радость/анна.jpg', 'грусть/иван.jpg'], 'Ольга'],
    ['windows-1252', ['joie/é1.jpg', 'tristesse/ü2.jpg'], 'Zoë'],
  ];
  const textOf = ([a, b]: [string, string], annotator: string) =>
    [
      'sep=;',
      'image;label_clean;status;annotator;decided_at',
      `${a};${b.split('/')[0]};relabelled;${annotator};${AT}`,
      `${b};;excluded;${annotator};${AT}`,
    ].join('\r\n');

  it.each(CASES)(
    'is read in %s, from a path and from the window, which say so',
    async (encoding, images, annotator) => {
      const bytes = iconv.encode(textOf(images, annotator), encoding);
      for (const source of [{ file: fileOf(bytes) }, { file: 'decisions.csv', bytes }]) {
        const workspace = await open({ [images[0]]: '1', [images[1]]: '2' });
        const decisions = new DecisionImport(workspace.opened.project);
        await decisions.read(source);
        const told = decisions.apply();
        expect(told).toMatchObject({ applied: 2, unknown: 0, annotators: [annotator] });
        expect(unclearSentences(told.unclear).join()).toMatch(/1 file is not UTF-8 \(.*decisions\.csv: .*\)/);
      }
    },
  );

  it('is known also by a name at its very end, and merged', async () => {
    const images = Array.from({ length: 4000 }, (_, index) => `${String(index).padStart(24, '0')}.jpg`);
    const rows = images.map((image) => `${image},sad,relabelled,ann,${AT}`);
    const text = [
      'image,label_clean,status,annotator,decided_at',
      ...rows,
      `高兴/张三.jpg,sad,relabelled,王芳,${AT}`,
    ];
    const merge = new DecisionMerge();
    await merge.read({ file: fileOf(iconv.encode(text.join('\n'), 'gb18030')) });
    expect(merge.annotators).toEqual(['ann', '王芳']);
    expect(unclearSentences(merge.unclear).join()).toContain('GBK');
  });

  it.each([
    ['gb18030', '王芳'],
    ['windows-1250', 'Łukasz'],
    ['windows-1252', 'Zoë'],
  ])(
    'in %s is refused where only an annotator’s name tells it, unless it is named',
    async (encoding, name) => {
      const source = {
        file: 'decisions.csv',
        bytes: iconv.encode(textOf(['happy/a.jpg', 'sad/c.jpg'], name), encoding),
      };
      const refusal = /nothing but an annotator's name tells its encoding: line 3 would be/;
      const workspace = await open();
      await expect(workspace.team.apply([source])).rejects.toThrow(refusal);
      await expect(new DecisionMerge().read(source)).rejects.toThrow(refusal);
      const merge = new DecisionMerge();
      await merge.read(source, encoding);
      expect(merge.annotators).toEqual([name]);
      expect(merge.unclear.encoding.rows).toBe(0);
      const decisions = new DecisionImport(workspace.opened.project);
      await decisions.read(source, undefined, encoding);
      expect(decisions.apply().annotators).toEqual([name]);
    },
  );

  it('may have text in columns that nothing reads, whose encoding does not matter', async () => {
    const workspace = await open();
    const text = `image,label_clean,status,annotator,note\nhappy/a.jpg,sad,relabelled,ann,schön\n`;
    expect(await apply(workspace, Buffer.from(text, 'latin1'))).toMatchObject({ applied: 1 });
  });

  it('is refused where some of its lines are UTF-8, whichever come first', async () => {
    const workspace = await open();
    const [header = '', row = ''] = CSV.split('\r\n');
    const lines = [iconv.encode(`${row.replace('zoë', 'jürgen')}\n`, 'latin1'), Buffer.from(`${row}\n`)];
    for (const joined of [lines, lines.toReversed()]) {
      const bytes = Buffer.concat([Buffer.from(`${header}\n`), ...joined]);
      await expect(apply(workspace, bytes)).rejects.toThrow(/is mixed: some lines are UTF-8, others/);
    }
  });

  it.each([
    ['gb18030', '高兴/张三', '悲伤/欧阳明珠'],
    ['euc-kr', '기쁨/김민수', '슬픔/남궁민지'],
    ['shift_jis', '喜び/田中', '悲しみ/長谷川太郎'],
  ])('in %s is refused where one line of hundreds is UTF-8', async (encoding, usual, other) => {
    const line = (name: string) => `${name}.jpg,sad,relabelled,ann,${AT}\n`;
    const many = Array.from({ length: 300 }, (_, at) => line(`${usual}${at}`)).join('');
    const header = 'image,label_clean,status,annotator,decided_at\n';
    const whole = iconv.encode(header + many, encoding);
    const merge = (bytes: Buffer) => new DecisionMerge().read({ file: 'decisions.csv', bytes }, encoding);
    await merge(whole);
    await expect(merge(Buffer.concat([whole, Buffer.from(line(`${other}/${other}`))]))).rejects.toThrow(
      /is mixed: some lines are UTF-8|has characters that are not/,
    );
  });

  it('in GBK may have short names that are UTF-8 by chance', async () => {
    const names = ['木目', '高兴', '悲伤', '张三'];
    expect(iconv.encode('木目', 'gb18030')).toEqual(Buffer.from('ľĿ'));
    const rows = names.map((name) => `${name}.jpg,sad,relabelled,ann,${AT}\n`);
    const bytes = iconv.encode(`image,label_clean,status,annotator,decided_at\n${rows.join('')}`, 'gb18030');
    const merge = new DecisionMerge();
    await merge.read({ file: 'decisions.csv', bytes }, 'gb18030');
    expect([...merge.rows()]).toHaveLength(4);
  });

  it('is refused where it was joined from two encodings', async () => {
    const workspace = await open();
    const joined = Buffer.concat([
      Buffer.from(CSV.replace(/\r\n.*$/s, `\nhappy/a.jpg,sad,relabelled,zoë,${AT}`.repeat(2000))),
      iconv.encode('sad/c.jpg,happy,relabelled,böb,', 'latin1'),
    ]);
    await expect(apply(workspace, joined)).rejects.toThrow(/has characters that are not/);
    expect((await labelsOf(workspace))['happy/a.jpg']).toBe('happy');
  });
});

describe('names that look like formulas or hold separators', () => {
  const NAMES = [
    '=x',
    '+y',
    '-z',
    '@w',
    "'=q",
    'a;b',
    'c=d',
    '50%',
    '%3b',
    '__proto__',
    'constructor',
    'דנה',
  ];

  it('survive an export, a merge and an import', async () => {
    const workspace = await open({ '=happy/a.jpg': '1', '@sad/b.jpg': '2' });
    for (const [index, name] of NAMES.entries()) {
      workspace.annotator = name;
      const label = index % 2;
      workspace.decide({ sampleIds: [1], verdict: 'relabelled', label, note: '' });
      workspace.decide({ sampleIds: [2], verdict: 'kept', label: null, note: '' });
    }
    const annotators = (other: Workspace) => other.opened.project.verdicts.annotators();
    const text = await exported(workspace);
    const merge = new DecisionMerge();
    await merge.read({ file: fileOf(text) });
    expect(merge.annotators).toEqual([...NAMES].sort());
    const merged = new CsvWriter(MERGED_COLUMNS).text(merge.rows());

    for (const file of [text, merged]) {
      const other = await open({ '=happy/a.jpg': '1', '@sad/b.jpg': '2' });
      expect((await apply(other, file)).applied).toBe(2 * NAMES.length);
      expect(annotators(other)).toEqual([...NAMES].sort());
      expect(rowsOf(await exported(other)).map(({ votes, label_clean }) => [votes, label_clean])).toEqual(
        rowsOf(text).map(({ votes, label_clean }) => [votes, label_clean]),
      );
    }
  });

  it('are joined and split again, whatever they are', () => {
    const name = fc.string({ minLength: 1 }).filter((text) => text !== '');
    const odd = fc.array(fc.constantFrom(';', '%', '3', 'b', 'B', '2', '5', '='), { minLength: 1 });
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            name,
            odd.map((signs) => signs.join('')),
          ),
        ),
        (names) => {
          expect(parseAnnotators(formatAnnotators(names))).toEqual(names);
        },
      ),
    );
  });
});

describe('many decisions', () => {
  const LARGE = 150_000;

  it('are merged and applied in one go', async () => {
    const rows = Array.from({ length: LARGE }, (_, at) => `no/${at}.jpg,sad,kept,bob,${AT}`);
    const text = [CSV, ...rows].join('\n');
    const merge = new DecisionMerge();
    await merge.read({ file: 'large.csv', text });
    expect([...merge.rows()]).toHaveLength(LARGE + 3);
    const workspace = await open();
    const applied = await workspace.team.apply([{ file: 'large.csv', text }]);
    expect(applied).toMatchObject({ applied: 3, unknown: LARGE });
    expect(applied.unknownImages).toHaveLength(100);
  });
});

describe('a file of true labels', () => {
  it.each<[string, string | Uint8Array]>([
    ['commas', 'image,label\na.jpg,sad\nb.jpg,=x\n'],
    ['semicolons', 'image;label\na.jpg;sad\nb.jpg;=x\n'],
    ['UTF-16 and tabs', utf16('\ufeffimage\tlabel\na.jpg\tsad\nb.jpg\t=x\n')],
    [
      'the columns of a cleaned CSV',
      "image,label_clean,status\na.jpg,sad,kept\nb.jpg,'=x,relabelled\nc.jpg,sad,unreviewed\n",
    ],
  ])('is read with %s', async (_, content) => {
    expect(await readTruth(fileOf(content))).toEqual(
      new Map([
        ['a.jpg', 'sad'],
        ['b.jpg', '=x'],
      ]),
    );
  });

  it('is refused where it says nothing', async () => {
    await expect(readTruth(fileOf('image,label_clean,status\na.jpg,sad,unreviewed\n'))).rejects.toThrow(
      /has no true label in its 1 rows/,
    );
    await expect(readTruth(fileOf('image,age\na.jpg,3\n'))).rejects.toThrow(/no column label/);
    await expect(readTruth(fileOf('image,label\na.jpg,sad\nb.j'))).rejects.toThrow(/line 3: the file is cut/);
    await expect(readTruth(fileOf('image,label\na.jpg,surprise\nb.jpg,sur'))).rejects.toThrow(
      /line 3: the file seems to be cut off: it ends with "sur", which is the beginning of "surprise"/,
    );
  });
});

describe('the encoding of a text', () => {
  it('is recognised by its bytes', () => {
    expect(decodeText(Buffer.from('plain'))).toBe('plain');
    expect(decodeText(Buffer.from('größe'))).toBe('größe');
    expect(decodeText(Buffer.from('größe', 'latin1'))).toBeNull();
    expect(decodeText(utf16('größe'))).toBe('größe');
    expect(decodeText(utf16('größe').swap16())).toBe('größe');
  });
});
