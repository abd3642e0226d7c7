import { z } from 'zod';
import { type Assignment, assignmentPlanSchema } from '../domain/assignment.ts';
import type { MatchCounts } from '../domain/pathMatches.ts';
import { plural } from '../domain/plural.ts';
import type { AgreementReport } from '../labelQuality/agreementReport.ts';
import { type RoundProgress, roundRequestSchema } from '../labelQuality/round.ts';

/** Agreement with the images on which annotators differ counted, and the first of them. */
export interface AgreementSummary extends AgreementReport {
  differ: number;
  /** Of those, the ones without an adjudication. */
  open: number;
}

/** The contents of the Team screen. */
export interface TeamState {
  assignment: Assignment | null;
  round: RoundProgress | null;
  /** Images that the current annotator has reviewed, and those of them that were asked again. */
  reviewed: number;
  askedAgain: number;
  /** Null while others' verdicts are hidden from the annotator. */
  agreement: AgreementSummary | null;
  /** How the annotator agrees with their own earlier answers. */
  self: AgreementReport['self'];
}

/** The result of importing a file's decisions. */
export interface AppliedDecisions {
  applied: number;
  /** The annotator had decided the same already. */
  unchanged: number;
  /** The annotator has made another decision since. */
  outdated: number;
  /** Decisions on images that the dataset does not have. */
  unknown: number;
  /** The first of these images. */
  unknownImages: string[];
  /** Decisions whose image names are no exact paths, by how their images were found. */
  matched: MatchCounts;
  annotators: string[];
  /** Applied ones that take or change a label of a split named test. */
  inTestSplit: number;
  unclear: UnclearRows;
}

/** Most unknown images that are listed by name; beyond that only the number is given. */
export const UNKNOWN_NAMED = 100;

/** Rows of decision files that are no clear decisions; they are reported, with the first of them. */
export interface UnclearRows {
  /** Another label than the given one, but neither a status nor an annotator: not taken. */
  unmarked: UnclearCount;
  /** Suggestions that an export accepted by rule: nobody decided them. */
  automatic: UnclearCount;
  /** Label or status contradicts the row's votes: the votes, or the status, were used. */
  contradicting: UnclearCount;
  /** Decided at a time that cannot be: in the future, or before the program existed. */
  wrongClock: UnclearCount;
  /** Files, not rows, in an encoding that was guessed. */
  encoding: UnclearCount;
}
export interface UnclearCount {
  rows: number;
  /** `file line 12` of the first; '' if there is none. */
  first: string;
}

export function noUnclearRows(): UnclearRows {
  const none = () => ({ rows: 0, first: '' });
  return { unmarked: none(), automatic: none(), contradicting: none(), wrongClock: none(), encoding: none() };
}

/** Notes for a person about such rows, a sentence each. */
export function unclearSentences({
  unmarked,
  automatic,
  contradicting,
  wrongClock,
  encoding,
}: UnclearRows): string[] {
  const rows = (count: number) => plural(count, 'row');
  return [
    ...(encoding.rows === 0
      ? []
      : [
          `${encoding.rows === 1 ? '1 file is' : `${encoding.rows} files are`} not UTF-8 (${encoding.first}). Save ${encoding.rows === 1 ? 'it' : 'them'} as UTF-8 if names look wrong.`,
        ]),
    ...(wrongClock.rows === 0
      ? []
      : [
          `${rows(wrongClock.rows)} with a time that cannot be right (the first is ${wrongClock.first}): the clock of that computer was wrong, so the order of the files and of the project counts instead`,
        ]),
    ...(unmarked.rows === 0
      ? []
      : [
          `${rows(unmarked.rows)} with a changed label, but neither a status nor an annotator, were not taken (first: ${unmarked.first}). Write "relabelled" as their status and a name as their annotator.`,
        ]),
    ...(automatic.rows === 0
      ? []
      : [
          `${rows(automatic.rows)} with status "auto" are suggestions that nobody reviewed; they were not taken.`,
        ]),
    ...(contradicting.rows === 0
      ? []
      : [
          `${rows(contradicting.rows)} with a label or status that contradicts the rest of the row (first: ${contradicting.first}): votes and statuses were taken, as they are.`,
        ]),
  ];
}

/** Null undoes the assignment. */
export const assignmentBodySchema = z.object({ plan: assignmentPlanSchema.nullable() });
/** Null ends the round. */
export const roundBodySchema = z.object({ round: roundRequestSchema.nullable() });
const fileName = z.string().max(255);
/** Decision files as `export` and `merge` write them: as text, or the bytes of one that is not UTF-8 or UTF-16. */
export const decisionsBodySchema = z.object({
  files: z
    .array(
      z.union([
        z.object({ name: fileName, text: z.string().max(200_000_000) }),
        z.object({ name: fileName, base64: z.base64().max(200_000_000) }),
      ]),
    )
    .min(1)
    .max(50),
});
export type DecisionFile = z.input<typeof decisionsBodySchema>['files'][number];
