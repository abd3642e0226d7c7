import type Database from 'better-sqlite3';
import { AppError } from '../../domain/errors.ts';

/**
 * Forward only. `migrations[n]` brings a file from version n to n + 1; the version is SQLite's `user_version`.
 * Never edit one that was released: add another, with a test that starts from a filled older file.
 */
const migrations: readonly string[] = [
  `
  CREATE TABLE dataset (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    folder TEXT NOT NULL,
    layout TEXT NOT NULL,
    recognition TEXT NOT NULL,
    created_at TEXT NOT NULL,
    imported_at TEXT NOT NULL
  ) STRICT;

  CREATE TABLE classes (
    class_index INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
  ) STRICT;

  CREATE TABLE samples (
    id INTEGER PRIMARY KEY,
    ordinal INTEGER NOT NULL,
    image TEXT NOT NULL UNIQUE,
    path TEXT NOT NULL,
    split TEXT,
    given_class INTEGER REFERENCES classes (class_index),
    state TEXT NOT NULL CHECK (state IN ('pending', 'read', 'unreadable', 'vanished')),
    problem TEXT,
    size_bytes INTEGER,
    mtime_ms REAL,
    content_sha256 TEXT,
    width INTEGER,
    height INTEGER,
    format TEXT,
    pixels_sha256 TEXT,
    perceptual_hash TEXT,
    current_verdict TEXT CHECK (current_verdict IN ('kept', 'relabelled', 'excluded', 'ambiguous')),
    current_class INTEGER REFERENCES classes (class_index),
    current_annotators TEXT,
    current_decided_at TEXT
  ) STRICT;
  CREATE INDEX samples_by_ordinal ON samples (ordinal, id);
  CREATE INDEX samples_to_read ON samples (ordinal, id) WHERE state = 'pending';

  CREATE TABLE model_runs (
    id INTEGER PRIMARY KEY,
    model_sha256 TEXT NOT NULL,
    model_path TEXT NOT NULL,
    metadata TEXT NOT NULL,
    provider TEXT NOT NULL,
    started_at TEXT NOT NULL
  ) STRICT;

  CREATE TABLE predictions (
    sample_id INTEGER PRIMARY KEY REFERENCES samples (id) ON DELETE CASCADE,
    run_id INTEGER NOT NULL REFERENCES model_runs (id),
    primary_distribution BLOB NOT NULL,
    corrected_distribution BLOB NOT NULL,
    confidence_primary REAL NOT NULL,
    confidence_corrected REAL NOT NULL,
    corrected_class INTEGER NOT NULL,
    nearest_anchors BLOB NOT NULL,
    face_quality REAL
  ) STRICT;

  CREATE TABLE embeddings (
    sample_id INTEGER PRIMARY KEY REFERENCES samples (id) ON DELETE CASCADE,
    run_id INTEGER NOT NULL REFERENCES model_runs (id),
    vector BLOB NOT NULL
  ) STRICT;

  CREATE TABLE flags (
    sample_id INTEGER PRIMARY KEY REFERENCES samples (id) ON DELETE CASCADE,
    run_id INTEGER NOT NULL REFERENCES model_runs (id),
    suggested_class INTEGER REFERENCES classes (class_index),
    likelihood_ratio REAL,
    self_confidence REAL,
    normalised_margin REAL,
    trained_on TEXT CHECK (trained_on IN ('same-pixels', 'near-copy'))
  ) STRICT;

  CREATE TABLE actions (
    id INTEGER PRIMARY KEY,
    annotator TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('do', 'undo', 'redo')),
    target_id INTEGER REFERENCES actions (id),
    request_id TEXT UNIQUE,
    at TEXT NOT NULL
  ) STRICT;
  CREATE INDEX actions_by_annotator ON actions (annotator, id);

  CREATE TABLE verdicts (
    id INTEGER PRIMARY KEY,
    action_id INTEGER NOT NULL REFERENCES actions (id),
    sample_id INTEGER NOT NULL REFERENCES samples (id),
    annotator TEXT NOT NULL,
    verdict TEXT NOT NULL CHECK (verdict IN ('kept', 'relabelled', 'excluded', 'ambiguous', 'cleared')),
    class_index INTEGER REFERENCES classes (class_index),
    note TEXT NOT NULL,
    decided_at TEXT NOT NULL
  ) STRICT;
  CREATE INDEX verdicts_by_sample ON verdicts (sample_id, annotator, id);
  CREATE INDEX verdicts_by_action ON verdicts (action_id);
  CREATE TRIGGER verdicts_are_never_rewritten BEFORE UPDATE ON verdicts
    BEGIN SELECT RAISE(ABORT, 'verdicts are append-only'); END;
  CREATE TRIGGER verdicts_are_never_deleted BEFORE DELETE ON verdicts
    BEGIN SELECT RAISE(ABORT, 'verdicts are append-only'); END;

  CREATE TABLE jobs (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('import', 'scan')),
    state TEXT NOT NULL CHECK (state IN ('running', 'paused', 'done', 'failed', 'cancelled')),
    done INTEGER NOT NULL,
    total INTEGER NOT NULL,
    error TEXT,
    started_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
  ) STRICT;

  CREATE TABLE settings (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
  ) STRICT;
  `,
  // Pictures that are a part of a file (a box, a row), and the further columns of a source.
  `
  ALTER TABLE samples ADD COLUMN region TEXT;

  CREATE TABLE sample_metadata (
    sample_id INTEGER PRIMARY KEY REFERENCES samples (id) ON DELETE CASCADE,
    data TEXT NOT NULL
  ) STRICT;
  `,
  `
  ALTER TABLE flags ADD COLUMN weighted_entropy REAL;
  ALTER TABLE flags ADD COLUMN adjusted_self_confidence REAL;
  ALTER TABLE flags ADD COLUMN adjusted_margin REAL;
  ALTER TABLE flags ADD COLUMN mistakenness REAL;
  ALTER TABLE flags ADD COLUMN scn_margin REAL;
  ALTER TABLE flags ADD COLUMN anchor_distance REAL;
  ALTER TABLE flags ADD COLUMN neighbour_conflict REAL;
  `,
  // The calibrated probability that a label is wrong, and the label to change it to.
  `
  ALTER TABLE flags ADD COLUMN wrong_label REAL;
  ALTER TABLE flags ADD COLUMN alternative_class INTEGER REFERENCES classes (class_index);
  ALTER TABLE flags ADD COLUMN alternative_probability REAL;
  `,
  // The map of all embeddings, and verdicts in the order of time.
  `
  CREATE TABLE maps (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    info TEXT NOT NULL
  ) STRICT;

  CREATE TABLE map_points (
    sample_id INTEGER PRIMARY KEY REFERENCES samples (id) ON DELETE CASCADE,
    x REAL NOT NULL,
    y REAL NOT NULL
  ) STRICT;

  CREATE INDEX samples_by_decision ON samples (current_decided_at, id) WHERE current_verdict IS NOT NULL;
  `,
  // Picture quality, and other issues of images or labels.
  `
  CREATE TABLE picture_quality (
    sample_id INTEGER PRIMARY KEY REFERENCES samples (id) ON DELETE CASCADE,
    brightness REAL NOT NULL,
    sharpness REAL NOT NULL
  ) STRICT;

  CREATE TABLE issues (
    sample_id INTEGER PRIMARY KEY REFERENCES samples (id) ON DELETE CASCADE,
    bits INTEGER NOT NULL
  ) STRICT;
  `,
  // Several annotators: the role of a verdict.
  `
  ALTER TABLE verdicts ADD COLUMN role TEXT NOT NULL DEFAULT 'vote'
    CHECK (role IN ('vote', 'repeat', 'adjudication'));
  `,
  // Predictions of the model tuned to the dataset's own labels.
  `
  CREATE TABLE head_readings (
    sample_id INTEGER PRIMARY KEY REFERENCES samples (id) ON DELETE CASCADE,
    primary_distribution BLOB NOT NULL,
    corrected_distribution BLOB NOT NULL,
    confidence_primary REAL NOT NULL,
    confidence_corrected REAL NOT NULL,
    nearest_anchors BLOB NOT NULL
  ) STRICT;
  `,
  // Images assigned to annotators, and the flags of the previous run, to compare with.
  `
  CREATE TABLE shares (
    annotator TEXT NOT NULL,
    sample_id INTEGER NOT NULL REFERENCES samples (id) ON DELETE CASCADE,
    PRIMARY KEY (annotator, sample_id)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE earlier_flags (
    sample_id INTEGER PRIMARY KEY REFERENCES samples (id) ON DELETE CASCADE,
    suggested_class INTEGER REFERENCES classes (class_index),
    wrong_label REAL
  ) STRICT;
  `,
  // What the wrong-label score uses besides the corrected distribution; null if it was not stored.
  'ALTER TABLE predictions ADD COLUMN attentive_distribution BLOB',
  // The dataset's own columns, coded for filters; rebuilt from sample_metadata at each import.
  `
  CREATE TABLE metadata_columns (
    ordinal INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('choice', 'number')),
    choices TEXT NOT NULL,
    cells BLOB NOT NULL
  ) STRICT;
  `,
  // Faces that a detector found in whole photographs.
  `
  CREATE TABLE face_searches (
    sample_id INTEGER PRIMARY KEY REFERENCES samples (id) ON DELETE CASCADE,
    in_use INTEGER NOT NULL CHECK (in_use IN (0, 1)),
    size_bytes INTEGER,
    mtime_ms REAL,
    faces TEXT
  ) STRICT;
  CREATE INDEX face_searches_waiting ON face_searches (sample_id) WHERE in_use = 1 AND faces IS NULL;

  CREATE TABLE further_faces (
    sample_id INTEGER PRIMARY KEY REFERENCES samples (id) ON DELETE CASCADE,
    photograph_id INTEGER NOT NULL REFERENCES samples (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    UNIQUE (photograph_id, number)
  ) STRICT;
  `,
  // Several random samples: those of the Overview, and those of rounds.
  `
  CREATE TABLE audits (
    id INTEGER PRIMARY KEY,
    drawn_at TEXT NOT NULL,
    seed INTEGER NOT NULL,
    round_of TEXT,
    reviewed_before TEXT NOT NULL
  ) STRICT;

  CREATE TABLE audit_images (
    audit_id INTEGER NOT NULL REFERENCES audits (id) ON DELETE CASCADE,
    place INTEGER NOT NULL,
    sample_id INTEGER NOT NULL REFERENCES samples (id) ON DELETE CASCADE,
    PRIMARY KEY (audit_id, place)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX audit_images_by_sample ON audit_images (sample_id);

  INSERT INTO audits
    SELECT 1, value ->> 'drawnAt', value ->> 'seed', NULL, value -> 'reviewedBefore' FROM settings WHERE key = 'audit';
  INSERT INTO audit_images
    SELECT 1, drawn.key, samples.id FROM settings, json_each(settings.value, '$.sampleIds') AS drawn
    JOIN samples ON samples.id = drawn.value WHERE settings.key = 'audit';
  DELETE FROM settings WHERE key = 'audit';
  `,
  // The views of each image that a model has predicted; earlier, all were predicted in one.
  `
  ALTER TABLE model_runs ADD COLUMN views TEXT NOT NULL DEFAULT 'one' CHECK (views IN ('one', 'unsure', 'all'));
  `,
  // Runs whose predictions are still being staged are not the project's yet.
  `
  ALTER TABLE model_runs ADD COLUMN gathering INTEGER NOT NULL DEFAULT 0 CHECK (gathering IN (0, 1));
  `,
  // How images were cut before the model saw them; before, they were left as they are.
  'ALTER TABLE model_runs ADD COLUMN framing TEXT',
  // How likely each class is the true one: float32 little-endian, one a class; unknown for flags from before.
  `
  ALTER TABLE flags ADD COLUMN truth BLOB;
  `,
  // Distinguishes files of other programs (APPLICATION_ID).
  'PRAGMA application_id = 1196582214',
  // Jobs were written and never read. The tuned model was once called a head.
  `
  DROP TABLE jobs;
  ALTER TABLE head_readings RENAME TO tuned_predictions;
  UPDATE settings SET value = replace(replace(value, '"headShare":', '"tunedShare":'), '"head":', '"tuned":')
    WHERE key = 'label-fit';
  `,
  // Duplicates were once called copies, and the embedding distance remoteness.
  `
  UPDATE settings SET value = replace(value, '"remoteness":', '"embeddingDistance":') WHERE key = 'label-fit';
  UPDATE settings
    SET value = replace(replace(value, '"copies-disagree"', '"duplicates-different-labels"'), '"copies"', '"duplicates"')
    WHERE key = 'views' OR key = 'place' OR key LIKE 'place of %';
  `,
];

/**
 * The id of project files in SQLite's header ("GReF"), which distinguishes them from those of other programs.
 */
const APPLICATION_ID = 0x47526546;
/** By these a file of an earlier version, which has no id yet, is known. */
const OWN_TABLES = ['dataset', 'classes', 'samples', 'verdicts', 'settings'];

export const SCHEMA_VERSION = migrations.length;

/** Was the file written by an older version of this application? */
export function isOlder(database: Database.Database): boolean {
  return (database.pragma('user_version', { simple: true }) as number) < SCHEMA_VERSION;
}

/**
 * The version of a project file; 0 of one that is yet to be filled.
 * @throws AppError `project-foreign` where another program made it, `project-newer`
 */
export function ownVersion(database: Database.Database, file: string): number {
  const version = database.pragma('user_version', { simple: true }) as number;
  if (isForeign(database, version)) {
    throw new AppError(
      'project-foreign',
      `${file} is a database of another program, not a GReFEL project file`,
      'Choose another file with --project. Nothing was changed.',
    );
  }
  if (version <= SCHEMA_VERSION) return version;
  throw new AppError(
    'project-newer',
    `${file} was written by a newer version of GReFEL Relabel (file version ${version}; this version supports up to ${SCHEMA_VERSION})`,
    'Update GReFEL Relabel, or choose another project file with --project. Nothing was changed.',
  );
}

/**
 * Brings the file up to a version, by default this application's, one transaction a step.
 * @throws AppError as ownVersion
 */
export function migrate(database: Database.Database, file: string, target = SCHEMA_VERSION): void {
  const version = ownVersion(database, file);
  for (let from = version; from < target; from++) {
    database.transaction(() => {
      database.exec(migrations[from] as string);
      database.pragma(`user_version = ${from + 1}`);
    })();
  }
}

function isForeign(database: Database.Database, version: number): boolean {
  const id = database.pragma('application_id', { simple: true }) as number;
  if (id !== 0) return id !== APPLICATION_ID;
  const tables = database.prepare('SELECT name FROM sqlite_schema').pluck().all();
  return tables.length > 0 && OWN_TABLES.some((name) => version === 0 || !tables.includes(name));
}
