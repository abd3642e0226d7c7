import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

/** Marks an entry of a tree as a symbolic link. */
export interface Link {
  linkTo: string;
}

/**
 * Writes files below `folder`, with the folders on their way.
 *
 * @param tree contents by path with `/`; null makes an empty folder.
 */
export async function makeTree(
  folder: string,
  tree: Record<string, string | Uint8Array | Link | null>,
): Promise<string> {
  for (const [relative, content] of Object.entries(tree)) {
    const target = path.join(folder, relative);
    await mkdir(content === null ? target : path.dirname(target), { recursive: true });
    if (content === null) continue;
    if (typeof content === 'object' && 'linkTo' in content) await symlink(content.linkTo, target);
    else await writeFile(target, content);
  }
  return folder;
}

/** A new folder that goes when the test's `onFinished` runs. */
export async function makeTemporaryFolder(onFinished: (clean: () => Promise<void>) => void): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'grefel-test-'));
  onFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
