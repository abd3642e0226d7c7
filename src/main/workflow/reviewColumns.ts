import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import type { ProjectCounts } from '../../shared/api.ts';
import type { VerdictChange } from '../../shared/review.ts';
import { ReviewIndex } from '../flags/index.ts';
import type { Flag, ProjectFile } from '../project/index.ts';
import { readAudit } from './audit.ts';
import { ownVote, readBlindness, withoutSuggestion, withoutSuggestions } from './blindness.ts';
import { ProjectCounter } from './counts.ts';
import type { ReadingContext } from './sampleDetail.ts';
import { readSelection } from './selection.ts';

const CONFIDENCES_AT_ONCE = 20_000;
const ANCHORS_AT_ONCE = 500;
/** Of more images nobody waits for the anchors when a project is opened. */
const ANCHORS_AWAITED = 20_000;
const PAUSE_MS = 2;

/** What the queue needs in memory of a project, as the one who annotates may see it. */
export class ReviewColumns {
  readonly #project: ProjectFile;
  /** Whose own verdicts are shown to whoever is blind to those of others. */
  readonly #annotator: () => string;
  #index: ReviewIndex;
  #counter: ProjectCounter;
  #anchorsRead: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(project: ProjectFile, annotator: () => string) {
    this.#project = project;
    this.#annotator = annotator;
    this.#index = this.#build();
    this.#counter = this.#count();
  }

  get index(): ReviewIndex {
    return this.#index;
  }

  counts(): ProjectCounts {
    return this.#counter.counts();
  }

  /** After flags were stored anew, or something else is to be hidden. */
  rebuild(): void {
    const before = this.#index;
    this.#index = this.#build();
    this.#index.takeConfidences(before);
    this.#counter = this.#count();
  }

  /** After the readings have changed: takes them in anew, page by page, while requests are answered. */
  async rebuildFromReadings(context: ReadingContext | null): Promise<void> {
    this.#index = this.#build();
    this.#counter = this.#count();
    await this.readSummaries(context);
  }

  /**
   * Takes the confidence of every image that was read into memory, page by page. The nearest anchors follow; of
   * very many images in the background, in slices of a few milliseconds.
   */
  async readSummaries(context: ReadingContext | null): Promise<void> {
    if (context === null) return;
    const { readings } = this.#project;
    for (let last = 0; ; ) {
      const page = readings.confidences(last, CONFIDENCES_AT_ONCE);
      for (const [sampleId, confidence] of page) {
        last = sampleId;
        const row = this.#index.rowOf(sampleId);
        if (row !== undefined && this.#index.read[row] === 1) this.#index.confidence[row] = confidence;
      }
      await nextTurn();
      if (page.length < CONFIDENCES_AT_ONCE) break;
    }
    this.#anchorsRead = this.#readAnchors(context);
    if (this.#index.size <= ANCHORS_AWAITED) await this.#anchorsRead;
  }

  /** Resolves when the anchors of every image are in the gallery. */
  get anchorsRead(): Promise<void> {
    return this.#anchorsRead;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#anchorsRead;
  }

  async #readAnchors({ gallery }: ReadingContext): Promise<void> {
    const { readings } = this.#project;
    for (let last = 0; !this.#closed; ) {
      const page = readings.nearestAnchors(last, ANCHORS_AT_ONCE);
      for (const { sampleId, anchors } of page) {
        last = sampleId;
        const row = this.#index.rowOf(sampleId);
        if (row !== undefined && this.#index.read[row] === 1) gallery.add(sampleId, anchors);
      }
      if (page.length < ANCHORS_AT_ONCE) return;
      await (this.#index.size > ANCHORS_AWAITED ? pause(PAUSE_MS) : nextTurn());
    }
  }

  /** An image was read just now. */
  setReading(flag: Flag, confidence: number): void {
    const { suggestion } = readBlindness(this.#project);
    this.#index.setFlag(suggestion ? withoutSuggestion(flag) : flag);
    this.#index.setConfidence(flag.sampleId, confidence);
  }

  /** Takes the verdicts that now stand on these images. @returns what they are */
  followVerdicts(sampleIds: readonly number[]): VerdictChange[] {
    const { others } = readBlindness(this.#project);
    const changes = this.#project.samples
      .currentVerdicts(sampleIds)
      .map((joint) => (others ? this.#ownVerdict(joint.id) : joint))
      .map(({ id, verdict, classIndex }): VerdictChange => {
        this.#index.setVerdict(id, verdict ?? 'unreviewed', classIndex);
        return { sampleId: id, ...this.#index.decision(id) };
      });
    this.#followDisagreements(sampleIds);
    return changes;
  }

  #build(): ReviewIndex {
    const { samples, flags, issues, verdicts } = this.#project;
    const { others, suggestion } = readBlindness(this.#project);
    const index = new ReviewIndex(
      samples.indexed(),
      suggestion ? withoutSuggestions(flags.indexed()) : flags.indexed(),
    );
    index.flaggedAt = this.#project.flaggedAt;
    if (others) this.#showOwnVerdicts(index);
    index.setIssues(issues.all());
    index.setAudit(readAudit(this.#project)?.sampleIds ?? []);
    index.setSelection(readSelection(this.#project));
    for (const id of verdicts.disagreements()) index.setDisagreement(id, true);
    return index;
  }

  #count(): ProjectCounter {
    return new ProjectCounter(this.#index, this.#project.samples.indexed().length - this.#index.size);
  }

  /** Images that others judged are open to an annotator who is blind to them. */
  #showOwnVerdicts(index: ReviewIndex): void {
    const votes = this.#project.verdicts.allVotes();
    for (const { sampleId } of votes) index.setVerdict(sampleId, 'unreviewed', null);
    for (const { sampleId, annotator, role, verdict, classIndex } of votes) {
      if (annotator === this.#annotator() && role === 'vote') {
        index.setVerdict(sampleId, verdict, classIndex);
      }
    }
  }

  #ownVerdict(id: number) {
    const own = ownVote(this.#project.verdicts.votesOf(id), this.#annotator());
    return { id, verdict: own?.verdict ?? null, classIndex: own?.classIndex ?? null };
  }

  /** Only where several annotate: one alone differs from nobody. */
  #followDisagreements(sampleIds: readonly number[]): void {
    const { verdicts } = this.#project;
    if (verdicts.annotators().length < 2) return;
    const standing = verdicts.disagreements();
    for (const id of sampleIds) this.#index.setDisagreement(id, standing.has(id));
  }
}
