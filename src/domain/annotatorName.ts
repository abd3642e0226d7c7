import { z } from 'zod';
import { hasControls } from './escapeControls.ts';

/** It is shown beside decisions, written into tables, and typed on command lines. */
export const annotatorNameSchema = z
  .string()
  .overwrite(tidyName)
  .min(1)
  .max(80)
  .refine(
    (name) => !hasControls(name),
    'a name has no line breaks, control characters or marks of direction',
  );

/** One name for all spellings that look the same: spaces around it, and the forms of accents. */
export function tidyName(name: string): string {
  return name.trim().normalize('NFC');
}
