import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { errorMessage } from '../../../domain/errors.ts';
import type { FramedImage } from '../../images/index.ts';
import type { Runtime } from '../loadRuntime.ts';
import { type Detection, readDetections } from './detections.ts';
import { DETECTOR_INPUT, FRAME, invalidDetector } from './detectorFile.ts';

/** Finds the faces in a frame, or describes the problem. Its runs block the thread. */
type Detector = (frame: FramedImage) => Promise<Detection[] | string>;

/**
 * Loads a detector on the CPU, and tries it once.
 * @returns it, and how long it took
 * @throws AppError `model-invalid`
 */
export async function openDetector(
  runtime: Runtime,
  path: string,
  threads: number | null,
  beforeTrial: () => Promise<void> = async () => {},
): Promise<{ detect: Detector; trialMs: number }> {
  let session: InferenceSession;
  let trialMs: number;
  const detect = (frame: FramedImage) => runDetector(runtime, session, frame);
  try {
    session = await runtime.InferenceSession.create(path, {
      executionProviders: ['cpu'],
      logSeverityLevel: 3,
      ...(threads === null ? {} : { intraOpNumThreads: threads }),
    });
    const blank = new Uint8Array(FRAME.width * FRAME.height * 3);
    await beforeTrial();
    const begun = performance.now();
    await detect({ rgb: blank, left: 0, top: 0, ...FRAME });
    trialMs = performance.now() - begun;
  } catch (error) {
    throw invalidDetector(path, errorMessage(error));
  }
  return {
    trialMs,
    detect: (frame) =>
      detect(frame).catch(
        (error: unknown) => `the face detector failed on this image: ${errorMessage(error)}`,
      ),
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
