import type { DetectedFace } from '../../../domain/faces.ts';

/** A file as it was when faces were looked for in it. */
export interface SearchedFile {
  sizeBytes: number;
  mtimeMs: number;
}

/** The faces of an image, the most prominent first; `file` is null where it is not there. */
export type FaceSearch = { id: number; file: SearchedFile | null } & (
  | { ok: true; faces: DetectedFace[] /** Of the upright image, in pixels. */; width: number; height: number }
  | { ok: false; problem: string }
);
