import { supersedes } from '../../domain/decisionOrder.ts';
import { AppError } from '../../domain/errors.ts';
import { formatCount } from '../../domain/plural.ts';
import { isTestSplit } from '../../domain/splits.ts';
import type { VerdictKind } from '../../domain/verdicts.ts';
import {
  type AppliedDecisions,
  noUnclearRows,
  UNKNOWN_NAMED,
  type UnclearRows,
} from '../../protocol/team.ts';
import { classEmotions } from '../export/index.ts';
import { DatasetLabels, datasetWords, ImageNames, translatorOf } from '../opened/index.ts';
import type { FoundSample, ProjectFile } from '../project/index.ts';
import { VerdictLog } from '../review/index.ts';
import { type FileDecision, readDecisions } from './decisionFile.ts';
import type { LabelTableSource } from './labelTable.ts';

/**
 * Annotators' decisions, by annotator and image; only numbers, so that millions of decisions fit in memory.
 */
interface OwnDecisions {
  /** Places in the columns below, by the image's id. */
  places: Map<number, number>;
  sampleIds: number[];
  verdicts: VerdictKind[];
  /** -1 for a verdict without a class. */
  labels: number[];
  decidedAtMs: number[];
}

interface ApplyingSteps {
  /** By default few, for others who wait. */
  votesAtOnce?: number;
  signal?: AbortSignal;
}

/** Decisions made elsewhere, collected from files and then added to a project, all of them or none. */
export class DecisionImport {
  readonly #project: ProjectFile;
  readonly #labels: DatasetLabels;
  readonly #names: ImageNames;
  readonly #byAnnotator = new Map<string, OwnDecisions>();
  readonly #result: AppliedDecisions;
  readonly #unclear: UnclearRows = noUnclearRows();
  /** Actions of imports that were killed: what they did was not decided here. */
  readonly #takenBack: ReadonlySet<number>;
  #read = 0;
  #firstImage = '';

  constructor(project: ProjectFile) {
    this.#project = project;
    const run = project.modelRuns.latest();
    const classNames = project.dataset.classes();
    const translator = run === null ? null : translatorOf(project, run);
    this.#labels = new DatasetLabels(classNames, classEmotions({ project, classNames, translator }));
    this.#names = new ImageNames(project, project.dataset.read()?.folder ?? '');
    this.#takenBack = project.unfinished.takenBack();
    this.#result = {
      applied: 0,
      unchanged: 0,
      outdated: 0,
      unknownImages: [],
      unknown: 0,
      matched: this.#names.counts,
      annotators: [],
      inTestSplit: 0,
      unclear: this.#unclear,
    };
  }

  /**
   * Loads a file; nothing is written yet.
   * @param annotator whose decisions they are if the file does not say
   * @param encoding see readLabelTable
   * @throws AppError `table-invalid` with file and line
   */
  async read(source: LabelTableSource, annotator?: string, encoding?: string): Promise<void> {
    const words = () => datasetWords(this.#project);
    await readDecisions(source, { annotator, unclear: this.#unclear, words, encoding }, (decision) =>
      this.add(decision, source.file),
    );
  }

  /**
   * Adds the loaded decisions to the project, each annotator's as one step that they can undo. Known
   * decisions are skipped, so applying the same files again changes nothing.
   * @throws AppError `bad-request` if no image belongs to the dataset
   */
  apply(): AppliedDecisions {
    const result = this.#result;
    if (this.#read > 0 && result.unknown === this.#read) throw this.#noneFound();
    this.#project.transaction(() => {
      for (const [annotator, own] of this.#byAnnotator) {
        const applied = new VerdictLog(this.#project, annotator).decideEach(this.#newOf(annotator, own));
        if (applied > 0) result.annotators.push(annotator);
      }
    });
    return result;
  }

  /**
   * As apply, in many short transactions between which others can save their decisions.
   * @throws AppError as apply; `interrupted` where the signal ended it: nothing is applied then
   */
  async applyInSteps({ votesAtOnce, signal }: ApplyingSteps = {}): Promise<AppliedDecisions> {
    const result = this.#result;
    if (this.#read > 0 && result.unknown === this.#read) throw this.#noneFound();
    const { unfinished } = this.#project;
    const begun: number[] = [];
    try {
      for (const [annotator, own] of this.#byAnnotator) {
        const log = new VerdictLog(this.#project, annotator);
        const action = await log.beginDecidingEach(
          this.#newOf(annotator, own, signal),
          (id) => begun.push(id),
          votesAtOnce,
        );
        if (action !== null) result.annotators.push(annotator);
      }
      this.#project.transaction(() => unfinished.finish(begun));
    } catch (error) {
      this.#undoAgain(begun);
      throw error;
    }
    return result;
  }

  /** If the disk fails again, the project is cleaned up when it is next opened. */
  #undoAgain(begun: readonly number[]): void {
    try {
      this.#project.transaction(() => this.#project.unfinished.undo(begun));
    } catch {
      // The first failure is the one to report.
    }
  }

  /** @throws AppError `bad-request` for a label that is no class of the dataset */
  add(decision: FileDecision, file: string): void {
    const { image, annotator } = decision;
    this.#read++;
    if (this.#read === 1) this.#firstImage = image;
    const sample = this.#names.find(image) ?? this.#project.samples.byImage(image);
    if (sample === null) {
      this.#result.unknown++;
      if (this.#result.unknownImages.length < UNKNOWN_NAMED) this.#result.unknownImages.push(image);
      return;
    }
    const { verdict, label } = this.#verdictOf(decision, sample, file);
    if (decision.unmarked && verdict === 'kept') return;
    const own = this.#byAnnotator.get(annotator) ?? noDecisions();
    this.#byAnnotator.set(annotator, own);
    const decidedAtMs = Date.parse(decision.decidedAt);
    const before = own.places.get(sample.id);
    // Of one annotator's decisions on an image the newest counts, wherever it is in the file.
    if (before !== undefined && !supersedes(decidedAtMs, own.decidedAtMs[before] as number)) return;
    const place = before ?? own.sampleIds.length;
    own.places.set(sample.id, place);
    own.sampleIds[place] = sample.id;
    own.verdicts[place] = verdict;
    own.labels[place] = label ?? -1;
    own.decidedAtMs[place] = decidedAtMs;
  }

  #verdictOf({ outcome, line, image }: FileDecision, { givenClass }: FoundSample, file: string) {
    if (outcome.kind !== 'label') return { verdict: outcome.kind, label: null };
    const label = outcome.label === null ? null : this.#labels.indexOf(outcome.label);
    if (label === undefined) {
      throw new AppError(
        'bad-request',
        `${file} line ${line} (${image}): the dataset has no class "${outcome.label}"`,
        `Its classes are ${this.#labels.names.join(', ')}. Nothing was applied.`,
      );
    }
    if (label === null || label === givenClass) return { verdict: 'kept' as const, label: null };
    return { verdict: 'relabelled' as const, label };
  }

  /** Those of an annotator that say something new. */
  *#newOf(annotator: string, own: OwnDecisions, signal?: AbortSignal) {
    const { verdicts, samples } = this.#project;
    const result = this.#result;
    for (const [place, sampleId] of own.sampleIds.entries()) {
      if (signal?.aborted)
        throw new AppError(
          'interrupted',
          'the import was stopped',
          'No decision was imported. Run it again.',
        );
      const verdict = own.verdicts[place] as VerdictKind;
      const label = own.labels[place] === -1 ? null : (own.labels[place] as number);
      const decidedAt = new Date(own.decidedAtMs[place] as number).toISOString();
      const before = verdicts.voteOf(sampleId, annotator);
      if (before !== null && before.verdict === verdict && before.classIndex === label) result.unchanged++;
      else if (
        before !== null &&
        this.#isOutdated(sampleId, annotator, { verdict, label, decidedAt }, before.decidedAt)
      )
        result.outdated++;
      else {
        result.applied++;
        if (verdict !== 'kept' && isTestSplit(samples.splitOf(sampleId) ?? '')) result.inTestSplit++;
        yield { sampleId, verdict, label, decidedAt };
      }
    }
  }

  /**
   * Whether the project's log has a later decision: by time, or, if a clock was wrong, by the order in which
   * decisions arrived.
   */
  #isOutdated(
    sampleId: number,
    annotator: string,
    { verdict, label, decidedAt }: { verdict: VerdictKind; label: number | null; decidedAt: string },
    standingSince: string,
  ): boolean {
    if (!supersedes(Date.parse(decidedAt), Date.parse(standingSince))) return true;
    return this.#project.verdicts
      .history(sampleId, this.#takenBack)
      .some(
        (known) =>
          known.annotator === annotator &&
          known.decidedAt === decidedAt &&
          known.verdict === verdict &&
          known.classIndex === label,
      );
  }

  #noneFound(): AppError {
    const example = this.#project.samples.indexed()[Symbol.iterator]().next().value?.image ?? '';
    return new AppError(
      'bad-request',
      `none of the ${formatCount(this.#read)} decisions is on an image of this dataset (the first is on "${this.#firstImage}")`,
      `Images are named as in "${example}". Nothing was applied.`,
    );
  }
}

function noDecisions(): OwnDecisions {
  return { places: new Map(), sampleIds: [], verdicts: [], labels: [], decidedAtMs: [] };
}
