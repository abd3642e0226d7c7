import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import type { ProjectCounts } from '../../protocol/api.ts';
import type { Blindness, VerdictChange } from '../../protocol/review.ts';
import { ownVote } from '../export/index.ts';
import type { CurrentVerdict, Flag, ProjectFile } from '../project/index.ts';
import { ReviewIndex } from '../reviewIndex/index.ts';
import { PairDoubts, type ReviewedPair } from '../tune/index.ts';
import { auditedIds } from './audit.ts';
import { blindnessOf, withoutSuggestion, withoutSuggestions } from './blindness.ts';
import { projectCounts } from './counts.ts';
import { type Round, readRound } from './round.ts';
import type { PredictionContext } from './sampleDetail.ts';
import { readSelection } from './selection.ts';
import { StoredColumns } from './storedColumns.ts';

const CONFIDENCES_AT_ONCE = 20_000;
const ANCHORS_AT_ONCE = 500;
const AWAITED = 20_000;
const PAUSE_MS = 2;

/** The columns in memory that the queue needs, as the annotator may see them. */
export class ReviewColumns {
  readonly #project: ProjectFile;
  /** The annotator whose own decisions are shown if others' are hidden. */
  readonly #annotator: () => string;
  readonly #awaited: number;
  readonly #stored: StoredColumns;
  #blindness: Blindness = { others: false, suggestion: false };
  #round: Round | null = null;
  /** Images that the round asks again. */
  #repeats: ReadonlySet<number> = new Set();
  #doubts: PairDoubts;
  #index: ReviewIndex;
  /** Images whose files are gone. */
  #vanished = 0;
  #confidencesRead: Promise<void> = Promise.resolve();
  #anchorsRead: Promise<void> = Promise.resolve();
  #closed = false;
  /** By row, while the index may not show them. */
  #hiddenConfidences: Float32Array | null = null;

  /**
   * @param awaited of more images nobody waits for confidences and anchors when a project is opened
   * @param storedFrom of so many images the columns are kept in a file
   */
  constructor(project: ProjectFile, annotator: () => string, awaited = AWAITED, storedFrom?: number) {
    this.#project = project;
    this.#stored = new StoredColumns(project, storedFrom);
    this.#awaited = awaited;
    this.#annotator = annotator;
    this.#doubts = PairDoubts.read(project);
    this.#index = this.#build();
  }

  /** Pairs of classes in which the model is in doubt; none where what it suggests is hidden. */
  get doubts(): readonly ReviewedPair[] {
    return this.#blindness.suggestion ? [] : this.#doubts.pairs;
  }

  /** Whether some changes tell of a pair in doubt. */
  changesDoubts(changes: readonly VerdictChange[]): boolean {
    return changes.some(({ sampleId }) => this.#doubts.dependsOn(sampleId));
  }

  get index(): ReviewIndex {
    return this.#index;
  }

  counts(): ProjectCounts {
    return projectCounts(this.#index, this.#vanished);
  }

  /** After new flags were stored, or something else is to be hidden. */
  rebuild(): void {
    const confidences = this.#hiddenConfidences ?? this.#index.confidence;
    this.#index = this.#build();
    this.#hiddenConfidences = this.#blindness.suggestion ? confidences : null;
    if (this.#hiddenConfidences === null) this.#index.confidence.set(confidences);
  }

  /** After predictions have changed: loads them again, page by page, while requests are answered. */
  async rebuildFromPredictions(context: PredictionContext | null): Promise<void> {
    this.#index = this.#build();
    this.#hiddenConfidences = null;
    await this.readSummaries(context);
    await this.#confidencesRead;
  }

  /**
   * Loads the confidence of every scanned image into memory, page by page, and then the nearest anchors. For very
   * many images both follow in the background, in slices of a few milliseconds.
   * @param onConfidences called when they have come later
   */
  async readSummaries(
    context: PredictionContext | null,
    onConfidences: () => void = () => {},
  ): Promise<void> {
    if (context === null) return;
    this.#confidencesRead = this.#readConfidences();
    this.#anchorsRead = this.#confidencesRead.then(() => this.#readAnchors(context));
    if (this.#index.size <= this.#awaited) await this.#anchorsRead;
    else void this.#confidencesRead.then(onConfidences);
  }

  /** Resolves when the confidence of every image is in the index. */
  get confidencesRead(): Promise<void> {
    return this.#confidencesRead;
  }

  /** Resolves when the anchors of every image are in the gallery. */
  get anchorsRead(): Promise<void> {
    return this.#anchorsRead;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([this.#anchorsRead, this.#stored.close()]);
  }

  async #readConfidences(): Promise<void> {
    const { predictions } = this.#project;
    for (let last = 0; !this.#closed; ) {
      const page = predictions.confidences(last, CONFIDENCES_AT_ONCE);
      for (const [sampleId, confidence] of page) {
        last = sampleId;
        const row = this.#index.rowOf(sampleId);
        if (row !== undefined && this.#index.scanned[row] === 1) this.#setConfidence(row, confidence);
      }
      if (page.length < CONFIDENCES_AT_ONCE) return;
      await nextTurn();
    }
  }

  async #readAnchors({ gallery }: PredictionContext): Promise<void> {
    const { predictions } = this.#project;
    for (let last = 0; !this.#closed; ) {
      const page = predictions.nearestAnchors(last, ANCHORS_AT_ONCE);
      for (const { sampleId, anchors } of page) {
        last = sampleId;
        const row = this.#index.rowOf(sampleId);
        if (row !== undefined && this.#index.scanned[row] === 1) gallery.add(sampleId, anchors);
      }
      if (page.length < ANCHORS_AT_ONCE) return;
      await (this.#index.size > this.#awaited ? pause(PAUSE_MS) : nextTurn());
    }
  }

  /** An image was just scanned. */
  setPrediction(flag: Flag, confidence: number): void {
    this.#index.setFlag(this.#blindness.suggestion ? withoutSuggestion(flag) : flag);
    const row = this.#index.rowOf(flag.sampleId);
    if (row !== undefined) this.#setConfidence(row, confidence);
  }

  /** Loads the decisions that now count for these images. @returns the decisions */
  followVerdicts(sampleIds: readonly number[]): VerdictChange[] {
    const changes = this.#project.currentVerdicts
      .ofSamples(sampleIds)
      .map((joint) => this.#seen(joint))
      .map(({ id, verdict, classIndex }): VerdictChange => {
        this.#index.setVerdict(id, verdict ?? 'unreviewed', classIndex);
        return { sampleId: id, ...this.#index.decision(id) };
      });
    this.#followDisagreements(sampleIds);
    if (sampleIds.some((id) => this.#doubts.dependsOn(id))) this.#followDoubts();
    return changes;
  }

  /** Flags are held back, or no longer, by what was decided of a pair. */
  #followDoubts(): void {
    const statesOf = ({ pairs }: PairDoubts) => pairs.map(({ state }) => state).join();
    const before = statesOf(this.#doubts);
    this.#doubts = PairDoubts.read(this.#project);
    if (statesOf(this.#doubts) !== before) this.#index.setHeld(this.#doubts);
    else this.#index.updateShares(this.#doubts);
  }

  #build(): ReviewIndex {
    const { samples, flags, issues, verdicts, shares, earlierFlags, metadataColumns } = this.#project;
    const annotator = this.#annotator();
    this.#blindness = blindnessOf(this.#project, annotator);
    this.#round = readRound(this.#project, annotator);
    this.#repeats = new Set(this.#round?.repeats);
    const { others, suggestion } = this.#blindness;
    const listed = samples.indexed();
    const index = suggestion
      ? ReviewIndex.of(listed, withoutSuggestions(flags.indexed()))
      : new ReviewIndex(this.#stored.read(listed));
    this.#vanished = listed.length - index.size;
    index.flaggedAt = this.#project.flaggedAt;
    this.#doubts = PairDoubts.read(this.#project);
    index.setHeld(this.#doubts);
    if (others) this.#showOwnVerdicts(index);
    for (const { sampleId, verdict, classIndex } of this.#askedAgain()) {
      index.setVerdict(sampleId, verdict, classIndex);
    }
    index.setShare(shares.of(annotator));
    // A round does not reveal which of its images were drawn at random.
    if (this.#round === null) index.setAudit(auditedIds(this.#project.audits.all()));
    else index.setRound(this.#round.order);
    if (!suggestion) {
      index.setIssues(issues.all());
      index.setEarlier(earlierFlags.all());
    }
    index.setMetadata(metadataColumns.all());
    index.setSelection(readSelection(this.#project));
    if (!others) for (const id of verdicts.disagreements()) index.setDisagreement(id, true);
    return index;
  }

  /** Images that others reviewed are open for an annotator who is blind to them. */
  #showOwnVerdicts(index: ReviewIndex): void {
    const votes = this.#project.verdicts.allVotes();
    for (const { sampleId } of votes) index.setVerdict(sampleId, 'unreviewed', null);
    for (const { sampleId, annotator, role, verdict, classIndex } of votes) {
      if (annotator === this.#annotator() && role === 'vote') {
        index.setVerdict(sampleId, verdict, classIndex);
      }
    }
  }

  /** Whether the round asks for a verdict that the annotator has given before. */
  isAskedAgain(sampleId: number): boolean {
    return this.#repeats.has(sampleId);
  }

  /** The decision that counts for an image, as far as the annotator may see it. */
  #seen(joint: CurrentVerdict): CurrentVerdict {
    const { id } = joint;
    if (this.isAskedAgain(id)) return this.#repeatOf(id);
    if (!this.#blindness.others) return joint;
    const own = ownVote(this.#project.verdicts.votesOf(id), this.#annotator());
    return { id, verdict: own?.verdict ?? null, classIndex: own?.classIndex ?? null };
  }

  /** The annotator's decision in this round on an image that they reviewed before it. */
  #repeatOf(id: number): CurrentVerdict {
    const latest = this.#project.verdicts
      .votesOf(id)
      .find(({ annotator, role }) => annotator === this.#annotator() && role === 'repeat');
    return { id, verdict: latest?.verdict ?? null, classIndex: latest?.classIndex ?? null };
  }

  *#askedAgain() {
    for (const sampleId of this.#repeats) {
      const { verdict, classIndex } = this.#repeatOf(sampleId);
      yield { sampleId, verdict: verdict ?? ('unreviewed' as const), classIndex };
    }
  }

  #setConfidence(row: number, confidence: number): void {
    const { size } = this.#index;
    if (!this.#blindness.suggestion) this.#index.setConfidence(row, confidence);
    else {
      this.#hiddenConfidences ??= new Float32Array(size).fill(Number.NaN);
      this.#hiddenConfidences[row] = confidence;
    }
  }

  /** Only where several annotate: one alone differs from nobody. */
  #followDisagreements(sampleIds: readonly number[]): void {
    const { verdicts } = this.#project;
    if (this.#blindness.others || !verdicts.haveSeveralAnnotators()) return;
    const standing = verdicts.disagreementsAmong(sampleIds);
    for (const id of sampleIds) this.#index.setDisagreement(id, standing.has(id));
  }
}
