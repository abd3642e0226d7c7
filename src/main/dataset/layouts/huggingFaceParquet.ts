import path from 'node:path';
import {
  type FileMetaData,
  parquetMetadataAsync,
  parquetReadObjects,
  parquetSchema,
  type SchemaElement,
} from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { errorMessage } from '../../../domain/errors.ts';
import { type WordRecord, wordRecord } from '../../../domain/wordRecord.ts';
import { checkParquetSize, type DatasetPlace, openParquetFile } from '../../files/index.ts';
import { labelChoices, rankLabelColumns, voteNames } from '../readers/parquetLabelColumns.ts';
import { parquetLabel, rewriteParquetLabels } from '../readers/parquetLabels.ts';
import { isImageColumn } from '../readers/tableColumns.ts';
import { folderOf, stemOf } from '../readers/tablePlan.ts';
import { UniqueKeys } from '../readers/uniqueKeys.ts';
import { classByVotes } from '../readers/voteColumns.ts';
import { damaged } from '../recognition/damaged.ts';
import { CERTAIN, defineLayout } from '../recognition/defineLayout.ts';
import { findFiles } from '../recognition/findFiles.ts';
import type { FolderListing } from '../recognition/folderListing.ts';
import type { LayoutOptions } from '../recognition/layout.ts';
import { SamplePaths } from '../recognition/samplePaths.ts';
import { isSplitName } from '../recognition/splitNames.ts';
import type { TableWriter } from '../writing/writeSource.ts';
import { pictureKey } from './fer2013Csv.ts';
import { readFeatures } from './huggingFaceFeatures.ts';
import { fileNamed, fileOf, mayNameFiles, type PictureOfRow } from './parquetPictures.ts';

/** A longer text is no property of an image that someone would filter by. */
const LONGEST_METADATA = 2000;

interface ParquetTable {
  file: string;
  metadata: FileMetaData;
  image: string;
  label: string;
  /** The file itself, absolute. */
  path: string;
  place: DatasetPlace;
  element: SchemaElement;
  /** Of a ClassLabel, by its ids; null where the labels are their own names. */
  names: string[] | null;
  /** False if the file has features that cannot be parsed. */
  hasFeatures: boolean;
  /** The image column holds names of files. */
  hasNames: boolean;
  further: string[];
  /** One column for each class, instead of a label column; null for none. */
  votes: string[] | null;
  /** Columns that may be the labels, if nothing decides. */
  unsureLabels: string[];
}

/** https://huggingface.co/docs/datasets: Parquet files with an Image and a ClassLabel. */
export const huggingFaceParquet = defineLayout<ParquetTable[]>({
  id: 'hf-parquet',
  title: 'Hugging Face Parquet',
  mark: '`.parquet` files with a column of image bytes or image paths, and one of labels (ClassLabel, numbers or text)',
  classes: null,
  writes: 'label-files',
  picturesInTable: true,

  async find(listing, options) {
    const files = findFiles(listing, /^([^/]+\/){0,3}[^/]+\.parquet$/i).filter(
      (file) => !listing.leavingLinks.has(file),
    );
    const tables: ParquetTable[] = [];
    for (const file of files.sort()) {
      const table = await inspect(listing, file, options);
      if (table !== null) tables.push(table);
    }
    const [first] = tables;
    if (first === undefined) return null;
    return {
      plan: tables,
      reason: `${tables.map(({ file }) => file).join(', ')} ${tables.length === 1 ? 'has' : 'have'} images in "${first.image}" and labels in "${first.label}".`,
      options: { imageColumn: first.image, ...(first.votes === null ? { labelColumn: first.label } : {}) },
      ...(tables.some(({ hasNames }) => hasNames) ? {} : { belongs: () => false }),
    };
  },

  choices: ([first]) => labelChoices(first?.label ?? '', first?.unsureLabels ?? []),

  /** A table of paths may be something else, such as predictions. */
  confidence({ found }, tables) {
    const isSure = !tables.some(({ hasNames }) => hasNames);
    if (found === 0) return isSure ? 0.5 : 0.4;
    return isSure ? CERTAIN : 0.9;
  },

  async *rows(listing, tables, problems) {
    const keys = new UniqueKeys(listing);
    for (const { file, metadata, image, label, names, further, hasFeatures, hasNames, votes } of tables) {
      if (!hasFeatures) problems.add('broken-features', file);
      const paths = new SamplePaths(listing, folderOf(file));
      const source = await openParquetFile(path.join(listing.root, file), listing.place);
      let rowStart = 0;
      for (const group of metadata.row_groups) {
        const rowEnd = rowStart + Number(group.num_rows);
        const namesFiles = hasNames || mayNameFiles(group, image);
        const columns = [...new Set([label, ...further, ...(namesFiles ? [image] : [])])];
        const read = async () => {
          await checkParquetSize(source, metadata, rowStart, columns);
          return parquetReadObjects({ file: source, metadata, columns, rowStart, rowEnd, compressors });
        };
        const rows = await read().catch((error: unknown) => {
          throw damaged(
            listing,
            file,
            null,
            `the rows from ${rowStart + 1} on cannot be read (${errorMessage(error)})`,
          );
        });
        for (const [at, values] of rows.entries()) {
          const row = rowStart + at;
          const named = namesFiles ? fileOf(values[image]) : null;
          if (Array.isArray(values[label]) && values[label].length > 1)
            problems.add('several-labels', `${file} row ${row + 1}`);
          const picture: PictureOfRow =
            named === null
              ? {
                  image: pictureKey(file, row + 1),
                  path: file,
                  problem: null,
                  region: { kind: 'parquet', row, column: image },
                }
              : fileNamed(named, paths, keys, `${file} row ${row + 1}`);
          yield {
            ...picture,
            split: splitOf(file),
            givenLabel:
              votes === null
                ? labelOf(values[label], names, (problem) =>
                    damaged(listing, file, null, `row ${row + 1}: ${problem}`),
                  )
                : classByVotes(
                    votes,
                    votes.map((column) => values[column]),
                  ),
            metadata: furtherOf(values, further),
            place:
              votes !== null || Array.isArray(values[label]) ? { kind: 'none' } : { kind: 'row', file, row },
          };
        }
        rowStart = rowEnd;
      }
    }
  },

  sentences: {
    'several-labels': (count, one) =>
      `${count} ${one ? 'row has' : 'rows have'} several labels; the first is used`,
    'broken-features': (count, one) =>
      `the class names of ${count} Parquet ${one ? 'file' : 'files'} cannot be read (the metadata "huggingface" is damaged), so classes are shown as the numbers in ${one ? 'it' : 'them'}`,
  },

  writer: (tables) => ({ table: labelWriter(tables) }),
});

/** Null where the file has no images or no labels. @throws AppError `table-invalid` where it is not a Parquet file */
async function inspect(
  listing: FolderListing,
  file: string,
  { imageColumn, labelColumn }: LayoutOptions,
): Promise<ParquetTable | null> {
  const metadata = await readMetadata(listing, file);
  const written = metadata.key_value_metadata?.find(({ key }) => key === 'huggingface')?.value;
  const read = written === undefined ? {} : readFeatures(written);
  const features = read ?? {};
  const columns = parquetSchema(metadata).children;
  const isBytes = (column: (typeof columns)[number]) =>
    column.children.some(({ element }) => element.name === 'bytes') ||
    (column.element.type === 'BYTE_ARRAY' &&
      column.element.converted_type === undefined &&
      column.element.logical_type === undefined);
  const namesFiles = (column: (typeof columns)[number]) => {
    const { children, element } = column;
    const { type, name } = element;
    return children.length === 0 && type === 'BYTE_ARRAY' && !isBytes(column) && isImageColumn(name);
  };
  const image =
    columns.find(({ element }) => element.name === imageColumn) ??
    columns.find(({ element }) => features[element.name]?.type === 'Image') ??
    columns.find(isBytes) ??
    columns.find(namesFiles);
  const plain = columns.filter(
    ({ children, element }) => children.length === 0 && element.name !== image?.element.name,
  );
  // A Sequence(ClassLabel) is no plain column.
  const labelled = columns.filter(
    (column) => plain.includes(column) || features[column.element.name]?.names !== undefined,
  );
  const ranked = rankLabelColumns(
    labelled.map(({ element }) => ({ name: element.name, classes: features[element.name]?.names ?? null })),
  );
  const votes =
    labelColumn === undefined && (ranked[0]?.fit ?? 0) < 1.5
      ? voteNames(plain.map(({ element }) => element))
      : null;
  const chosen = labelColumn ?? votes?.[0] ?? ranked[0]?.name;
  const label = labelled.find(({ element }) => element.name === chosen);
  if (labelColumn !== undefined && image !== undefined && label === undefined)
    throw damaged(
      listing,
      file,
      null,
      `it has no column "${labelColumn}" of labels; its columns are ${columns.map(({ element }) => element.name).join(', ')}`,
    );
  if (image === undefined || label === undefined) return null;
  const rivals = ranked.filter(({ fit }) => fit === ranked[0]?.fit && fit < 1.5).map(({ name }) => name);
  return {
    file,
    metadata,
    image: image.element.name,
    label: label.element.name,
    path: path.join(listing.root, file),
    place: listing.place,
    element: label.element,
    votes,
    unsureLabels: labelColumn !== undefined || votes !== null || rivals.length < 2 ? [] : rivals,
    names: features[label.element.name]?.names ?? null,
    hasFeatures: read !== null,
    hasNames: namesFiles(image),
    further: plain
      .filter((column) => (votes !== null || column !== label) && !isBytes(column))
      .map(({ element }) => element.name),
  };
}

async function readMetadata(listing: FolderListing, file: string): Promise<FileMetaData> {
  try {
    return await parquetMetadataAsync(await openParquetFile(path.join(listing.root, file), listing.place));
  } catch (error) {
    throw damaged(listing, file, null, `it is not a Parquet file, or is truncated (${errorMessage(error)})`);
  }
}

function labelOf(written: unknown, names: string[] | null, fail: (problem: string) => Error): string | null {
  const value: unknown = Array.isArray(written) ? written[0] : written;
  if (value === null || value === undefined || value === '') return null;
  if (names === null) return String(value);
  if (Number(value) === -1) return null; // `datasets` writes this for "no label"
  const name = names[Number(value)];
  if (name === undefined) throw fail(`the label ${String(value)} is not one of 0 to ${names.length - 1}`);
  return name;
}

function labelWriter(tables: readonly ParquetTable[]): TableWriter {
  const byFile = new Map(tables.map((table) => [table.file, table]));
  const valueIn = ({ names, element }: ParquetTable, label: string | null) => {
    if (names === null) return parquetLabel(label, element);
    const id = label === null ? -1 : names.indexOf(label); // `datasets` writes -1 for "no label"
    return id < 0 && label !== null ? undefined : parquetLabel(String(id), element);
  };
  return {
    canHold(label, file) {
      const table = byFile.get(file);
      return table !== undefined && valueIn(table, label) !== undefined;
    },
    write(file, labels) {
      const { path: absolute, place, label: column } = byFile.get(file) as ParquetTable;
      const values = [...labels].map(
        ([row, label]) => [row, valueIn(byFile.get(file) as ParquetTable, label) ?? null] as const,
      );
      return rewriteParquetLabels(absolute, place, column, new Map(values));
    },
  };
}

function furtherOf(values: Record<string, unknown>, further: string[]): WordRecord<string> | null {
  const entries = further.flatMap((name) => {
    const value = values[name];
    const text = value === null || value === undefined ? '' : String(value);
    return text === '' || text.length > LONGEST_METADATA ? [] : [[name, text]];
  });
  return entries.length === 0 ? null : wordRecord(entries as [string, string][]);
}

/** `train-00000-of-00002.parquet`, or a file in a folder that is called after a split. */
function splitOf(file: string): string | null {
  const [stem = ''] = stemOf(file).split('-');
  const folder = folderOf(file).split('/').at(-1) ?? '';
  return [stem, folder].find(isSplitName) ?? null;
}
