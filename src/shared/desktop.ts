import { z } from 'zod';
import type { ApiError } from './api.ts';

/** The address of the page in the desktop window: the app's own scheme, which no other program answers. */
export const SCHEME = 'grefel';
export const PAGE_ORIGIN = `${SCHEME}://app`;

/** Messages between the page and the shell: what the page asks for, and what the shell tells it. */
export const CHANNEL = {
  chooseFolder: 'choose-folder',
  saveExport: 'save-export',
  reveal: 'reveal',
  restartCore: 'restart-core',
  takeFolder: 'take-folder',
  showActions: 'show-actions',
  action: 'action',
  openFolder: 'open-folder',
  notice: 'notice',
} as const;

/** Where an export went, or why it did not; null where the person thought better of it. */
export type SaveResult = { path: string } | { failure: ApiError } | null;

/** An action of the page as the native menu shows it. */
export const menuActionSchema = z.object({
  id: z.string(),
  label: z.string(),
  group: z.string(),
  /** In the form of tinykeys; the first is the one that is shown. */
  keys: z.array(z.string()),
  enabled: z.boolean(),
});
export type MenuAction = z.infer<typeof menuActionSchema>;
