import { formatAnnotators, formatSoftLabels, formatVotes } from '../../domain/votes.ts';
import { argmax } from '../../labelQuality/argmax.ts';
import type { SampleMetadata } from '../project/index.ts';
import type { ExportStatus } from './cleanLabel.ts';
import type { Cell, CsvColumn } from './csvWriter.ts';
import { nameOf } from './exportSource.ts';
import type { RowFacts } from './rowFacts.ts';

/**
 * How a value is written. `file-name`: unchanged, so that programs find the file. `text`: guarded against
 * formulas in a CSV. `share`: 0 to 1, with four decimals in a CSV; that and `number` are numbers in JSON.
 */
type ColumnKind = 'file-name' | 'text' | 'share' | 'number';
type ValueOf<Kind extends ColumnKind> = Kind extends 'file-name' | 'text' ? string : number | null;

interface ExportColumn<Name extends string = string, Kind extends ColumnKind = ColumnKind> {
  name: Name;
  kind: Kind;
  /** Its input. */
  from: keyof RowFacts;
  /** What it reveals: `predictions` are hidden from a person who may not see them. */
  reveals: 'nothing' | 'predictions';
  value(facts: RowFacts): ValueOf<Kind>;
}

/** Declares a column whose value is empty if its input is unknown. */
function column<Name extends string, Kind extends ColumnKind, Part extends keyof RowFacts>(
  name: Name,
  kind: Kind,
  from: Part,
  reveals: ExportColumn['reveals'],
  value: (part: NonNullable<RowFacts[Part]>) => ValueOf<Kind>,
): ExportColumn<Name, Kind> {
  return {
    name,
    kind,
    from,
    reveals,
    value: (facts) => (facts[from] == null ? emptyOf(kind) : value(facts[from])),
  };
}

function emptyOf<Kind extends ColumnKind>(kind: Kind): ValueOf<Kind> {
  return (isNumeric(kind) ? null : '') as ValueOf<Kind>;
}

function isNumeric(kind: ColumnKind): boolean {
  return kind === 'share' || kind === 'number';
}

const box = ({ region }: RowFacts['sample']) => (region?.kind === 'box' ? region : null);

/** The columns of every export, each said once. They stay in this order; later ones are appended. */
export const EXPORT_COLUMNS = [
  column('image', 'file-name', 'sample', 'nothing', ({ image }) => image),
  column('split', 'text', 'sample', 'nothing', ({ split }) => split ?? ''),
  column('label_given', 'text', 'review', 'nothing', ({ given }) => given),
  column('label_clean', 'text', 'review', 'nothing', ({ clean }) => clean),
  column('status', 'text', 'review', 'nothing', ({ status }) => status),
  column('annotator', 'text', 'review', 'nothing', ({ annotators }) => formatAnnotators(annotators)),
  column('decided_at', 'text', 'review', 'nothing', ({ decidedAt }) => decidedAt),
  column('label_primary', 'text', 'model', 'predictions', ({ prediction, labelOf }) =>
    labelOf(prediction.primary),
  ),
  column('label_corrected', 'text', 'model', 'predictions', ({ prediction, labelOf }) =>
    labelOf(prediction.corrected),
  ),
  column(
    'confidence_primary',
    'share',
    'model',
    'predictions',
    ({ prediction }) => prediction.confidencePrimary,
  ),
  column(
    'confidence_corrected',
    'share',
    'model',
    'predictions',
    ({ prediction }) => prediction.confidenceCorrected,
  ),
  column('nearest_anchor', 'text', 'model', 'predictions', ({ prediction, nameOfModelClass }) => {
    const [anchor] = prediction.anchors;
    return anchor === undefined ? '' : `${nameOfModelClass(anchor.classIndex)}#${anchor.k}`;
  }),
  column('flag_score', 'share', 'model', 'predictions', ({ score }) => score),
  column('issues', 'text', 'model', 'predictions', ({ issues }) => issues.join(';')),
  column('votes', 'text', 'review', 'nothing', ({ votes }) => formatVotes(votes)),
  column('label_soft', 'text', 'review', 'nothing', ({ votes }) => formatSoftLabels(votes)),
  column('label_tuned', 'text', 'tuned', 'predictions', ({ prediction, classNames }) =>
    nameOf(classNames, argmax(prediction.corrected)),
  ),
  column(
    'confidence_tuned',
    'share',
    'tuned',
    'predictions',
    ({ prediction }) => prediction.confidenceCorrected,
  ),
  column('nearest_anchor_tuned', 'text', 'tuned', 'predictions', ({ prediction, classNames }) => {
    const [anchor] = prediction.anchors;
    return anchor === undefined ? '' : `${nameOf(classNames, anchor.classIndex)}#${anchor.k}`;
  }),
  column('face_quality', 'share', 'model', 'predictions', ({ prediction }) => prediction.faceQuality),
  column('face', 'text', 'face', 'nothing', ({ number, of }) => `${number}/${of}`),
  column('box_left', 'number', 'sample', 'nothing', (sample) => box(sample)?.left ?? null),
  column('box_top', 'number', 'sample', 'nothing', (sample) => box(sample)?.top ?? null),
  column('box_width', 'number', 'sample', 'nothing', (sample) => box(sample)?.width ?? null),
  column('box_height', 'number', 'sample', 'nothing', (sample) => box(sample)?.height ?? null),
  column('trained_on', 'text', 'model', 'predictions', ({ trainedOn }) => trainedOn ?? ''),
  column('problem', 'text', 'sample', 'nothing', ({ problem }) => problem ?? ''),
] as const;

type OwnColumn = (typeof EXPORT_COLUMNS)[number];

/** The values of one image by column. Text is as the dataset has it; a writer guards and quotes it. */
export type CleanedRow = { [Column in OwnColumn as Column['name']]: ReturnType<Column['value']> } & {
  status: ExportStatus;
};

/** Our columns, in their order. */
export const CLEANED_COLUMNS: readonly (keyof CleanedRow)[] = EXPORT_COLUMNS.map(({ name }) => name);

/** @param hidesPredictions whether the person who exports may not see predictions */
export function rowOf(facts: RowFacts, hidesPredictions: boolean): CleanedRow {
  const values = EXPORT_COLUMNS.map((own): [string, Cell] => [
    own.name,
    hidesPredictions && own.reveals === 'predictions' ? emptyOf(own.kind) : own.value(facts),
  ]);
  return Object.fromEntries(values) as CleanedRow;
}

/** Before the name of a source's own column, so that it is never taken for one of ours. */
const METADATA_PREFIX = 'meta_';

/** Our columns and the source's own, as a CSV has them. */
export function csvColumns(metadata: readonly string[]): CsvColumn[] {
  const own = EXPORT_COLUMNS.map(({ name, kind }) => ({ name, isFileName: kind === 'file-name' }));
  return [...own, ...metadata.map((name) => ({ name: METADATA_PREFIX + name }))];
}

/** A row of that CSV. */
export function csvCells(row: CleanedRow, metadata: readonly string[] = [], values?: SampleMetadata): Cell[] {
  const own = EXPORT_COLUMNS.map(({ name, kind }) => textOf(row[name], kind));
  return [...own, ...metadata.map((name) => values?.[name] ?? '')];
}

/** The same by column. */
export function textValues(row: CleanedRow): Record<keyof CleanedRow, string> {
  const values = EXPORT_COLUMNS.map(({ name, kind }) => [name, textOf(row[name], kind)]);
  return Object.fromEntries(values) as Record<keyof CleanedRow, string>;
}

function textOf(value: Cell, kind: ColumnKind): string {
  if (value === null) return '';
  return kind === 'share' && typeof value === 'number' ? value.toFixed(4) : String(value);
}

/** The same as JSON: numbers are numbers, and unknown values are null. */
export function jsonValues(row: CleanedRow): Record<string, Cell> {
  return Object.fromEntries(
    EXPORT_COLUMNS.map(({ name, kind }): [string, Cell] => {
      const value = row[name];
      if (typeof value === 'number') return [name, kind === 'share' ? Number(value.toFixed(4)) : value];
      return [name, value === '' ? null : value];
    }),
  );
}
