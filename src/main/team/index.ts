/** Several annotators: assignments, agreement, decision files of other machines. */
export { applyDecisions, DecisionImport } from './applyDecisions.ts';
export { assignImages, endAssignment, readAssignment } from './assignment.ts';
export { type LabelRow, readLabelTable } from './labelTable.ts';
export { measureAgreement } from './measureAgreement.ts';
export { DecisionMerge, MERGED_COLUMNS } from './mergeDecisions.ts';
export { Team } from './team.ts';
