import { parseTree } from 'jsonc-parser';
import { type WordRecord, wordRecord } from '../../../domain/wordRecord.ts';
import { writeCell } from '../readers/cellSpans.ts';
import { type FixedTable, readFixedTable, tablesWithColumns } from '../readers/fixedTable.ts';
import { memberOf } from '../readers/jsonItems.ts';
import { isLabelColumn } from '../readers/tableColumns.ts';
import { folderOf } from '../readers/tablePlan.ts';
import { readTextLines } from '../readers/textLines.ts';
import { UniqueKeys } from '../readers/uniqueKeys.ts';
import { damaged } from '../recognition/damaged.ts';
import { defineLayout } from '../recognition/defineLayout.ts';
import { findFiles } from '../recognition/findFiles.ts';
import type { FolderListing } from '../recognition/folderListing.ts';
import { inStyleOf } from '../recognition/labelText.ts';
import type { ByteSpan, LabelPlace, SampleRecord } from '../recognition/layout.ts';
import { SamplePaths } from '../recognition/samplePaths.ts';
import { isSplitName } from '../recognition/splitNames.ts';

const NAME = /^metadata\.csv$/i;

/** One row of a metadata file, with the position of its label. */
interface MetadataRow {
  fileName: string;
  label: string | null;
  split: string | null;
  further: WordRecord<string>;
  place: LabelPlace;
}

/** https://huggingface.co/docs/datasets/image_dataset: `metadata.csv` or `.jsonl` beside the images it names. */
export const huggingFaceImageFolder = defineLayout<string[]>({
  id: 'hf-imagefolder',
  title: 'Hugging Face imagefolder',
  mark: '`metadata.csv` or `metadata.jsonl` with `file_name` and a label, in the folder of the images',
  classes: null,
  writes: 'label-files',

  async find(listing) {
    const tables = await tablesWithColumns(listing, ['file_name'], { name: NAME });
    const labelled = tables.filter(({ columns }) => columns.some(isLabelColumn));
    const lines = findFiles(listing, /^([^/]+\/){0,3}metadata\.jsonl$/i);
    const files = [...labelled.map(({ file }) => file), ...lines].sort();
    if (files.length === 0) return null;
    await refuseWithoutNames(listing, tables);
    return {
      plan: files,
      reason: `${files.join(', ')} ${files.length === 1 ? 'names' : 'name'} images and labels, as in a Hugging Face imagefolder.`,
    };
  },

  async *rows(listing, files) {
    const keys = new UniqueKeys(listing);
    for (const file of files) {
      const paths = new SamplePaths(listing, folderOf(file));
      const folderSplit = folderOf(file).split('/').find(isSplitName) ?? null;
      for await (const row of /\.csv$/i.test(file) ? csvRows(listing, file) : jsonRows(listing, file)) {
        const { path, problem, matched } = paths.resolve(row.fileName);
        yield {
          image: keys.take(path === '' ? row.fileName : path),
          path,
          problem,
          matched,
          region: null,
          split: row.split ?? folderSplit,
          givenLabel: row.label,
          metadata: Object.keys(row.further).length === 0 ? null : row.further,
          place: row.place,
        } satisfies SampleRecord;
      }
    }
  },

  writer: {
    text: (label, current, { place }) =>
      place.kind === 'text' && /\.jsonl$/i.test(place.file)
        ? JSON.stringify(label)
        : writeCell(inStyleOf(label, current), current),
  },
});

/** Where one metadata file is of this form, all are. @throws AppError `table-invalid` */
async function refuseWithoutNames(listing: FolderListing, tables: readonly FixedTable[]): Promise<void> {
  const all = await tablesWithColumns(listing, [], { name: NAME });
  const other = all.find(({ file }) => !tables.some((table) => table.file === file));
  if (other !== undefined) throw damaged(listing, other.file, 1, 'the header has no column file_name');
}

async function* csvRows(listing: FolderListing, file: string): AsyncGenerator<MetadataRow> {
  const [table] = (await tablesWithColumns(listing, ['file_name'], { name: NAME })).filter(
    (each) => each.file === file,
  );
  if (table === undefined) return;
  const labelColumn = (table.columns.find(isLabelColumn) ?? '').toLowerCase();
  for await (const { row, text, indexOf, fail } of readFixedTable(listing, table)) {
    const fileName = row.cells[indexOf('file_name')] ?? '';
    if (fileName.trim() === '') throw fail('"file_name" is empty');
    const label = row.cell(indexOf(labelColumn));
    const further = table.columns
      .map((column) => [column, text(column.toLowerCase())] as const)
      .filter(
        ([column, value]) =>
          value !== '' && !['file_name', 'split', labelColumn].includes(column.toLowerCase()),
      );
    yield {
      fileName,
      label: text(labelColumn) === '' ? null : text(labelColumn),
      split: text('split') === '' ? null : text('split'),
      further: wordRecord(further),
      place: label === null ? { kind: 'none' } : { kind: 'text', file, label, row: row.row },
    };
  }
}

async function* jsonRows(listing: FolderListing, file: string): AsyncGenerator<MetadataRow> {
  for await (const { text, line, content, row } of readTextLines(listing, file)) {
    if (text.trim() === '') continue;
    const fail = (problem: string) => damaged(listing, file, line, problem);
    const errors: never[] = [];
    const json = text.replace(/^\ufeff/, '');
    const node = parseTree(json, errors, { disallowComments: true });
    if (node?.type !== 'object' || errors.length > 0) throw fail('it is not a JSON object');
    const fileName = memberOf(node, 'file_name')?.value;
    if (typeof fileName !== 'string') throw fail('"file_name" is missing');
    const members = (node.children ?? []).flatMap(({ children = [] }) => {
      const [name, value] = children;
      return value !== undefined && value.children === undefined
        ? [{ name: String(name?.value), value }]
        : [];
    });
    const label = members.find(({ name }) => isLabelColumn(name));
    const startOf = (offset: number) =>
      content.start + Buffer.byteLength(text.slice(0, offset + (text.length - json.length)));
    const span: ByteSpan | null =
      label === undefined
        ? null
        : { start: startOf(label.value.offset), end: startOf(label.value.offset + label.value.length) };
    const isEmpty = (value: unknown) => value === null || value === undefined || value === '';
    const split = members.find(({ name }) => name === 'split')?.value.value;
    yield {
      fileName,
      label: isEmpty(label?.value.value) ? null : String(label?.value.value),
      split: typeof split === 'string' && split !== '' ? split : null,
      further: wordRecord(
        members
          .filter(
            ({ name, value }) =>
              name !== label?.name && !['file_name', 'split'].includes(name) && !isEmpty(value.value),
          )
          .map(({ name, value }) => [name, String(value.value)] as const),
      ),
      place: span === null ? { kind: 'none' } : { kind: 'text', file, label: span, row },
    };
  }
}
