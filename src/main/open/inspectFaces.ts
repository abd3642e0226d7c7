import { cropOfFace } from '../../domain/faces.ts';
import type { DatasetPlace } from '../../domain/imageSource.ts';
import type { FacesGlance } from '../../protocol/opening.ts';
import { shippedDetector, startFaceFinder } from '../engine/index.ts';
import type { PreviewSample } from '../opened/index.ts';
import { imageSource } from '../opened/index.ts';
import type { ScanSetup } from '../scan/index.ts';

/** An image of the previews that may be a whole photograph. */
export type PreviewPhotograph = PreviewSample & { /** Its place among the previews. */ preview: number };

/** Most images that are searched. */
const MOST = 24;

/**
 * Searches a few of a folder's images for faces, to say whether they are whole photographs.
 * @param photographs images without a box that are too large for a face alone; if there are none, no detector
 *   is started
 * @throws AppError as startFaceFinder
 */
export async function glanceAtFaces(
  place: DatasetPlace,
  photographs: readonly PreviewPhotograph[],
  setup: Pick<ScanSetup, 'modelsFolder' | 'detectorPath' | 'startProcess'>,
): Promise<FacesGlance> {
  if (photographs.length === 0) return { looked: 0, found: 0, share: null, photographs: [] };
  const { detectorPath = shippedDetector(setup.modelsFolder), startProcess } = setup;
  const finder = await startFaceFinder({ detectorPath, startProcess });
  try {
    const items = photographs
      .slice(0, MOST)
      .map(({ preview, ...sample }) => ({ id: preview, ...imageSource(place, sample) }));
    const searches = (await finder.find(items)).filter((search) => search.ok);
    const shares = searches
      .flatMap(({ faces: [first], width, height }) =>
        first === undefined ? [] : [Math.max(first.width, first.height) / Math.min(width, height)],
      )
      .sort((a, b) => a - b);
    return {
      looked: searches.length,
      found: shares.length,
      share: shares[shares.length >> 1] ?? null,
      photographs: searches.map(({ id, faces, width, height }) => ({
        preview: id,
        width,
        height,
        crops: faces.map(cropOfFace),
      })),
    };
  } finally {
    await finder.close();
  }
}
