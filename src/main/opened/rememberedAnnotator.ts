import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { annotatorNameSchema } from '../../domain/annotatorName.ts';
import { makeFolder } from '../project/index.ts';
import { dataFolder } from './projectLocation.ts';

const schema = z.object({ name: annotatorNameSchema });

const file = () => join(dataFolder(), 'annotator.json');

/**
 * The name that was last entered on this computer, for datasets that nobody has reviewed yet; null before the
 * first.
 */
export function rememberedAnnotator(): string | null {
  try {
    return schema.parse(JSON.parse(readFileSync(file(), 'utf8'))).name;
  } catch {
    return null; // a first start, or a file that was damaged: the name is asked for again
  }
}

/** A convenience for the next dataset: the name itself is in the project, so a full disk is no reason to refuse it. */
export function rememberAnnotator(name: string): void {
  try {
    makeFolder(dataFolder());
    writeFileSync(`${file()}.new`, JSON.stringify({ name }));
    renameSync(`${file()}.new`, file());
  } catch {
    // It is asked for again.
  }
}
