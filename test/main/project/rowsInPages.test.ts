import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { ProjectFile } from '../../../src/main/project/index.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

/** A project of so many images; every image has a flag of an earlier run, every second one issues. */
function projectOf(images: number): string {
  const file = join(temporaryFolder(), 'project.sqlite');
  ProjectFile.openForWriting(file).close();
  const database = new Database(file);
  database.exec(`
    WITH RECURSIVE numbers (id) AS (SELECT 1 WHERE ${images} > 0 UNION ALL SELECT id + 1 FROM numbers WHERE id < ${images})
      INSERT INTO samples (id, ordinal, image, path, state) SELECT id, id, id, id, 'read' FROM numbers;
    INSERT INTO earlier_flags (sample_id, wrong_label) SELECT id, 0.5 FROM samples;
    INSERT INTO issues (sample_id, bits) SELECT id, id % 2 FROM samples;
  `);
  database.close();
  return file;
}

it.each([0, 1, 19_999, 20_000, 20_001])(
  'what is known of %i images is read whole, in the order of their numbers',
  (images) => {
    const project = ProjectFile.openForWriting(projectOf(images));
    const ids = Array.from({ length: images }, (_, index) => index + 1);
    expect(Array.from(project.earlierFlags.all(), ({ sampleId }) => sampleId)).toEqual(ids);
    const odd = ids.filter((id) => id % 2 === 1);
    expect(Array.from(project.issues.all(), ({ sampleId }) => sampleId)).toEqual(odd);
    project.close();
  },
);

it('an image whose issues are gone has no row any more', () => {
  const file = projectOf(1);
  const project = ProjectFile.openForWriting(file);
  expect(project.issues.byId(1)).toBe(1);
  project.issues.write({ sampleId: 1, bits: 0 });
  expect(project.issues.byId(1)).toBe(0);
  project.close();
  const database = new Database(file, { readonly: true });
  expect(database.prepare('SELECT count(*) FROM issues').pluck().get()).toBe(0);
  database.close();
});
