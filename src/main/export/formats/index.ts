import type { ExportFormatId } from '../../../domain/exportFormats.ts';
import type { ExportFormat } from '../exportFormat.ts';
import { classTree } from './classTree.ts';
import { csv } from './csv.ts';
import { ferPlusVotes } from './ferPlusVotes.ts';
import { fiftyOneSamples } from './fiftyOneSamples.ts';
import { imageFolder } from './imageFolder.ts';
import { jsonl } from './jsonl.ts';
import { labelStudioTasks } from './labelStudioTasks.ts';
import { moveList } from './moveList.ts';
import { pytorch } from './pytorch.ts';
import { sameStructure } from './sameStructure.ts';

/** Every format of an export: a new one is a file and a line here. EXPORT_FORMATS has their order. */
export const exportFormats: Record<ExportFormatId, ExportFormat> = {
  csv,
  source: sameStructure,
  jsonl,
  moves: moveList,
  tree: classTree,
  imagefolder: imageFolder,
  'fer-plus': ferPlusVotes,
  fiftyone: fiftyOneSamples,
  'label-studio': labelStudioTasks,
  pytorch,
};
