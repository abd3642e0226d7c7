import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { ProjectFile } from '../../../src/main/project/index.ts';
import { migrate } from '../../../src/main/project/migrations.ts';
import { modelMetadataSchema } from '../../../src/shared/model.ts';
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

  it('9 keeps its readings, of which attention was not kept', () => {
    const model = modelMetadataSchema.parse({
      contract: 1,
      name: 'two',
      version: '1',
      classes: [{ name: 'happiness' }, { name: 'sadness' }],
      anchorsPerClass: 0,
      embeddingSize: 1,
      delta: 1,
      inputSize: 112,
    });
    // 0.75 and 0.25, as little-endian float32; the embedding is 1 as a half float.
    const file = olderFile(
      9,
      `INSERT INTO samples (id, ordinal, image, path, state) VALUES (7, 0, 'a.png', 'a.png', 'read');
       INSERT INTO model_runs VALUES (1, 'sha', 'two.onnx', '{}', 'cpu', '2026-01-01');
       INSERT INTO predictions VALUES (7, 1, x'0000403f0000803e', x'0000403f0000803e', 0.2, 0.2, 0, x'', NULL);
       INSERT INTO embeddings VALUES (7, 1, x'003c');
       UPDATE samples SET perceptual_hash = '0' WHERE id = 7;`,
    );
    const project = ProjectFile.openForWriting(file);
    expect(project.readings.byId(7, model)).toMatchObject({ attentive: null, confidenceCorrected: 0.2 });
    const [columns] = project.readings.fitColumns(0, 10, model);
    expect(columns).toMatchObject({ attentive: null, corrected: new Float32Array([0.75, 0.25]) });
    project.close();
  });
});
