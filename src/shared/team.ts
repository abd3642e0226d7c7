import { z } from 'zod';
import type { AgreementReport } from './agreementReport.ts';
import { type Assignment, assignmentPlanSchema } from './assignment.ts';
import type { MatchCounts } from './pathMatches.ts';
import { type RoundProgress, roundRequestSchema } from './round.ts';

/** Agreement with the images on which annotators differ counted, and the first of them. */
export interface AgreementSummary extends AgreementReport {
  differ: number;
  /** Of those, the ones without a last word. */
  open: number;
}

/** What the Team screen shows. */
export interface TeamState {
  assignment: Assignment | null;
  round: RoundProgress | null;
  /** Images that the present annotator has judged, and those of them that were asked again. */
  judged: number;
  askedAgain: number;
  /** Null while others' verdicts are hidden from the annotator. */
  agreement: AgreementSummary | null;
  /** How the annotator agrees with their own earlier answers. */
  self: AgreementReport['self'];
}

/** What became of a file's decisions. */
export interface AppliedDecisions {
  applied: number;
  /** The annotator had decided the same already. */
  unchanged: number;
  /** The annotator has decided otherwise since. */
  outdated: number;
  /** Images of the file that the dataset does not have. */
  unknownImages: string[];
  /** Decisions whose image names are no exact paths, by how their images were found. */
  matched: MatchCounts;
  annotators: string[];
  /** Applied ones that take or change a label of a split named test. */
  inTestSplit: number;
}

/** Null takes the shares back. */
export const assignmentBodySchema = z.object({ plan: assignmentPlanSchema.nullable() });
/** Null ends the round. */
export const roundBodySchema = z.object({ round: roundRequestSchema.nullable() });
/** Decision files as text, as `export` and `merge` write them. */
export const decisionsBodySchema = z.object({
  files: z
    .array(z.object({ name: z.string().max(255), text: z.string().max(200_000_000) }))
    .min(1)
    .max(50),
});
