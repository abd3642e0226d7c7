import { z } from 'zod';
import type { ProjectFile } from '../project/index.ts';

const SETTING = 'selection';

/** Ids of the last map selection; empty if there was none. */
export function readSelection(project: ProjectFile): number[] {
  return project.settings.read(SETTING, z.array(z.int())) ?? [];
}

export function writeSelection(project: ProjectFile, sampleIds: readonly number[]): void {
  project.settings.write(SETTING, sampleIds);
}
