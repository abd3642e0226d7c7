import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeFolder, ProjectFile } from '../../../src/main/project/index.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

describe('a project file', () => {
  it.each([
    ['a folder', temporaryFolder],
    ['a device', () => '/dev/null'],
  ])('that is %s is refused as that', (_kind, placeOf) => {
    expect(() => ProjectFile.openForWriting(placeOf())).toThrow(/is a (folder|device), .*not a project file/);
  });
});

describe('a folder that is made', () => {
  it('is there with all above it, also when it was before', () => {
    const folder = join(temporaryFolder(), 'a/b/c');
    makeFolder(folder);
    makeFolder(folder);
    expect(existsSync(folder)).toBe(true);
  });

  it.runIf(process.platform === 'linux')('fails at once where the file system has no room for one', () => {
    expect(() => makeFolder('/proc/grefel/data')).toThrow(/ENOENT/);
  });
});
