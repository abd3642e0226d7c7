import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { ProjectFile } from '../../../src/main/project/index.ts';
import { migrate } from '../../../src/main/project/migrations.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

/** A project file as an older version left it. */
function olderFile(version: number, fill: string): string {
  const file = join(temporaryFolder(), 'older.sqlite');
  const database = new Database(file);
  migrate(database, file, version);
  database.exec(fill);
  database.close();
  return file;
}

describe('a project file of an older version', () => {
  it('1 has whole images without further columns', () => {
    const file = olderFile(
      1,
      `INSERT INTO classes VALUES (0, 'happy');
       INSERT INTO samples (id, ordinal, image, path, given_class, state, current_verdict)
         VALUES (7, 0, 'happy/a.png', 'happy/a.png', 0, 'read', 'kept');`,
    );
    const project = ProjectFile.openForWriting(file);
    expect(project.samples.byId(7)).toMatchObject({ region: null, currentVerdict: 'kept' });
    expect(project.metadata.byId(7)).toEqual({});
    project.metadata.write(7, { subject: 'S1' });
    expect(project.metadata.byId(7)).toEqual({ subject: 'S1' });
    project.close();
  });
});
