import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { ProjectFile } from '../../../src/main/project/index.ts';
import { SCHEMA_VERSION } from '../../../src/main/project/migrations.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const HOLDER = join(import.meta.dirname, 'holdProject.ts');

async function holdElsewhere(file: string): Promise<ChildProcess> {
  const child = fork(HOLDER, [file]);
  await once(child, 'message');
  return child;
}

describe('a project file', () => {
  it('is made with its folders where there is none', () => {
    const file = join(temporaryFolder(), 'deep', 'er', 'project.sqlite');
    ProjectFile.openForWriting(file).close();
    const database = new Database(file, { readonly: true });
    expect(database.pragma('user_version', { simple: true })).toBe(SCHEMA_VERSION);
    expect(database.pragma('journal_mode', { simple: true })).toBe('wal');
    database.close();
  });

  it('of a newer version is refused, and left as it is', () => {
    const file = join(temporaryFolder(), 'newer.sqlite');
    const database = new Database(file);
    database.pragma(`user_version = ${SCHEMA_VERSION + 1}`);
    database.close();
    expect(() => ProjectFile.openForWriting(file)).toThrow(/newer version/);
  });

  it('that is something else is refused with its name', () => {
    const file = join(temporaryFolder(), 'letter.sqlite');
    writeFileSync(file, 'Dear Sir or Madam, '.repeat(300));
    expect(() => ProjectFile.openForWriting(file)).toThrow(/letter\.sqlite is not a GReFEL project file/);
  });

  it('takes one writer at a time, and readers beside it', async () => {
    const file = join(temporaryFolder(), 'project.sqlite');
    const holder = await holdElsewhere(file);
    try {
      expect(() => ProjectFile.openForWriting(file)).toThrow(new RegExp(`in use.*process ${holder.pid}`));
      ProjectFile.openForReading(file).close();
    } finally {
      holder.kill('SIGKILL');
    }
  });

  it('is free again at once when its writer was killed', async () => {
    const file = join(temporaryFolder(), 'project.sqlite');
    const holder = await holdElsewhere(file);
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    ProjectFile.openForWriting(file).close();
  });

  it('keeps its log of verdicts unchanged whoever writes to it', () => {
    const file = join(temporaryFolder(), 'project.sqlite');
    const project = ProjectFile.openForWriting(file);
    const listed = {
      ordinal: 0,
      image: 'a.png',
      path: 'a.png',
      split: null,
      givenClass: null,
      problem: null,
    };
    const { id } = project.samples.list({ ...listed, sizeBytes: 1, mtimeMs: 1 });
    const now = new Date().toISOString();
    const action = project.verdicts.appendAction({ annotator: 'ann', kind: 'do', at: now });
    const verdict = {
      annotator: 'ann',
      verdict: 'kept',
      classIndex: null,
      note: '',
      decidedAt: now,
      role: 'vote',
    } as const;
    project.verdicts.appendToAll(action, [id], verdict);
    project.close();
    const database = new Database(file);
    expect(() => database.exec("UPDATE verdicts SET verdict = 'excluded'")).toThrow(/append-only/);
    expect(() => database.exec('DELETE FROM verdicts')).toThrow(/append-only/);
    database.close();
  });
});
