import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openRegularFile, readRegularFile, regularFileStream } from '../../../src/main/files/index.ts';
import { makeTree } from '../../support/datasetTree.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const onUnix = it.skipIf(process.platform === 'win32');

async function twoFolders() {
  const outside = await makeTree(temporaryFolder(), { 'secret.txt': 'secret', 'more/secret.txt': 'secret' });
  const folder = await makeTree(temporaryFolder(), {
    'a.txt': 'inside',
    'sub/b.txt': 'inside',
    'within.txt': { linkTo: 'sub/b.txt' },
    'out.txt': { linkTo: join(outside, 'secret.txt') },
    'chain.txt': { linkTo: 'out.txt' },
    out: { linkTo: join(outside, 'more') },
  });
  return { outside, folder };
}

describe('a file of a dataset', () => {
  it.each([
    ['a link to a file outside', 'out.txt'],
    ['a link to such a link', 'chain.txt'],
    ['a path through a linked folder', 'out/secret.txt'],
    ['a path that climbs out', '../../../../../../../../../../etc/hostname'],
  ])('is not opened by %s', async (_, path) => {
    const { folder } = await twoFolders();
    const place = { folder, followsLinks: false };
    await expect(openRegularFile(join(folder, path), place)).rejects.toThrow(/outside the folder|ENOENT/);
  });

  it.each(['a.txt', 'within.txt', 'sub/../a.txt'])('is opened as %s', async (path) => {
    const { folder } = await twoFolders();
    const bytes = await readRegularFile(join(folder, path), { folder, followsLinks: false });
    expect(bytes.toString()).toBe('inside');
  });

  it('is opened through links where the user follows them', async () => {
    const { folder } = await twoFolders();
    const bytes = await readRegularFile(join(folder, 'out/secret.txt'), { folder, followsLinks: true });
    expect(bytes.toString()).toBe('secret');
  });

  it('is opened in a folder that is reached by a link itself', async () => {
    const { folder } = await twoFolders();
    const link = join(temporaryFolder(), 'link');
    await makeTree(join(link, '..'), { link: { linkTo: folder } });
    const bytes = await readRegularFile(join(link, 'a.txt'), { folder: link, followsLinks: false });
    expect(bytes.toString()).toBe('inside');
  });

  it('in a folder whose name begins like this one is outside', async () => {
    const parent = await makeTree(temporaryFolder(), {
      'set/a.txt': '',
      'set-2/secret.txt': 'secret',
      'set/out.txt': { linkTo: '../set-2/secret.txt' },
    });
    const folder = join(parent, 'set');
    await expect(openRegularFile(join(folder, 'out.txt'), { folder, followsLinks: false })).rejects.toThrow(
      'outside the folder',
    );
  });
});

describe('what is no file', () => {
  onUnix('is refused at once: a pipe without a writer, a device without an end, a folder', async () => {
    const folder = temporaryFolder();
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    await expect(openRegularFile(join(folder, 'pipe'))).rejects.toThrow('not a regular file');
    await expect(regularFileStream('/dev/zero')).rejects.toThrow('not a regular file');
    await expect(readRegularFile('/dev/random')).rejects.toThrow('not a regular file');
    await expect(readRegularFile(folder)).rejects.toThrow('a folder, not a file');
  });

  it('and a file over the limit, are reported', async () => {
    const folder = await makeTree(temporaryFolder(), { 'large.txt': 'x'.repeat(2000) });
    await expect(readRegularFile(join(folder, 'large.txt'), null, 1000)).rejects.toThrow('exceed the limit');
  });
});
