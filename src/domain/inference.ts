/** What a model computes for one image. Shapes: C classes, K anchors per class, D embedding size. */
export interface ModelOutputs {
  /** [C] primary label distribution, Eq. 9. */
  primary: Float32Array;
  /** [C] geometric correction, Eq. 14. */
  geometric: Float32Array;
  /** [C] attentive correction, Eq. 16 and 17. */
  attentive: Float32Array;
  /** [C] final label distribution, Eq. 19. */
  corrected: Float32Array;
  /** Conf(primary), Eq. 11, in [0, 1]. */
  confidencePrimary: number;
  /** Conf(corrected), in [0, 1]. */
  confidenceCorrected: number;
  /** [C*K] Euclidean distance to each anchor, index c*K + k, Eq. 12. */
  anchorDistance: Float32Array;
  /** [D] */
  embedding: Float32Array;
  /** [F] Null from a model without this output, and where features are not asked for. */
  features: Float32Array | null;
  /** 0 (unusable) to 1, where the model has this output. */
  faceQuality: number | null;
}

/** Container formats of images that are read. */
export const IMAGE_FORMATS = ['jpeg', 'png', 'webp', 'gif', 'bmp', 'tiff', 'avif', 'pnm'] as const;

/** Facts of a decoded image. */
export interface ImageFacts {
  /** Pixels, after the EXIF turn. */
  width: number;
  height: number;
  /** Container format, lower case: jpeg, png, webp, bmp, tiff, ... */
  format: string;
  /** Hex SHA-256 of the decoded pixels: grey bytes if R = G = B everywhere, else RGB bytes. */
  pixelsSha256: string;
  /** 64-bit DCT hash of the model input as 16 hex digits. */
  perceptualHash: string;
  /** Mean grey of the model input, 0 black to 1 white. */
  brightness: number;
  /** Fine detail against contrast, from 0; see images/quality.ts. */
  sharpness: number;
}

/** Facts of a file on disk. */
export interface FileFacts {
  sizeBytes: number;
  mtimeMs: number;
  /** Hex SHA-256 of the file's bytes. */
  contentSha256: string;
}
