import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, resolve, sep } from 'node:path';
import { AppError } from '../../shared/errors.ts';

/** @throws AppError `output-refused` for a file that exists (unless `replace`) or that belongs to the dataset */
export function checkFile(file: string, datasetFolder: string | null, replace: boolean): string {
  const target = resolve(file);
  if (existsSync(target)) {
    if (datasetFolder !== null && isInside(target, datasetFolder)) {
      throw refusal(
        `${target} is a file of the dataset, which is never written to`,
        'Choose a new file name.',
      );
    }
    if (statSync(target).isDirectory()) {
      throw refusal(`${target} is a folder`, 'Give a file name in it.');
    }
    if (!replace) {
      throw refusal(`${target} exists`, 'Choose a new file name, or add --force to replace it.');
    }
  }
  return checkParent(target);
}

/** @throws AppError `output-refused` for a folder within the dataset, or one that holds something */
export function checkFolder(folder: string, datasetFolder: string): string {
  const target = resolve(folder);
  if (target === datasetFolder || isInside(target, datasetFolder)) {
    throw refusal(`${target} lies in the dataset, which is never written to`, 'Choose a folder beside it.');
  }
  if (existsSync(target)) {
    if (!statSync(target).isDirectory()) {
      throw refusal(`${target} is a file, and several files are to be written`, 'Give a new folder.');
    }
    if (readdirSync(target).length > 0) {
      throw refusal(`${target} is not empty`, 'Choose a new or an empty folder.');
    }
  }
  return checkParent(target);
}

function checkParent(target: string): string {
  if (existsSync(dirname(target))) return target;
  throw refusal(`the folder ${dirname(target)} does not exist`, 'Make it first, or choose another.');
}

function isInside(target: string, folder: string): boolean {
  return target.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

function refusal(message: string, hint: string): AppError {
  return new AppError('output-refused', message, hint);
}
