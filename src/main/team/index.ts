/** Several annotators: assignments, agreement, decision files of other machines. */

export { assignImages, endAssignment, readAssignment } from './assignment.ts';
export type { FileDecision } from './decisionFile.ts';
export { DecisionImport } from './decisionImport.ts';
export { type LabelRow, readLabelTable } from './labelTable.ts';
export { measureAgreement } from './measureAgreement.ts';
export { DecisionMerge, MERGED_COLUMNS } from './mergeDecisions.ts';
export { Team } from './team.ts';
