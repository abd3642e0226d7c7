import { type DetectedFace, rankFaces } from '../../../domain/faces.ts';
import type { PreparedFrame } from '../../decoding/index.ts';
import type { FramedImage } from '../../images/index.ts';
import type { Detection } from './detections.ts';
import { FRAME } from './detectorFile.ts';
import type { FaceSearch } from './types.ts';

/** The result for an image: its frame, and the detector's findings in it. */
export function searchOf(
  id: number,
  prepared: PreparedFrame,
  found: Detection[] | string | undefined,
): FaceSearch {
  const { file } = prepared;
  if (!prepared.ok) return { id, file, ok: false, problem: prepared.problem };
  if (found === undefined || typeof found === 'string') {
    return { id, file, ok: false, problem: found ?? 'the face detector gave no result' };
  }
  const faces = found.map((detection) => inImage(detection, prepared.frame, prepared));
  const { width, height } = prepared;
  return { id, file, ok: true, faces: rankFaces(faces, prepared), width, height };
}

/** From fractions of the frame to pixels of the image inside it. */
function inImage(
  { left, top, right, bottom, score }: Detection,
  frame: FramedImage,
  image: { width: number; height: number },
): DetectedFace {
  const [across, down] = [image.width / frame.width, image.height / frame.height];
  return {
    left: (left * FRAME.width - frame.left) * across,
    top: (top * FRAME.height - frame.top) * down,
    width: (right - left) * FRAME.width * across,
    height: (bottom - top) * FRAME.height * down,
    score,
  };
}
