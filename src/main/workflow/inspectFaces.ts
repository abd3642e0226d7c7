import { join } from 'node:path';
import type { FacesGlance } from '../../shared/opening.ts';
import { shippedDetector, startFaceFinder } from '../engine/index.ts';
import type { PreviewSample } from './previewSelection.ts';
import type { ScanSetup } from './startScan.ts';

/** So many images are looked at. */
const MOST = 24;

/**
 * Looks for faces in a few of a folder's images, to say whether they are whole photographs.
 * @param photographs images without a box that are too large for a face alone; where there are none, no detector is started
 * @throws AppError as startFaceFinder
 */
export async function glanceAtFaces(
  folder: string,
  photographs: readonly PreviewSample[],
  setup: Pick<ScanSetup, 'modelsFolder' | 'detectorPath' | 'startProcess'>,
): Promise<FacesGlance> {
  if (photographs.length === 0) return { looked: 0, found: 0, share: null };
  const { detectorPath = shippedDetector(setup.modelsFolder), startProcess } = setup;
  const finder = await startFaceFinder({ detectorPath, startProcess });
  try {
    const items = photographs
      .slice(0, MOST)
      .map(({ path, region }, id) => ({ id, path: join(folder, path), region }));
    const searches = (await finder.find(items)).filter((search) => search.ok);
    const shares = searches
      .flatMap(({ faces: [first], shorterSide }) =>
        first === undefined ? [] : [Math.max(first.width, first.height) / shorterSide],
      )
      .sort((a, b) => a - b);
    return { looked: searches.length, found: shares.length, share: shares[shares.length >> 1] ?? null };
  } finally {
    await finder.close();
  }
}
