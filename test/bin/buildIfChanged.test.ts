import { mkdirSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
// @ts-expect-error plain JavaScript, as Node runs it before anything is built
import { needsBuild } from '../../bin/buildIfChanged.js';
import { temporaryFolder } from '../support/temporaryFolder.ts';

const BUILT = ['out/main/cli.js', 'out/preload/preload.cjs', 'out/renderer/index.html'];
const SOURCES = ['src/main/a.ts', 'src/renderer/deep/b.svelte', 'package.json', 'electron.vite.config.ts'];

/** An application whose sources are of one time and whose build is of a later one. */
function builtApplication(): string {
  const folder = temporaryFolder();
  for (const file of [...SOURCES, ...BUILT]) {
    mkdirSync(join(folder, dirname(file)), { recursive: true });
    writeFileSync(join(folder, file), '');
  }
  for (const path of [...SOURCES, 'src', 'src/main', 'src/renderer', 'src/renderer/deep']) {
    utimesSync(join(folder, path), 1000, 1000);
  }
  for (const path of BUILT) utimesSync(join(folder, path), 2000, 2000);
  return folder;
}

const touch = (folder: string, path: string, time: number) => utimesSync(join(folder, path), time, time);

describe('npm start', () => {
  it('builds nothing again that was built from the same sources', () => {
    expect(needsBuild(builtApplication())).toBe(false);
  });

  it.each(SOURCES)('builds again after a change of %s', (source) => {
    const folder = builtApplication();
    touch(folder, source, 3000);
    expect(needsBuild(folder)).toBe(true);
  });

  it.each(BUILT)('builds again without %s, or with one that is older than a source', (file) => {
    const folder = builtApplication();
    touch(folder, file, 500);
    expect(needsBuild(folder)).toBe(true);
    rmSync(join(folder, file));
    expect(needsBuild(folder)).toBe(true);
  });

  it('builds again after a source was deleted or renamed', () => {
    const deleted = builtApplication();
    rmSync(join(deleted, 'src/main/a.ts'));
    expect(needsBuild(deleted)).toBe(true);
    const renamed = builtApplication();
    renameSync(join(renamed, 'src/renderer/deep/b.svelte'), join(renamed, 'src/renderer/deep/c.svelte'));
    expect(needsBuild(renamed)).toBe(true);
  });
});
