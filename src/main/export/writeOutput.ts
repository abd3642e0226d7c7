import { constants, createWriteStream, existsSync } from 'node:fs';
import { copyFile, link, mkdir, rename, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { AppError, errorMessage } from '../../domain/errors.ts';
import { checkFile, checkFolder } from './outputPlaces.ts';
import { beginPartial } from './partials.ts';

/** A file to write below a folder. */
export interface OutputFile {
  /** Relative to that folder, with `/`. */
  path: string;
  /** Its bytes, or the file (absolute) to copy. */
  content: AsyncIterable<Uint8Array | string> | { copyOf: string };
}

interface OutputOptions {
  /** Absolute; nothing is ever written into it. Null where no dataset is concerned. */
  datasetFolder: string | null;
  /** Other datasets, into which nothing is written either. */
  otherDatasets?: readonly string[];
  /** Whether an existing file outside may be replaced. */
  replace: boolean;
  /**
   * Copies are hard links if the file system supports them: they need no space, but share their file with the
   * dataset.
   */
  hardLinks?: boolean;
}

/**
 * Writes a file completely or not at all: under a temporary name first, then renamed.
 * @throws AppError `output-refused` for a file that exists (unless `replace`) or that is in a dataset
 */
export async function writeWhole(
  file: string,
  chunks: AsyncIterable<Uint8Array | string>,
  { datasetFolder, otherDatasets = [], replace }: OutputOptions,
): Promise<void> {
  const datasets = datasetFolder === null ? otherDatasets : [datasetFolder, ...otherDatasets];
  const target = checkFile(file, datasets, replace);
  const { path: partial, end } = beginPartial(target);
  try {
    await pipeline(Readable.from(chunks), createWriteStream(partial));
    await rename(partial, target);
  } catch (error) {
    await rm(partial, { force: true });
    throw explain(error, target);
  } finally {
    end();
  }
}

/**
 * Writes a folder of files completely or not at all: under a temporary name first, then renamed.
 * @returns how many files
 * @throws AppError `output-refused` for a folder in the dataset, or that is not empty
 */
export async function writeFolder(
  folder: string,
  files: AsyncIterable<OutputFile>,
  { datasetFolder, otherDatasets = [], hardLinks = false }: OutputOptions & { datasetFolder: string },
): Promise<number> {
  const target = checkFolder(folder, [datasetFolder, ...otherDatasets]);
  const { path: partial, end } = beginPartial(target);
  let count = 0;
  try {
    await mkdir(partial);
    for await (const { path, content } of files) {
      const file = join(partial, path);
      await mkdir(dirname(file), { recursive: true });
      if (!('copyOf' in content)) await pipeline(Readable.from(content), createWriteStream(file));
      else await copy(content.copyOf, file, hardLinks);
      if (++count % 64 === 0) await nextTurn();
    }
    if (existsSync(target)) await rmdir(target);
    await rename(partial, target);
    return count;
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw explain(error, target);
  } finally {
    end();
  }
}

async function copy(from: string, to: string, hardLinks: boolean): Promise<void> {
  if (hardLinks) {
    try {
      return await link(from, to);
    } catch (error) {
      if (!['EXDEV', 'EPERM', 'ENOTSUP', 'EMLINK'].includes((error as NodeJS.ErrnoException).code ?? ''))
        throw error;
    }
  }
  await copyFile(from, to, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
}

function explain(error: unknown, target: string): AppError {
  if (error instanceof AppError) return error;
  const full = (error as { code?: string }).code === 'ENOSPC';
  return new AppError(
    full ? 'disk-full' : 'output-refused',
    `${target} could not be written (${errorMessage(error)})`,
    'Choose another place. Decisions are safe in the project file.',
    { cause: error },
  );
}
