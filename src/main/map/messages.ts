import type { ClusterScores, MapProgress } from '../../protocol/map.ts';

/** Tasks of the worker. */
export interface MapTask {
  /** Arrange all images and measure, or only measure. */
  kind: 'arrange' | 'measure';
  projectFile: string;
  /** D */
  embeddingSize: number;
  classes: number;
  /** [C*K, D]; null where the model comes without. */
  anchors: Float32Array | null;
  seed: number;
}

export interface PointBatch {
  ids: Int32Array;
  x: Float32Array;
  y: Float32Array;
}

export interface MapQuality {
  before: ClusterScores;
  after: ClusterScores;
}

/** Messages of the worker. */
export type MapMessage =
  | { kind: 'progress'; progress: MapProgress }
  | { kind: 'points'; batch: PointBatch }
  | { kind: 'done'; images: number; fitted: number; anchors: Float32Array; quality: MapQuality };
