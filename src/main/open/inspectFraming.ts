import type { Framing } from '../../domain/framing/framing.ts';
import { canBeFramed } from '../../domain/framing/meanFace.ts';
import type { DatasetPlace, ImageSource } from '../../domain/imageSource.ts';
import type { Pictures } from '../decoding/index.ts';
import type { ModelFile } from '../engine/index.ts';
import { ImageProblem, type RenderedImage } from '../images/index.ts';
import type { PreviewSample } from '../opened/index.ts';
import { imageSource } from '../opened/index.ts';
import { MEASURED_SIDE, measureFraming } from '../scan/index.ts';

interface FramingGlance {
  framing: Framing;
  /** A face without framing and with it. */
  before: RenderedImage;
  after: RenderedImage;
}

/**
 * How a scan would frame images, estimated from a few of them; the scan measures more.
 * @param samples those that can be decoded
 */
export async function glanceAtFraming(
  place: DatasetPlace,
  samples: readonly PreviewSample[],
  model: ModelFile | null,
  pictures: Pick<Pictures, 'modelInput' | 'framed'>,
): Promise<FramingGlance | null> {
  const sources = samples.map((sample) => imageSource(place, sample));
  const [shown] = sources;
  if (shown === undefined || !model?.referenceFace || !canBeFramed(model.metadata.inputSize)) return null;
  try {
    const decode = (some: readonly ImageSource[]) =>
      Promise.all(some.map((source) => pictures.modelInput(source, MEASURED_SIDE)));
    const { framing } = await measureFraming(sources, model.referenceFace, decode);
    if (framing === null) return null;
    return {
      framing,
      before: await pictures.framed(shown, MEASURED_SIDE, null),
      after: await pictures.framed(shown, MEASURED_SIDE, framing),
    };
  } catch (error) {
    if (error instanceof ImageProblem) return null; // changed meanwhile
    throw error;
  }
}
