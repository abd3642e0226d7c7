import { fork } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, linkSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { moveProject, ProjectFile } from '../../../src/main/project/index.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const HOLDER = join(import.meta.dirname, 'holdProject.ts');

async function holdElsewhere(file: string): Promise<void> {
  const child = fork(HOLDER, [file]);
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child, 'message');
}

/** A project, and a second folder to link it from. */
function projectToLink(): { file: string; elsewhere: string } {
  const root = temporaryFolder();
  const file = join(root, 'own', 'project.sqlite');
  const elsewhere = join(root, 'elsewhere');
  mkdirSync(elsewhere);
  ProjectFile.openForWriting(file).close();
  return { file, elsewhere };
}

describe('the lock of a project', () => {
  it('holds for a link to the file, and for a link to that', async () => {
    const { file, elsewhere } = projectToLink();
    symlinkSync(file, join(elsewhere, 'link.sqlite'));
    symlinkSync('link.sqlite', join(elsewhere, 'second.sqlite'));
    await holdElsewhere(file);
    for (const name of ['link.sqlite', 'second.sqlite']) {
      expect(() => ProjectFile.openForWriting(join(elsewhere, name))).toThrow(/in use by another/);
    }
  });

  it('holds for the file where it was opened by a link, also through a linked folder', async () => {
    const { file, elsewhere } = projectToLink();
    symlinkSync(join(file, '..'), join(elsewhere, 'folder'));
    await holdElsewhere(join(elsewhere, 'folder', 'project.sqlite'));
    expect(() => ProjectFile.openForWriting(file)).toThrow(/in use by another/);
    expect(existsSync(`${file}-lock`)).toBe(true);
  });

  it('holds for a file that a link leads to which is yet to be made', async () => {
    const { elsewhere } = projectToLink();
    const target = join(elsewhere, 'new', 'project.sqlite');
    symlinkSync(target, join(elsewhere, 'link.sqlite'));
    await holdElsewhere(join(elsewhere, 'link.sqlite'));
    expect(() => ProjectFile.openForWriting(target)).toThrow(/in use by another/);
  });

  it('is not given for a file with a second name, whoever has it open', async () => {
    const { file, elsewhere } = projectToLink();
    const second = join(elsewhere, 'hard.sqlite');
    await holdElsewhere(file);
    linkSync(file, second);
    expect(() => ProjectFile.openForWriting(second)).toThrow(
      expect.objectContaining({
        code: 'project-locked',
        message: expect.stringContaining(`${second} is also`),
      }),
    );
    expect(readdirSync(elsewhere)).toEqual(['hard.sqlite']); // no log, no lock next to it
    ProjectFile.openForReading(second).close();
  });

  it('is given again for a copy, and once the second name is gone', () => {
    const { file, elsewhere } = projectToLink();
    const second = join(elsewhere, 'hard.sqlite');
    linkSync(file, second);
    expect(() => ProjectFile.openForWriting(file)).toThrow(/hard link/);
    copyFileSync(file, join(elsewhere, 'copy.sqlite'));
    ProjectFile.openForWriting(join(elsewhere, 'copy.sqlite')).close();
    rmSync(second);
    ProjectFile.openForWriting(file).close();
  });

  it('of a loop of links is refused in words', () => {
    const { elsewhere } = projectToLink();
    symlinkSync('b.sqlite', join(elsewhere, 'a.sqlite'));
    symlinkSync('a.sqlite', join(elsewhere, 'b.sqlite'));
    expect(() => ProjectFile.openForWriting(join(elsewhere, 'a.sqlite'))).toThrow(
      expect.objectContaining({ code: 'path-invalid' }),
    );
  });

  it('lets a linked project be renamed: the link is, and what it leads to stays', () => {
    const { file, elsewhere } = projectToLink();
    symlinkSync(file, join(elsewhere, 'link.sqlite'));
    moveProject(join(elsewhere, 'link.sqlite'), join(elsewhere, 'renamed.sqlite'));
    expect(existsSync(file)).toBe(true);
    expect(existsSync(join(elsewhere, 'link.sqlite'))).toBe(false);
    expect(ProjectFile.openForWriting(join(elsewhere, 'renamed.sqlite')).path).toContain('own');
  });
});
