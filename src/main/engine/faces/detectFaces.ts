import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { errorMessage } from '../../../shared/errors.ts';
import { type DetectedFace, rankFaces } from '../../../shared/faces.ts';
import type { FramedImage } from '../../images/index.ts';
import type { Runtime } from '../loadRuntime.ts';
import { type Detection, readDetections } from './detections.ts';
import { DETECTOR_INPUT, FRAME, invalidDetector } from './detectorFile.ts';
import type { PreparedFrame } from './frameImage.ts';
import type { FaceSearch } from './types.ts';

/** Finds the faces of an image. Its runs block the thread. */
export type Detector = (prepared: PreparedFrame) => Promise<FaceSearch>;

/** Loads a detector on the CPU, and tries it once. @throws AppError `model-invalid` */
export async function openDetector(
  runtime: Runtime,
  path: string,
  threads: number | null,
): Promise<Detector> {
  let session: InferenceSession;
  const detect = (frame: FramedImage) => runDetector(runtime, session, frame);
  try {
    session = await runtime.InferenceSession.create(path, {
      executionProviders: ['cpu'],
      logSeverityLevel: 3,
      ...(threads === null ? {} : { intraOpNumThreads: threads }),
    });
    const blank = new Uint8Array(FRAME.width * FRAME.height * 3);
    await detect({ rgb: blank, left: 0, top: 0, ...FRAME });
  } catch (error) {
    throw invalidDetector(path, errorMessage(error));
  }
  return async (prepared) => {
    const { id, file } = prepared;
    if (!prepared.ok) return { id, file, ok: false, problem: prepared.problem };
    try {
      const found = await detect(prepared.frame);
      const faces = found.map((detection) => inImage(detection, prepared.frame, prepared));
      const { width, height } = prepared;
      return { id, file, ok: true, faces: rankFaces(faces, prepared), width, height };
    } catch (error) {
      return {
        id,
        file,
        ok: false,
        problem: `the face detector failed on this image: ${errorMessage(error)}`,
      };
    }
  };
}

async function runDetector(
  runtime: Runtime,
  session: InferenceSession,
  { rgb }: FramedImage,
): Promise<Detection[]> {
  const input = new runtime.Tensor('float32', toPlanes(rgb), [1, 3, FRAME.height, FRAME.width]);
  const { scores, boxes } = await session.run({ [DETECTOR_INPUT]: input });
  return readDetections(floats(scores), floats(boxes));
}

function floats(tensor: Tensor | undefined): Float32Array {
  if (tensor?.data instanceof Float32Array) return tensor.data;
  throw new Error('an output of the face detector is missing');
}

/** [H*W*3] bytes -> [3*H*W] as the detector was trained: less 127, by 128. */
function toPlanes(rgb: Uint8Array): Float32Array {
  const pixels = rgb.length / 3;
  const planes = new Float32Array(rgb.length);
  for (let pixel = 0; pixel < pixels; pixel++) {
    for (let channel = 0; channel < 3; channel++) {
      planes[channel * pixels + pixel] = ((rgb[pixel * 3 + channel] as number) - 127) / 128;
    }
  }
  return planes;
}

/** From fractions of the frame to pixels of the image that lies in it. */
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
