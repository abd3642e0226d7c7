import { readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, isAbsolute, join, sep } from 'node:path';
import type { FolderCompletion } from '../../protocol/opening.ts';

const MOST = 40;

/**
 * Folders whose path begins with `typed`, which a browser cannot know. `~` is the home folder; a folder that
 * cannot be opened has no completions.
 */
export async function completeFolder(typed: string): Promise<FolderCompletion> {
  const nothing = { folders: [], truncated: false };
  const path = typed.replace(/^~(?=$|[\\/])/, homedir());
  if (!isAbsolute(path)) return nothing;
  const endsWithSeparator = path.endsWith(sep) || path.endsWith('/');
  const parent = endsWithSeparator ? path : dirname(path);
  const begun = endsWithSeparator ? '' : basename(path).toLowerCase();
  const entries = await readdir(parent, { withFileTypes: true }).catch(() => []);
  const folders = entries
    .filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
    .map(({ name }) => name)
    .filter(
      (name) => name.toLowerCase().startsWith(begun) && (begun.startsWith('.') || !name.startsWith('.')),
    )
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .map((name) => join(parent, name));
  return { folders: folders.slice(0, MOST), truncated: folders.length > MOST };
}
