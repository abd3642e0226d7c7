import type { WordRecord } from '../../../domain/wordRecord.ts';
import type { LayoutChoice } from './layout.ts';

export interface ClassFolder {
  /** Relative to the dataset's folder. */
  path: string;
  split: string | null;
  className: string;
  /** Names of the levels that are neither splits nor classes. */
  metadata?: WordRecord<string> | null;
}

/** Which folders are classes, in the order in which their images are listed. */
export interface ClassFolderPlan {
  folders: ClassFolder[];
  confidence: number;
  reason: string;
  /** The level that the classes were found at, where the usual rules did not find them. */
  level?: number;
  choices?: LayoutChoice[];
}
