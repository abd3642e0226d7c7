import type { ProjectFile } from '../../src/main/project/index.ts';
import { DecisionImport, type FileDecision } from '../../src/main/team/index.ts';
import type { AppliedDecisions } from '../../src/protocol/team.ts';

/** Imports decisions as from a file. */
export function applyDecisions(project: ProjectFile, decisions: Iterable<FileDecision>): AppliedDecisions {
  const gathered = new DecisionImport(project);
  for (const decision of decisions) gathered.add(decision, 'the decisions');
  return gathered.apply();
}
