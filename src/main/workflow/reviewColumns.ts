import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ProjectCounts } from '../../shared/api.ts';
import type { VerdictChange } from '../../shared/review.ts';
import { ReviewIndex } from '../flags/index.ts';
import type { Flag, ProjectFile } from '../project/index.ts';
import { readAudit } from './audit.ts';
import { ownVote, readBlindness, withoutSuggestion, withoutSuggestions } from './blindness.ts';
import { ProjectCounter } from './counts.ts';
import type { ReadingContext } from './sampleDetail.ts';
import { readSelection } from './selection.ts';

const SUMMARIES_AT_ONCE = 2000;

/** What the queue needs in memory of a project, as the one who annotates may see it. */
export class ReviewColumns {
  readonly #project: ProjectFile;
  /** Whose own verdicts are shown to whoever is blind to those of others. */
  readonly #annotator: () => string;
  #index: ReviewIndex;
  #counter: ProjectCounter;

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

  /** Takes the confidence and the nearest anchors of every image that was read into memory, page by page. */
  async readSummaries(context: ReadingContext | null): Promise<void> {
    if (context === null) return;
    const { readings } = this.#project;
    let page = readings.summaries(0, SUMMARIES_AT_ONCE);
    for (let last = page.at(-1); last !== undefined; last = page.at(-1)) {
      for (const { sampleId, confidence, anchors } of page) {
        const row = this.#index.rowOf(sampleId);
        if (row === undefined || this.#index.read[row] === 0) continue;
        this.#index.setConfidence(sampleId, confidence);
        context.gallery.add(sampleId, anchors);
      }
      await nextTurn();
      page = readings.summaries(last.sampleId, SUMMARIES_AT_ONCE);
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
      suggestion ? withoutSuggestions(flags.all()) : flags.all(),
    );
    if (others) this.#showOwnVerdicts(index);
    index.setIssues(issues.all());
    index.setAudit(readAudit(this.#project)?.sampleIds ?? []);
    index.setSelection(readSelection(this.#project));
    for (const id of verdicts.disagreements()) index.setDisagreement(id, true);
    return index;
  }

  #count(): ProjectCounter {
    return new ProjectCounter(this.#index, this.#project.samples.counts().vanished);
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
