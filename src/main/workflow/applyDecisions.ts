import { AppError } from '../../shared/errors.ts';
import { isTestSplit } from '../../shared/splits.ts';
import type { AppliedDecisions } from '../../shared/team.ts';
import type { ProjectFile, Sample } from '../project/index.ts';
import type { DecisionOutcome, FileDecision } from './decisionFile.ts';
import { ImageNames } from './imageNames.ts';
import { type DecisionPart, VerdictLog } from './verdicts.ts';

/**
 * Takes decisions made elsewhere into a project, each annotator's as one step that they can undo. What is in the
 * project already is passed over, so that applying a file twice changes nothing.
 * @throws AppError `bad-request` for a label that is no class of the dataset, and where no image is of the dataset
 */
export function applyDecisions(project: ProjectFile, decisions: readonly FileDecision[]): AppliedDecisions {
  const classIndex = new Map(project.dataset.classes().map((name, index) => [name, index]));
  const names = new ImageNames(project, project.dataset.read()?.folder ?? '');
  const result: AppliedDecisions = {
    applied: 0,
    unchanged: 0,
    outdated: 0,
    unknownImages: [],
    matched: names.counts,
    annotators: [],
    inTestSplit: 0,
  };
  const parts = new Map<string, DecisionPart[]>();
  for (const decision of decisions) {
    const found = names.find(decision.image);
    const sample = found === null ? project.samples.byImage(decision.image) : project.samples.byId(found.id);
    if (sample === null) {
      result.unknownImages.push(decision.image);
      continue;
    }
    const part = partOf(decision, sample, classIndex);
    const before = project.verdicts
      .votesOf(sample.id)
      .find(({ annotator, role }) => annotator === decision.annotator && role === 'vote');
    if (before !== undefined && before.verdict === part.verdict && before.classIndex === part.label) {
      result.unchanged++;
    } else if (before !== undefined && before.decidedAt > decision.decidedAt) {
      result.outdated++;
    } else {
      parts.set(decision.annotator, [...(parts.get(decision.annotator) ?? []), part]);
      result.applied++;
      if (part.verdict !== 'kept' && isTestSplit(sample.split ?? '')) result.inTestSplit++;
    }
  }
  if (decisions.length > 0 && result.unknownImages.length === decisions.length)
    throw noneFound(project, decisions);
  for (const [annotator, ofAnnotator] of parts) {
    new VerdictLog(project, annotator).decideAll(ofAnnotator, { note: '' });
    result.annotators.push(annotator);
  }
  return result;
}

function noneFound({ samples }: ProjectFile, decisions: readonly FileDecision[]): AppError {
  const example = samples.indexed()[Symbol.iterator]().next().value?.image ?? '';
  return new AppError(
    'bad-request',
    `none of the ${decisions.length.toLocaleString('en')} decisions is on an image of this dataset (the first is on "${decisions[0]?.image}")`,
    `Images are named as in "${example}". Nothing was applied.`,
  );
}

function partOf(
  decision: FileDecision,
  sample: Sample,
  classIndex: ReadonlyMap<string, number>,
): DecisionPart {
  const { outcome, decidedAt } = decision;
  const shared = { sampleIds: [sample.id], decidedAt };
  if (outcome.kind !== 'label') return { ...shared, verdict: outcome.kind, label: null };
  const label = labelIndex(decision, outcome, classIndex);
  if (label === null || label === sample.givenClass) return { ...shared, verdict: 'kept', label: null };
  return { ...shared, verdict: 'relabelled', label };
}

function labelIndex(
  { line, image }: FileDecision,
  { label }: DecisionOutcome & { kind: 'label' },
  classIndex: ReadonlyMap<string, number>,
): number | null {
  if (label === null) return null;
  const index = classIndex.get(label);
  if (index !== undefined) return index;
  throw new AppError(
    'bad-request',
    `line ${line} (${image}): the dataset has no class "${label}"`,
    `Its classes are ${[...classIndex.keys()].join(', ')}. Nothing was applied.`,
  );
}
