import { z } from 'zod';
import { precisionChoiceSchema, providerChoiceSchema, viewsChoiceSchema } from '../../../domain/model.ts';
import { exportRequestSchema } from '../../../protocol/api.ts';

/** The name of the core in a request's Host header: only the shell knows its pipe, so there is no other. */
export const CORE_HOST = 'core';

/** Messages between the desktop's shell and its core; each side parses what it receives. */
export const coreSettingsSchema = z.object({
  model: z.string().optional(),
  provider: providerChoiceSchema,
  precision: precisionChoiceSchema.default('auto'),
  views: viewsChoiceSchema.default('auto'),
  threads: z.int().min(1).optional(),
  /** The page opens the dataset that was opened last, or the sample before the first. */
  offersLast: z.boolean().default(false),
});
export type CoreSettings = z.infer<typeof coreSettingsSchema>;

export const coreRequestSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('start'),
    /** A Unix socket or the name of a Windows pipe. */
    pipe: z.string().min(1),
    token: z.string().min(1),
    settings: coreSettingsSchema,
    /** The dataset that was open when the core before this one died. */
    folder: z.string().nullable(),
    /** The shell starts the engine: inside Electron no process but its main one can start another. */
    shellStartsEngine: z.boolean(),
  }),
  /** Write the cleaned labels: not a route of the API, as a page must not choose where files are written. */
  z.object({
    kind: z.literal('export'),
    key: z.int(),
    /** Of the dataset that the page showed when the person asked for its labels. */
    opening: z.string(),
    file: z.string().min(1),
    request: exportRequestSchema,
  }),
  /** A person has chosen this folder for exports, in the shell's own dialog. */
  z.object({ kind: z.literal('permit-output'), folder: z.string().min(1) }),
  /** Of a process that the shell started for the core. */
  z.object({ kind: z.literal('engine-started'), key: z.int(), pid: z.int() }),
  z.object({ kind: z.literal('engine-message'), key: z.int(), message: z.unknown() }),
  z.object({ kind: z.literal('engine-ended'), key: z.int(), how: z.string(), stderr: z.string() }),
  z.object({ kind: z.literal('stop') }),
]);
export type CoreRequest = z.infer<typeof coreRequestSchema>;

const environmentSchema = z.record(z.string(), z.string().optional());
const failureSchema = z.object({ code: z.string(), message: z.string(), hint: z.string() });

export const coreReplySchema = z.discriminatedUnion('kind', [
  /** The core listens. `openFailure` says why `folder` is not open. */
  z.object({ kind: z.literal('ready'), openFailure: failureSchema.nullable() }),
  z.object({ kind: z.literal('refused'), failure: failureSchema }),
  /** What opens the same dataset again: its folder, or the project file that was named. */
  z.object({ kind: z.literal('folder'), folder: z.string().nullable() }),
  z.object({ kind: z.literal('exported'), key: z.int(), failure: failureSchema.nullable() }),
  z.object({ kind: z.literal('start-engine'), key: z.int(), entry: z.string(), env: environmentSchema }),
  z.object({ kind: z.literal('engine-request'), key: z.int(), message: z.unknown() }),
  z.object({ kind: z.literal('kill-engine'), key: z.int() }),
  /** Everything is closed; the process is about to end. */
  z.object({ kind: z.literal('stopped') }),
]);
export type CoreReply = z.infer<typeof coreReplySchema>;
