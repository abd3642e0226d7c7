import { z } from 'zod';

/** The stages of making a map. */
const MAP_STAGES = ['reading', 'reducing', 'neighbours', 'arranging', 'placing', 'measuring'] as const;
export type MapStage = (typeof MAP_STAGES)[number];

export interface MapProgress {
  stage: MapStage;
  /** Of the whole, 0 to 1. */
  share: number;
}

const qualitySchema = z.object({ daviesBouldin: z.number(), calinskiHarabasz: z.number() }).nullable();

/** A finished map, without its points. */
export const mapInfoSchema = z.object({
  /** Of the model run of these embeddings. */
  runId: z.int(),
  madeAt: z.string(),
  images: z.int(),
  /**
   * Number of images that the layout was computed from; the others are placed among their nearest neighbours.
   */
  fitted: z.int(),
  /** The model's anchors at their places. */
  anchors: z.array(
    z.object({ className: z.string(), label: z.int().nullable(), k: z.int(), x: z.number(), y: z.number() }),
  ),
  /** How well labels separate the embeddings, as given and after the verdicts; when that was measured. */
  quality: z.object({
    before: qualitySchema,
    after: qualitySchema,
    measuredAt: z.string(),
    reviewed: z.int(),
  }),
});
export type MapInfo = z.infer<typeof mapInfoSchema>;
export type ClusterScores = z.infer<typeof qualitySchema>;

/** Answer of GET /api/map. */
export interface MapState {
  info: MapInfo | null;
  /** Images were scanned, or scanned by another model, since. */
  outdated: boolean;
  /** While one is being made. */
  progress: MapProgress | null;
  /** Why the last attempt failed. */
  problem: string | null;
}

export const mapActionSchema = z.object({ action: z.enum(['start', 'cancel', 'measure']) });
export type MapAction = z.infer<typeof mapActionSchema>['action'];

/** Images selected on the map, to review as a queue. */
export const selectionSchema = z.object({ sampleIds: z.array(z.int().positive()).max(2_000_000) });

/** Columns of the map's points, one entry an image; labels are indices of dataset classes, -1 for none. */
export interface MapPoints {
  ids: Int32Array;
  x: Float32Array;
  y: Float32Array;
  given: Int16Array;
  suggested: Int16Array;
  label: Int16Array;
  /** Index into STATUSES. */
  status: Uint8Array;
  flagged: Uint8Array;
}

/** The points as bytes: their number, then column after column, the widest types first so that all are aligned. */
export function encodePoints(points: MapPoints): ArrayBuffer {
  const count = points.ids.length;
  const buffer = new ArrayBuffer(byteLength(count));
  new Int32Array(buffer, 0, 1)[0] = count;
  const target = columnsOf(buffer, count);
  for (const name of Object.keys(target) as (keyof MapPoints)[]) target[name].set(points[name]);
  return buffer;
}

/** @throws Error where the bytes are not those of points */
export function decodePoints(buffer: ArrayBuffer): MapPoints {
  const count = buffer.byteLength < 4 ? -1 : (new Int32Array(buffer, 0, 1)[0] as number);
  if (count < 0 || buffer.byteLength !== byteLength(count)) throw new Error('these bytes are not a map');
  return columnsOf(buffer, count);
}

const HEADER_BYTES = 4;
const BYTES_PER_POINT = 3 * 4 + 3 * 2 + 2;

function byteLength(count: number): number {
  return HEADER_BYTES + count * BYTES_PER_POINT;
}

function columnsOf(buffer: ArrayBuffer, count: number): MapPoints {
  let offset = HEADER_BYTES;
  const next = (bytes: number) => {
    const start = offset;
    offset += bytes * count;
    return start;
  };
  return {
    ids: new Int32Array(buffer, next(4), count),
    x: new Float32Array(buffer, next(4), count),
    y: new Float32Array(buffer, next(4), count),
    given: new Int16Array(buffer, next(2), count),
    suggested: new Int16Array(buffer, next(2), count),
    label: new Int16Array(buffer, next(2), count),
    status: new Uint8Array(buffer, next(1), count),
    flagged: new Uint8Array(buffer, next(1), count),
  };
}
