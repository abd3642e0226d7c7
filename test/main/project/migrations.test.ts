import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { type NewRun, ProjectFile } from '../../../src/main/project/index.ts';
import { migrate, SCHEMA_VERSION } from '../../../src/main/project/migrations.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { twoClassModel } from '../../support/twoClassModel.ts';

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

  it('9 keeps its predictions, whose attention was not stored', () => {
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
    expect(project.predictions.byId(7, twoClassModel)).toMatchObject({
      attentive: null,
      confidenceCorrected: 0.2,
    });
    const [columns] = project.predictions.fitColumns(0, 10, twoClassModel);
    expect(columns).toMatchObject({
      attentive: null,
      corrected: new Float32Array([0.75, 0.25]),
      anchorDistance: null,
    });
    project.close();
  });

  it('10 has no faces looked for, and keeps its verdicts when they are', () => {
    const file = olderFile(
      10,
      `INSERT INTO classes VALUES (0, 'happy');
       INSERT INTO samples (id, ordinal, image, path, given_class, state, current_verdict)
         VALUES (7, 0, 'happy/a.png', 'happy/a.png', 0, 'read', 'kept');`,
    );
    const project = ProjectFile.openForWriting(file);
    expect(project.faces.placeOf(7)).toBeNull();
    expect(project.faces.counts()).toEqual({ waiting: 0, searched: 0 });
    project.faces.ask(7);
    project.faces.store(7, { sizeBytes: 5, mtimeMs: 6.5 }, []);
    expect(project.faces.placeOf(7)).toEqual({ number: 0, of: 0 });
    expect(project.samples.byId(7)).toMatchObject({ currentVerdict: 'kept' });
    project.close();
  });
});

it('13 was scanned in one view', () => {
  const file = olderFile(
    13,
    `INSERT INTO model_runs VALUES (1, 'sha', 'two.onnx', '${JSON.stringify(twoClassModel)}',
       '{"requested":"cpu","used":"cpu","fallbacks":[]}', '2026-01-01');`,
  );
  const project = ProjectFile.openForWriting(file);
  expect(project.modelRuns.latest()).toMatchObject({ id: 1, views: 'one' });
  project.close();
});

it('14 has no run that is still being gathered', () => {
  const file = olderFile(
    14,
    `INSERT INTO model_runs VALUES (1, 'sha', 'two.onnx', '${JSON.stringify(twoClassModel)}',
       '{"requested":"cpu","used":"cpu","fallbacks":[]}', '2026-01-01', 'unsure');`,
  );
  const project = ProjectFile.openForWriting(file);
  expect(project.modelRuns.latest()).toMatchObject({ id: 1, views: 'unsure' });
  project.close();
});

it('15 left images as they are, and may be framed from now on', () => {
  const file = olderFile(
    15,
    `INSERT INTO model_runs VALUES (1, 'sha', 'two.onnx', '${JSON.stringify(twoClassModel)}',
       '{"requested":"cpu","used":"cpu","fallbacks":[]}', '2026-01-01', 'unsure', 0);`,
  );
  const project = ProjectFile.openForWriting(file);
  const { id: _, startedAt: __, ...run } = project.modelRuns.latest() ?? { id: 0, startedAt: '' };
  expect(run).toMatchObject({ modelSha256: 'sha', framing: null });
  const framing = { scaleX: 1.3, scaleY: 1, shiftX: 0, shiftY: -0.05 };
  project.modelRuns.begin({ ...(run as NewRun), framing });
  expect(project.modelRuns.latest()).toMatchObject({ id: 2, framing });
  project.close();
});

it('16 has flags of which not every probability was kept', () => {
  const file = olderFile(
    16,
    `INSERT INTO classes VALUES (0, 'happy'), (1, 'sad');
     INSERT INTO samples (id, ordinal, image, path, given_class, state)
       VALUES (7, 0, 'happy/a.png', 'happy/a.png', 0, 'read');
     INSERT INTO model_runs VALUES (1, 'sha', 'two.onnx', '${JSON.stringify(twoClassModel)}',
       '{"requested":"cpu","used":"cpu","fallbacks":[]}', '2026-01-01', 'unsure', 0, NULL);
     INSERT INTO flags (sample_id, run_id, suggested_class, alternative_class, alternative_probability, wrong_label)
       VALUES (7, 1, 1, 1, 0.75, 0.875);`,
  );
  const project = ProjectFile.openForWriting(file);
  const flag = project.flags.byId(7);
  expect(flag).toMatchObject({ truth: null, alternativeProbability: 0.75, scores: { 'wrong-label': 0.875 } });
  if (flag !== null) project.flags.write(1, { ...flag, truth: Float32Array.of(0.125, 0.875) });
  expect(project.flags.byId(7)?.truth).toEqual(Float32Array.of(0.125, 0.875));
  project.close();
});

describe('the one random sample of version 12', () => {
  const audit = { drawnAt: '2026-01-05T00:00:00.000Z', seed: 4, sampleIds: [8, 7, 99], reviewedBefore: [9] };

  it('is the first of several, without images that are gone', () => {
    const file = olderFile(
      12,
      `INSERT INTO samples (id, ordinal, image, path, state) VALUES (7, 0, 'a.png', 'a.png', 'read'),
         (8, 1, 'b.png', 'b.png', 'read'), (9, 2, 'c.png', 'c.png', 'read');
       INSERT INTO settings VALUES ('audit', '${JSON.stringify(audit)}'), ('annotator', '"ann"');`,
    );
    const project = ProjectFile.openForWriting(file);
    expect(project.audits.all()).toEqual([{ id: 1, ...audit, sampleIds: [8, 7], roundOf: null }]);
    project.audits.add({ ...audit, sampleIds: [7, 9, 8], roundOf: 'ann' });
    project.audits.keepFirst(2, 2);
    expect(project.audits.all()).toMatchObject([
      { sampleIds: [8, 7] },
      { sampleIds: [7, 9], roundOf: 'ann' },
    ]);
    project.close();
    expect(contents(file).settings).toEqual([{ key: 'annotator', value: '"ann"' }]);
  });

  it('is none where none was drawn', () => {
    const project = ProjectFile.openForWriting(olderFile(12, ''));
    expect(project.audits.all()).toEqual([]);
    project.close();
  });
});

/** The additions of a version, filled: by the version that first had them. */
const FILLED: Record<number, string> = {
  1: `INSERT INTO dataset VALUES (1, '/data/faces', 'class-folders', '{}', '2026-01-01', '2026-01-02');
      INSERT INTO classes VALUES (0, 'happy'), (1, 'sad');
      INSERT INTO samples (id, ordinal, image, path, split, given_class, state, problem, current_verdict, current_class,
          current_annotators, current_decided_at)
        VALUES (7, 0, 'happy/a.png', 'happy/a.png', 'train', 0, 'read', NULL, 'relabelled', 1, 'ann', '2026-01-03'),
          (8, 1, 'sad/b.png', 'sad/b.png', 'test', 1, 'unreadable', 'no picture', NULL, NULL, NULL, NULL);
      INSERT INTO model_runs (id, model_sha256, model_path, metadata, provider, started_at)
        VALUES (1, 'sha', 'two.onnx', '{}', 'cpu', '2026-01-01');
      INSERT INTO predictions (sample_id, run_id, primary_distribution, corrected_distribution, confidence_primary,
          confidence_corrected, corrected_class, nearest_anchors, face_quality)
        VALUES (7, 1, x'0000403f0000803e', x'0000403f0000803e', 0.2, 0.3, 0, x'', 0.9);
      INSERT INTO embeddings VALUES (7, 1, x'003c');
      INSERT INTO flags (sample_id, run_id, suggested_class, likelihood_ratio, self_confidence, normalised_margin, trained_on)
        VALUES (7, 1, 1, 0.7, 0.6, 0.5, 'near-copy');
      INSERT INTO actions VALUES (1, 'ann', 'do', NULL, 'r1', '2026-01-03'), (2, 'ann', 'do', NULL, 'r2', '2026-01-03'),
        (3, 'ann', 'undo', 2, 'r3', '2026-01-03');
      INSERT INTO verdicts (id, action_id, sample_id, annotator, verdict, class_index, note, decided_at)
        VALUES (1, 1, 7, 'ann', 'relabelled', 1, 'corners down', '2026-01-03'), (2, 2, 8, 'ann', 'excluded', NULL, '', '2026-01-03'),
          (3, 3, 8, 'ann', 'cleared', NULL, '', '2026-01-03');
      INSERT INTO jobs VALUES (1, 'scan', 'done', 2, 2, NULL, '2026-01-01', '2026-01-02');
      INSERT INTO settings VALUES ('flagged-at', '0.6');`,
  2: `INSERT INTO sample_metadata VALUES (7, '{"subject":"S1"}');
      UPDATE samples SET region = '{"kind":"box","left":1,"top":2,"width":3,"height":4}' WHERE id = 8;`,
  3: `UPDATE flags SET weighted_entropy = 0.1, adjusted_margin = 0.2, mistakenness = 0.3, anchor_distance = 0.4;`,
  4: `UPDATE flags SET wrong_label = 0.8, alternative_class = 1, alternative_probability = 0.7;`,
  5: `INSERT INTO maps VALUES (1, '{}'); INSERT INTO map_points VALUES (7, 0.5, -0.5);`,
  6: `INSERT INTO picture_quality VALUES (7, 0.5, 0.6); INSERT INTO issues VALUES (7, 3);`,
  7: `INSERT INTO verdicts (action_id, sample_id, annotator, verdict, class_index, note, decided_at, role)
        VALUES (1, 7, 'bob', 'kept', NULL, '', '2026-01-04', 'adjudication');`,
  8: `INSERT INTO head_readings VALUES (7, x'0000403f0000803e', x'0000403f0000803e', 0.1, 0.2, x'');`,
  9: `INSERT INTO shares VALUES ('ann', 7), ('ann', 8); INSERT INTO earlier_flags VALUES (7, 1, 0.4);`,
  10: `UPDATE predictions SET attentive_distribution = x'0000403f0000803e';`,
  11: `INSERT INTO metadata_columns VALUES (0, 'subject', 'choice', '["S1"]', x'00');`,
  12: `INSERT INTO face_searches VALUES (7, 1, 5, 6.5, '[]'); INSERT INTO further_faces VALUES (8, 7, 1);
      INSERT INTO settings VALUES ('rounds', '{"ann":{"order":[8,7]}}');`,
  13: `INSERT INTO audits VALUES (1, '2026-01-05', 4, 'ann', '[7]'); INSERT INTO audit_images VALUES (1, 0, 8);`,
  14: `UPDATE model_runs SET views = 'unsure';`,
  15: `UPDATE model_runs SET gathering = 0;`,
  16: `UPDATE model_runs SET framing = NULL;`,
  17: `UPDATE flags SET truth = x'0000403f0000803e';`,
  18: `INSERT INTO settings VALUES ('label-fit', '{"headShare":[0,1],"agreement":{"model":0.5,"head":0.75}}');`,
  19: `UPDATE settings SET value = '{"remoteness":1.2}' WHERE key = 'label-fit';
      INSERT INTO settings VALUES ('views', '[{"name":"twins","request":{"filter":{"show":"copies-disagree"},"group":"copies"}}]'),
        ('place of ann', '{"request":{"filter":{"show":"copies"}},"sampleId":7}');`,
};
/** Names of a version that FILLED, which begins with those of the first, has to use from it on. */
const RENAMED_IN = 19;

/** Everything that a file of a version can have. */
function fillOf(version: number): string {
  const fill = Array.from({ length: version }, (_, index) => FILLED[index + 1] ?? '').join('\n');
  if (version < RENAMED_IN) return fill;
  return fill.replace(/INSERT INTO jobs .*;/, '').replace('head_readings', 'tuned_predictions');
}

type Rows = Record<string, unknown[]>;

/** All that is in a file, table by table; of the columns of `like` where that is given. */
function contents(file: string, like?: Rows): Rows {
  const database = new Database(file, { readonly: true });
  const tables = database
    .prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name")
    .pluck()
    .all() as string[];
  const rows = tables.map((table): [string, unknown[]] => {
    const first = like?.[table]?.[0];
    const columns = first ? Object.keys(first).join(', ') : '*';
    return [table, database.prepare(`SELECT ${columns} FROM ${table} ORDER BY 1, 2`).all()];
  });
  database.close();
  return Object.fromEntries(like ? rows.filter(([table]) => table in like) : rows);
}

/** Under the names of today, without the table that nothing ever read. */
function sinceRenamed({ jobs: _, head_readings, settings, ...others }: Rows): Rows {
  const renamed = JSON.stringify(settings ?? [])
    .replace(String.raw`\"headShare\"`, String.raw`\"tunedShare\"`)
    .replace(String.raw`\"head\"`, String.raw`\"tuned\"`)
    .replaceAll(String.raw`\"copies\"`, String.raw`\"duplicates\"`)
    .replace(String.raw`\"copies-disagree\"`, String.raw`\"duplicates-different-labels\"`)
    .replace(String.raw`\"remoteness\"`, String.raw`\"embeddingDistance\"`);
  const kept = { ...others, settings: JSON.parse(renamed) };
  return head_readings ? { ...kept, tuned_predictions: head_readings } : kept;
}

describe('a filled project file loses nothing on its way', () => {
  const versions = Array.from({ length: SCHEMA_VERSION - 1 }, (_, index) => index + 1);

  it('of every version there is a filling', () => {
    expect(versions.filter((version) => FILLED[version] === undefined)).toEqual([]);
  });

  it.each(versions)('from version %i to this one', (version) => {
    const file = olderFile(version, fillOf(version));
    const before = contents(file);
    const kept = sinceRenamed(before);
    for (const [table, rows] of Object.entries(before)) expect(rows, table).not.toHaveLength(0);

    const project = ProjectFile.openForWriting(file);
    expect(project.samples.byId(7)).toMatchObject({ image: 'happy/a.png', currentVerdict: 'relabelled' });
    expect(project.samples.byId(8)).toMatchObject({ state: 'unreadable', problem: 'no picture' });
    expect(project.verdicts.history(7)[0]).toMatchObject({
      note: 'corners down',
      role: 'vote',
      classIndex: 1,
    });
    expect(project.verdicts.actionsOf('ann').map(({ kind }) => kind)).toEqual(['do', 'do', 'undo']);
    expect(project.verdicts.disagreementsAmong([7, 8])).toEqual(project.verdicts.disagreements());
    project.close();
    expect(contents(file, kept)).toEqual(kept);
  });
});

it.each(['openForWriting', 'openForReading'] as const)(
  'a file from before a score gets its column by %s',
  (open) => {
    const file = olderFile(14, '');
    ProjectFile.openForWriting(file).close();
    const columns = () => {
      const database = new Database(file);
      const names = database.prepare("SELECT name FROM pragma_table_info('flags')").pluck().all();
      database.close();
      return names;
    };
    const before = new Database(file);
    before.exec('ALTER TABLE flags DROP COLUMN scn_margin');
    before.close();
    expect(columns()).not.toContain('scn_margin');
    ProjectFile[open](file).close();
    expect(columns()).toContain('scn_margin');
  },
);
