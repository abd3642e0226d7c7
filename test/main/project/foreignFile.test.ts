import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { ProjectFile } from '../../../src/main/project/index.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

/** A database as another program makes it. */
function foreignFile(sql: string): string {
  const file = join(temporaryFolder(), 'other.sqlite');
  const database = new Database(file);
  database.exec(sql);
  database.close();
  return file;
}

const FOREIGN: Record<string, string> = {
  'without a version': 'CREATE TABLE photographs (id INTEGER)',
  'with a version like one of ours': 'CREATE TABLE samples (id INTEGER); PRAGMA user_version = 17',
  'with a version above ours': 'CREATE TABLE moz_places (id INTEGER); PRAGMA user_version = 77',
  'with an application id of its own': 'PRAGMA application_id = 252006674; PRAGMA user_version = 3',
  'with a view alone': 'CREATE VIEW one AS SELECT 1',
  'in WAL mode': 'PRAGMA journal_mode = WAL; CREATE TABLE photographs (id INTEGER)',
};

describe('a database of another program', () => {
  it.each(Object.entries(FOREIGN))('%s is refused by its name, and not one byte is changed', (_name, sql) => {
    const file = foreignFile(sql);
    const before = readFileSync(file);
    const refusal = expect.objectContaining({
      code: 'project-foreign',
      message: `${file} is a database of another program, not a GReFEL project file`,
    });
    expect(() => ProjectFile.openForWriting(file)).toThrow(refusal);
    expect(() => ProjectFile.openForReading(file)).toThrow(refusal);
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it('is recognised by the id in our header, which file(1) and others read there', () => {
    const file = join(temporaryFolder(), 'project.sqlite');
    ProjectFile.openForWriting(file).close();
    expect(readFileSync(file).subarray(68, 72).toString('latin1')).toBe('GReF');
  });

  it('is not an empty one, which becomes a project', () => {
    const file = foreignFile('PRAGMA user_version = 0; VACUUM');
    ProjectFile.openForWriting(file).close();
    ProjectFile.openForReading(file).close();
  });
});
