import { randomInt } from 'node:crypto';
import type { AssignmentPlan } from '../../domain/assignment.ts';
import type { AgreementReport } from '../../labelQuality/agreementReport.ts';
import type { RoundProgress, RoundRequest } from '../../labelQuality/round.ts';
import { roundRequestSchema } from '../../labelQuality/round.ts';
import type { Blindness } from '../../protocol/review.ts';
import type { AgreementSummary, AppliedDecisions, TeamState } from '../../protocol/team.ts';
import type { ProjectFile, StandingVote } from '../project/index.ts';
import { beginRound, endRound, readRound, roundProgress } from '../review/index.ts';
import type { ReviewIndex } from '../reviewIndex/index.ts';
import { assignImages, endAssignment, readAssignment } from './assignment.ts';
import { DecisionImport } from './decisionImport.ts';
import type { LabelTableSource } from './labelTable.ts';
import { measureAgreement } from './measureAgreement.ts';

/** Most images with disagreements that are listed; the queue has all of them. */
const LISTED_DISAGREEMENTS = 20;

/** The inputs of the team's functions; a workspace provides them. */
interface TeamSource {
  opened: { project: ProjectFile };
  index: ReviewIndex;
  annotator: string;
  blindness: Blindness;
}

/** Several annotators on one dataset: their assignments, their rounds, their files, and how far they agree. */
export class Team {
  readonly #source: TeamSource;
  readonly #changed: () => void;
  /** Resolves when the import of decisions that is under way has ended, however. */
  #importing: Promise<unknown> = Promise.resolve();

  /** @param changed called when other images are shown, or other decisions count, than before */
  constructor(source: TeamSource, changed: () => void) {
    this.#source = source;
    this.#changed = changed;
  }

  get #project(): ProjectFile {
    return this.#source.opened.project;
  }

  /** Null if the annotator is in none. */
  get round(): RoundProgress | null {
    const round = readRound(this.#project, this.#source.annotator);
    return round === null ? null : roundProgress(round, this.#source.index);
  }

  state(): TeamState {
    const { annotator, blindness } = this.#source;
    const round = readRound(this.#project, annotator);
    const measured = measureAgreement(this.#project, new Set(round?.order));
    // Answers in an open round would tell which of its images are asked again.
    const self = round === null ? measured.self : [];
    const agreement = { ...measured, self };
    const repeats = ({ role, decidedAt }: StandingVote) =>
      role === 'repeat' && (round === null || decidedAt < round.startedAt);
    const own = this.#project.verdicts.allVotes().filter((vote) => vote.annotator === annotator);
    return {
      assignment: readAssignment(this.#project),
      round: this.round,
      reviewed: own.filter(({ role }) => role === 'vote').length,
      askedAgain: own.filter(repeats).length,
      agreement: blindness.others ? null : summarise(agreement),
      self: self.filter((one) => one.annotator === annotator),
    };
  }

  assign(plan: AssignmentPlan | null): void {
    if (plan === null) endAssignment(this.#project);
    else assignImages(this.#project, plan);
    this.#changed();
  }

  begin(request: RoundRequest): void {
    const { index, annotator } = this.#source;
    beginRound(
      { project: this.#project, index, annotator },
      roundRequestSchema.parse(request),
      randomInt(2 ** 31),
    );
    this.#changed();
  }

  end(): void {
    endRound(this.#project, this.#source.annotator);
    this.#changed();
  }

  /** Resolves when no decisions are being imported. */
  async idle(): Promise<void> {
    for (let waited: unknown = null; waited !== this.#importing; ) {
      const importing = this.#importing;
      await importing;
      waited = importing;
    }
  }

  /** Imports decisions made elsewhere, all files or none. */
  apply(files: readonly LabelTableSource[]): Promise<AppliedDecisions> {
    const applied = this.#apply(files);
    this.#importing = Promise.allSettled([this.#importing, applied]);
    return applied;
  }

  async #apply(files: readonly LabelTableSource[]): Promise<AppliedDecisions> {
    const decisions = new DecisionImport(this.#project);
    for (const file of files) await decisions.read(file);
    const applied = await decisions.applyInSteps();
    this.#changed();
    return applied;
  }
}

function summarise({ disagreements, ...report }: AgreementReport): AgreementSummary {
  const open = disagreements.filter(({ adjudicated }) => adjudicated === null);
  return {
    ...report,
    disagreements: open.slice(0, LISTED_DISAGREEMENTS),
    differ: disagreements.length,
    open: open.length,
  };
}
