import { setImmediate as nextTurn } from 'node:timers/promises';
import { chooseFraming, type MeasuredFraming } from '../../domain/framing/chooseFraming.ts';
import { FACE_SIDE, MeanFace } from '../../domain/framing/meanFace.ts';
import type { ImageSource } from '../../domain/imageSource.ts';
import type { PreparedImage } from '../decoding/index.ts';

/** Side of the inputs that are measured. */
export const MEASURED_SIDE = 2 * FACE_SIDE;
const AT_ONCE = 16;

/**
 * The best framing of a dataset's images for a model, measured on some of them; images that cannot be decoded
 * are skipped.
 * @param decode gives inputs of MEASURED_SIDE, without framing
 */
export async function measureFraming(
  sources: readonly ImageSource[],
  reference: Float64Array,
  decode: (sources: readonly ImageSource[]) => Promise<PreparedImage[]>,
): Promise<MeasuredFraming> {
  const faces = new MeanFace();
  for (let from = 0; from < sources.length; from += AT_ONCE) {
    for (const prepared of await decode(sources.slice(from, from + AT_ONCE))) {
      if (prepared.ok) faces.add(prepared.input, MEASURED_SIDE);
    }
  }
  await nextTurn();
  return chooseFraming(faces, reference);
}
