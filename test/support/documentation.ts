import { readdirSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '../..');

/** Folders that hold pages for people. */
const FOLDERS = ['docs', 'bench', 'models', '.github'];

/** Absolute paths of every Markdown page of the repository that is written for people. */
export function documentationPages(): string[] {
  const inFolders = FOLDERS.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
  );
  return [...readdirSync(ROOT), ...inFolders]
    .filter((name) => name.endsWith('.md') && !name.includes('node_modules'))
    .map((name) => join(ROOT, name));
}
