import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';

/** The result of a step of a fit. */
export type StepResult = Readonly<Record<string, Float32Array | Int32Array>>;

/** Steps of a fit that need not be done twice. */
export interface Checkpoints {
  /** The stored result of the step; computes it if there is none. */
  step<T extends StepResult>(name: string, work: () => Promise<T>): Promise<T>;
}

export const withoutCheckpoints: Checkpoints = { step: (_, work) => work() };

/**
 * Keeps each step in a file of a folder, so that a fit that was killed continues where it stopped. The folder
 * belongs to one fit: another fit gets another folder.
 */
export function checkpointsIn(folder: string): Checkpoints {
  mkdirSync(folder, { recursive: true });
  return {
    async step<T extends StepResult>(name: string, work: () => Promise<T>): Promise<T> {
      const file = join(folder, `${name}.step`);
      const kept = existsSync(file) ? readStep<T>(file) : null;
      if (kept !== null) return kept;
      const result = await work();
      const bytes = serialize(result);
      writeFileSync(`${file}.partial`, Buffer.concat([checksum(bytes), bytes]));
      renameSync(`${file}.partial`, file);
      return result;
    },
  };
}

const CHECKSUM_BYTES = 32;

/** Null for a file that a crash of the machine has left half written. */
function readStep<T>(file: string): T | null {
  const bytes = readFileSync(file);
  const data = bytes.subarray(CHECKSUM_BYTES);
  return checksum(data).equals(bytes.subarray(0, CHECKSUM_BYTES)) ? (deserialize(data) as T) : null;
}

function checksum(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}
