import type { LabelTranslator } from '../issues/index.ts';
import type { ModelRun, ProjectFile } from '../project/index.ts';
import type { SeenBy } from './seenBy.ts';

/** What an export needs of a scanned project; `run` and `translator` are null before the first scan. */
export interface ExportSource {
  project: ProjectFile;
  classNames: readonly string[];
  run: ModelRun | null;
  translator: LabelTranslator | null;
  /** Flags of some pairs of classes are held back until a person has reviewed a few of them. */
  held: { holds(given: number | null, alternative: number | null): boolean };
  /** Null for everyone's verdicts together, and all that the model predicts. */
  seenBy: SeenBy | null;
}

/** Names of the source's own columns. */
export function metadataColumns({ project }: Pick<ExportSource, 'project'>): string[] {
  return project.dataset.read()?.recognition.metadata ?? [];
}

/** How a report shows a class: `surprise (1)` where its name is a number. */
export function titleOf(
  { classNames, translator }: Pick<ExportSource, 'classNames' | 'translator'>,
  name: string,
): string {
  return translator?.titles[classNames.indexOf(name)] ?? name;
}

/** The name of a class; '' where there is none. */
export function nameOf(classNames: readonly string[], label: number | null): string {
  return label === null ? '' : (classNames[label] ?? '');
}
