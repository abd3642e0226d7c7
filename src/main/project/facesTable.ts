import type Database from 'better-sqlite3';
import { z } from 'zod';
import { type DetectedFace, detectedFaceSchema, type FacePlace } from '../../domain/faces.ts';

const facesSchema = z.array(detectedFaceSchema);

/** A file's size and time when faces were looked for in it; null for one that was not there. */
interface SearchedFileFacts {
  sizeBytes: number | null;
  mtimeMs: number | null;
}

const searchSchema = z.object({
  sizeBytes: z.number().nullable(),
  mtimeMs: z.number().nullable(),
  faces: z.string(),
});

/**
 * The faces that a detector found in the images of the dataset. They are kept, but not used, if the user chooses to ignore them. An image's first face is its own sample; each further one is a sample next to it.
 */
export class FacesTable {
  #found;
  #ask;
  #keep;
  #store;
  #leave;
  #reopen;
  #waiting;
  #waitingCount;
  #searchedCount;
  #addFurther;
  #furtherOf;
  #photographOf;
  #placeOf;
  #summary;
  #further;

  constructor(database: Database.Database) {
    this.#found = database.prepare(
      `SELECT size_bytes AS sizeBytes, mtime_ms AS mtimeMs, faces FROM face_searches
         WHERE sample_id = ? AND faces IS NOT NULL`,
    );
    this.#ask = database.prepare(
      `INSERT INTO face_searches (sample_id, in_use) VALUES (?, 1)
         ON CONFLICT (sample_id) DO UPDATE SET in_use = 1, faces = NULL`,
    );
    this.#keep = database.prepare('UPDATE face_searches SET in_use = 1 WHERE sample_id = ?');
    this.#store = database.prepare(
      `UPDATE face_searches SET size_bytes = @sizeBytes, mtime_ms = @mtimeMs, faces = @faces
         WHERE sample_id = @sampleId`,
    );
    this.#leave = database.prepare('UPDATE face_searches SET in_use = 0 WHERE in_use = 1');
    this.#reopen = database.prepare('UPDATE face_searches SET faces = NULL WHERE in_use = 1');
    this.#waiting = database
      .prepare(
        `SELECT sample_id FROM face_searches WHERE sample_id > ? AND in_use = 1 AND faces IS NULL
           ORDER BY sample_id LIMIT ?`,
      )
      .pluck();
    this.#waitingCount = database
      .prepare('SELECT count(*) FROM face_searches WHERE in_use = 1 AND faces IS NULL')
      .pluck();
    this.#searchedCount = database
      .prepare('SELECT count(*) FROM face_searches WHERE in_use = 1 AND faces IS NOT NULL')
      .pluck();
    this.#addFurther = database.prepare(
      'INSERT INTO further_faces (sample_id, photograph_id, number) VALUES (?, ?, ?)',
    );
    this.#furtherOf = database
      .prepare('SELECT sample_id FROM further_faces WHERE photograph_id = ? AND number = ?')
      .pluck();
    this.#photographOf = database
      .prepare('SELECT photograph_id FROM further_faces WHERE sample_id = ?')
      .pluck();
    this.#summary = database.prepare(
      `SELECT count(*) FILTER (WHERE found = 0) AS "without", count(*) FILTER (WHERE found > 1) AS several,
         coalesce(sum(max(found - 1, 0)), 0) AS further
       FROM (SELECT json_array_length(faces) AS found FROM face_searches JOIN samples ON samples.id = sample_id
         WHERE in_use = 1 AND faces IS NOT NULL AND state = 'read')`,
    );
    this.#further = database.prepare('SELECT sample_id, photograph_id FROM further_faces').raw();
    this.#placeOf = database.prepare(
      `SELECT coalesce(further_faces.number, min(1, json_array_length(faces))) AS number,
         json_array_length(faces) AS "of"
       FROM samples LEFT JOIN further_faces ON further_faces.sample_id = samples.id
         JOIN face_searches ON face_searches.sample_id = coalesce(photograph_id, samples.id)
       WHERE samples.id = ? AND in_use = 1 AND faces IS NOT NULL`,
    );
  }

  /**
   * The faces found in this version of a sample's file, the most prominent first; null if nobody has
   * searched.
   */
  found(sampleId: number, file: SearchedFileFacts): DetectedFace[] | null {
    const row = this.#found.get(sampleId);
    if (row === undefined) return null;
    const { sizeBytes, mtimeMs, faces } = searchSchema.parse(row);
    if (sizeBytes !== file.sizeBytes || mtimeMs !== file.mtimeMs) return null;
    return facesSchema.parse(JSON.parse(faces));
  }

  /** Has faces looked for in a sample's image. */
  ask(sampleId: number): void {
    this.#ask.run(sampleId);
  }

  /** The faces found in a sample's image are in use. */
  keep(sampleId: number): void {
    this.#keep.run(sampleId);
  }

  /** Nothing that was found is in use. */
  leave(): void {
    this.#leave.run();
  }

  /** Has faces looked for again in every image. */
  reopen(): void {
    this.#reopen.run();
  }

  store(sampleId: number, file: SearchedFileFacts, faces: readonly DetectedFace[]): void {
    this.#store.run({ sampleId, ...file, faces: JSON.stringify(faces) });
  }

  /** Up to `limit` samples, by id after `afterId`, whose images must be searched for faces. */
  waiting(afterId: number, limit: number): number[] {
    return z.array(z.number()).parse(this.#waiting.all(afterId, limit));
  }

  counts(): { waiting: number; searched: number } {
    return {
      waiting: z.number().parse(this.#waitingCount.get()),
      searched: z.number().parse(this.#searchedCount.get()),
    };
  }

  /** @param number 2 for the second face of the photograph */
  addFurther(sampleId: number, photographId: number, number: number): void {
    this.#addFurther.run(sampleId, photographId, number);
  }

  furtherOf(photographId: number, number: number): number | null {
    return (this.#furtherOf.get(photographId, number) as number | undefined) ?? null;
  }

  /** Every further face with the sample of its photograph. */
  further(): [sampleId: number, photographId: number][] {
    return this.#further.all() as [number, number][];
  }

  isFurther(sampleId: number): boolean {
    return this.#photographOf.get(sampleId) !== undefined;
  }

  /** Searched images: those without a face, those with several, and the additional faces of these. */
  summary(): { without: number; several: number; further: number } {
    return this.#summary.get() as { without: number; several: number; further: number };
  }

  /** Which face of its photograph a sample is; null if none was searched for, or the result is not in use. */
  placeOf(sampleId: number): FacePlace | null {
    return (this.#placeOf.get(sampleId) as FacePlace | undefined) ?? null;
  }
}
