import { tidyName } from '../../domain/annotatorName.ts';
import { isPossibleTime } from '../../domain/decisionOrder.ts';
import { AppError } from '../../domain/errors.ts';
import { unguardFormula } from '../../domain/formulaGuard.ts';
import { formatCount } from '../../domain/plural.ts';
import { STATUSES } from '../../domain/verdicts.ts';
import { majorityVote, outcomeOf, parseAnnotators, parseVotes, type Vote } from '../../domain/votes.ts';
import { noUnclearRows, type UnclearRows } from '../../protocol/team.ts';
import { foreignWords } from '../dataset/index.ts';
import { parseDecisionTime, TIME_HINT } from './decisionTime.ts';
import { type LabelRow, type LabelTableSource, readLabelTable } from './labelTable.ts';

/**
 * An annotator's decision: a label (null if the dataset gives none), with the given one as far as it is
 * known; or none.
 */
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
  /**
   * The status says that nobody reviewed it, and the file does not contain the given label: it is a decision
   * if its label is another one.
   */
  unmarked?: boolean;
}

/** Far more than a window takes. */
const LONGEST_NAME = 500;
const REQUIRED = ['image', 'label_clean', 'status'] as const;
const COLUMNS = [...REQUIRED, 'annotator', 'decided_at'];
const HINT = `It needs the columns ${COLUMNS.join(', ')}, as in a cleaned CSV.`;

interface DecisionReading {
  /** Whose decisions they are if the file does not say. */
  annotator?: string | undefined;
  /** Collects unclear rows. */
  unclear?: UnclearRows;
  /** Words that the file may hold: see readLabelTable. */
  words?: () => ReadonlySet<string>;
  /** See readLabelTable. */
  encoding?: string | undefined;
}

/**
 * Parses the decisions of a file, in its order. A cleaned CSV is one: rows without a decision are skipped,
 * and its column `votes` gives each annotator's own decision. It may have been through a spreadsheet: see
 * readLabelTable.
 *
 * @param take called with each decision
 * @throws AppError `table-invalid` with the line
 */
export async function readDecisions(
  source: LabelTableSource,
  { annotator, unclear = noUnclearRows(), words, encoding }: DecisionReading,
  take: (decision: FileDecision) => void,
): Promise<void> {
  const now = new Date().toISOString();
  const names = new GuessedNames(words);
  const needs = { required: REQUIRED, hint: HINT, words: words && (() => names.known()), encoding };
  const guessed = await readLabelTable(source, needs, (row, guess) => {
    if (guess !== null) names.add(row);
    const reader = new DecisionRow(row, source.file, unclear);
    for (const decision of reader.decisions(annotator, now)) take(decision);
  });
  if (guessed === null) return;
  names.check(source.file, guessed);
  if (unclear.encoding.rows++ === 0) unclear.encoding.first = `${source.file}: ${guessed}`;
}

/** Whether a guessed encoding rests on more than the names of annotators, which nothing confirms. */
class GuessedNames {
  readonly #words: DecisionReading['words'];
  #known: ReadonlySet<string> | null = null;
  #isConfirmed = false;
  /** The first annotator whose name is not ASCII, and its line. */
  #first: { name: string; line: number } | null = null;

  constructor(words: DecisionReading['words']) {
    this.#words = words;
  }

  /** What the dataset's names have that is not ASCII. */
  known(): ReadonlySet<string> {
    this.#known ??= this.#words?.() ?? new Set();
    return this.#known;
  }

  add(row: LabelRow): void {
    if (this.#isConfirmed) return;
    const cells = (...columns: string[]) => columns.map((column) => row.cell(column) ?? '');
    const own = [...foreignWords(cells('image', 'label_given', 'label_clean'))];
    this.#isConfirmed = own.some((word) => this.#words === undefined || this.known().has(word));
    const name = cells('annotator', 'votes').find((cell) => foreignWords([cell]).size > 0);
    if (name !== undefined) this.#first ??= { name, line: row.line };
  }

  /** @throws AppError `table-invalid` */
  check(file: string, guessed: string): void {
    if (this.#isConfirmed || this.#first === null) return;
    const { name, line } = this.#first;
    throw new AppError(
      'table-invalid',
      `${file} is not UTF-8, and nothing but an annotator's name tells its encoding: line ${line} would be "${name}" in ${guessed}`,
      'Save it as UTF-8, or name the encoding with --encoding on the command line. Nothing was imported.',
    );
  }
}

/** One row of a decision file. */
class DecisionRow {
  readonly #row: LabelRow;
  readonly #file: string;
  readonly #unclear: UnclearRows;
  readonly #label: string;
  readonly #given: string | undefined;

  constructor(row: LabelRow, file: string, unclear: UnclearRows) {
    this.#row = row;
    this.#file = file;
    this.#unclear = unclear;
    this.#label = unguardFormula(row.cell('label_clean') ?? '');
    const given = row.cell('label_given');
    this.#given = given === undefined ? undefined : unguardFormula(given);
  }

  decisions(otherwise: string | undefined, now: string): FileDecision[] {
    const status = (this.#row.cell('status') ?? '').trim().toLowerCase();
    if (status === 'auto') return this.#note('automatic');
    if (status !== '' && !STATUSES.some((known) => known === status)) {
      throw this.#refuse(`"${status}" is not a status`, `A status is one of ${STATUSES.join(', ')}.`);
    }
    const unmarked = status === '' || status === 'unreviewed';
    if (unmarked && this.#label === (this.#given ?? '')) return [];
    if (status === 'relabelled' && this.#label === '') {
      throw this.#refuse('it is relabelled, but has no label_clean', 'Fill it in, or remove the row.');
    }
    const shared = {
      image: this.#row.cell('image') ?? '',
      decidedAt: this.#time(now),
      line: this.#row.line,
      unmarked: unmarked && this.#given === undefined,
    };
    const annotators = parseAnnotators(unguardFormula(this.#row.cell('annotator') ?? ''))
      .map(tidyName)
      .filter((name) => name !== '');
    const tooLong = annotators.find((name) => name.length > LONGEST_NAME);
    if (tooLong !== undefined) {
      throw this.#refuse(
        `the annotator's name has ${formatCount(tooLong.length)} characters`,
        `Names have at most ${LONGEST_NAME}.`,
      );
    }
    const names =
      annotators.length > 0 || otherwise === undefined || otherwise === '' ? annotators : [otherwise];
    const votes = this.#votes();
    if (votes.length > 0 && !this.#overrules(votes, names, status)) {
      return votes.map(({ annotator, outcome }) => ({
        ...shared,
        annotator,
        outcome: namedOutcome(outcome, this.#given),
      }));
    }
    // An empty label means nothing: to say that there is none, people write `excluded`.
    if (unmarked && (names.length === 0 || this.#label === '')) return this.#note('unmarked');
    if (names.length === 0) {
      throw this.#refuse('it does not name the annotator', 'Name the annotator with --annotator.');
    }
    const outcome = this.#outcome(status);
    return names.map((annotator) => ({ ...shared, annotator, outcome }));
  }

  #outcome(status: string): DecisionOutcome {
    if (status !== 'excluded' && status !== 'ambiguous') {
      return { kind: 'label', label: this.#label === '' ? null : this.#label, kept: status === 'kept' };
    }
    const isContradicting =
      this.#label !== '' &&
      (status === 'excluded' || (this.#given !== undefined && this.#label !== this.#given));
    if (isContradicting) this.#note('contradicting');
    return { kind: status };
  }

  #votes(): { annotator: string; outcome: string }[] {
    const text = unguardFormula(this.#row.cell('votes') ?? '');
    const votes = parseVotes(text);
    if (votes === null)
      throw this.#refuse(`"${text}" are not votes`, 'Write them as name=label, separated by ;');
    return votes.map(({ annotator, outcome }) => ({ annotator: tidyName(annotator), outcome }));
  }

  /**
   * Whether the row counts rather than its votes: someone has changed the row of the only annotator who
   * voted. With several votes it is unknown whose decision the row is; a contradiction is noted.
   */
  #overrules(
    votes: readonly { annotator: string; outcome: string }[],
    names: readonly string[],
    status: string,
  ) {
    const word =
      status === 'excluded' || status === 'ambiguous' ? `(${status})` : this.#label || '(no label)';
    const cast = votes.map(
      ({ annotator, outcome }): Vote => ({ annotator, verdict: 'relabelled', label: outcome }),
    );
    const counts = Map.groupBy(cast, outcomeOf);
    const most = Math.max(...[...counts.values()].map((same) => same.length)); // as many as annotators of one image
    if ((counts.get(word)?.length ?? 0) === most) return false;
    if (majorityVote(cast) === null) return false;
    const [only] = votes;
    if (votes.length === 1 && names.length === 1 && names[0] === only?.annotator) return true;
    this.#note('contradicting');
    return false;
  }

  #time(now: string): string {
    const text = this.#row.cell('decided_at')?.trim() || now;
    const time = parseDecisionTime(text);
    if (Number.isNaN(time)) throw this.#refuse(`"${text}" is not a time`, TIME_HINT);
    if (!isPossibleTime(time)) this.#note('wrongClock');
    return new Date(time).toISOString();
  }

  #note(kind: keyof UnclearRows): [] {
    const noted = this.#unclear[kind];
    if (noted.rows++ === 0) noted.first = `${this.#file} line ${this.#row.line}`;
    return [];
  }

  #refuse(what: string, hint: string): AppError {
    return new AppError('table-invalid', `${this.#file} line ${this.#row.line}: ${what}`, hint);
  }
}

/** An outcome as `votes` writes it: see outcomeOf in domain/votes.ts. */
function namedOutcome(name: string, given: string | undefined): DecisionOutcome {
  if (name === '(excluded)') return { kind: 'excluded' };
  if (name === '(ambiguous)') return { kind: 'ambiguous' };
  if (name === '(no label)') return { kind: 'label', label: null, kept: true };
  return { kind: 'label', label: name, kept: name === given };
}
