import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CsvError, parse } from 'csv-parse';
import { AppError, errorMessage } from '../../shared/errors.ts';
import { STATUSES } from '../../shared/review.ts';
import { parseVotes } from '../../shared/votes.ts';
import { regularFileStream } from '../files/index.ts';

/** What an annotator came to: a label (null where the dataset gives none), as far as is known the given one; or none. */
export type DecisionOutcome =
  | { kind: 'label'; label: string | null; kept: boolean }
  | { kind: 'excluded' }
  | { kind: 'ambiguous' };

/** One annotator's decision on one image, as a file holds it. */
export interface FileDecision {
  image: string;
  annotator: string;
  outcome: DecisionOutcome;
  /** ISO 8601, UTC. */
  decidedAt: string;
  line: number;
}

const COLUMNS = ['image', 'label_clean', 'status', 'annotator', 'decided_at'];
const UNDECIDED = ['unreviewed', 'auto'];
const HINT = `It needs a header with the columns ${COLUMNS.join(', ')}; a cleaned CSV has them.`;

/**
 * The decisions of a file, in its order. A cleaned CSV is one: rows that nobody decided are passed over, and its
 * column `votes` gives each annotator's own decision.
 *
 * @param annotator whose decisions they are where the file does not say
 * @param text what the file holds, where it was read already
 * @throws AppError `table-invalid` with the line
 */
export async function readDecisions(
  file: string,
  annotator?: string,
  text?: string,
): Promise<FileDecision[]> {
  const decisions: FileDecision[] = [];
  const rows = parse({ columns: true, bom: true, skip_empty_lines: true, info: true });
  rows.on('data', ({ record, info }: { record: Record<string, string>; info: { lines: number } }) => {
    decisions.push(...decisionsOf(record, info.lines, file, annotator));
  });
  try {
    await pipeline(text === undefined ? await regularFileStream(file) : Readable.from([text]), rows);
  } catch (error) {
    if (error instanceof AppError) throw error;
    const isCsv = error instanceof CsvError;
    const what = isCsv ? `is not a CSV file (${error.message})` : `cannot be read (${errorMessage(error)})`;
    throw new AppError('table-invalid', `${file} ${what}`, HINT, { cause: error });
  }
  return decisions;
}

function decisionsOf(
  record: Record<string, string>,
  line: number,
  file: string,
  otherwise: string | undefined,
): FileDecision[] {
  const refuse = (what: string, hint: string) =>
    new AppError('table-invalid', `${file} line ${line}: ${what}`, hint);
  const missing = COLUMNS.slice(0, 3).find((column) => record[column] === undefined);
  if (missing !== undefined) throw refuse(`there is no column ${missing}`, HINT);
  const { image = '', status = '', label_clean: label = '', votes = '' } = record;
  if (UNDECIDED.includes(status)) return [];
  if (!STATUSES.some((known) => known === status)) {
    throw refuse(`"${status}" is no status`, `A status is one of ${STATUSES.join(', ')}.`);
  }
  if (status === 'relabelled' && label === '') {
    throw refuse('it is relabelled, but has no label_clean', 'Fill it in, or take the row out.');
  }
  const time = record.decided_at || new Date().toISOString();
  if (Number.isNaN(Date.parse(time))) {
    throw refuse(`"${time}" is no time`, 'Times are ISO 8601, as in 2026-01-31T12:00:00Z.');
  }
  const shared = { image, decidedAt: new Date(time).toISOString(), line };
  const cast = parseVotes(votes);
  if (cast === null) throw refuse(`"${votes}" are no votes`, 'They are name=label, joined by ;');
  if (cast.length > 0) {
    return cast.map((vote) => ({
      ...shared,
      annotator: vote.annotator,
      outcome: namedOutcome(vote.outcome, record.label_given),
    }));
  }
  const names = withoutApostrophe(record.annotator || (otherwise ?? ''))
    .split(';')
    .filter((name) => name !== '');
  if (names.length === 0) {
    throw refuse('it does not say who decided', 'Name the annotator with --annotator.');
  }
  const outcome: DecisionOutcome =
    status === 'excluded' || status === 'ambiguous'
      ? { kind: status }
      : { kind: 'label', label: label === '' ? null : label, kept: status === 'kept' };
  return names.map((name) => ({ ...shared, annotator: name, outcome }));
}

/** An outcome as `votes` writes it: see outcomeOf in shared/votes.ts. */
function namedOutcome(name: string, given: string | undefined): DecisionOutcome {
  if (name === '(excluded)') return { kind: 'excluded' };
  if (name === '(ambiguous)') return { kind: 'ambiguous' };
  if (name === '(no label)') return { kind: 'label', label: null, kept: true };
  return { kind: 'label', label: name, kept: name === given };
}

/** Exports put an apostrophe before a name that a spreadsheet would run. */
function withoutApostrophe(name: string): string {
  return /^'[=+\-@\t\r]/.test(name) ? name.slice(1) : name;
}
