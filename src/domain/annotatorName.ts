import { z } from 'zod';
import { hasControls } from './escapeControls.ts';

/** It is shown beside decisions, written into tables, and typed on command lines. */
export const annotatorNameSchema = z
  .string()
  .trim()
  .min(1)
  .max(80)
  .refine(
    (name) => !hasControls(name),
    'a name has no line breaks, control characters or marks of direction',
  );
