import { datasetAddress } from './openedDataset.svelte.ts';

/** Grows when samples become other parts of their files, so that no older picture is shown from a cache. */
let version = $state(0);

export function usePictureVersion(current: number): void {
  version = current;
}

export const imageAddress = (id: number): string => datasetAddress(`/samples/${id}/image?version=${version}`);

/** The photograph that an image was cut out of, as wide as a panel. */
export const photographAddress = (id: number): string =>
  datasetAddress(`/samples/${id}/photograph?side=${LARGEST_THUMBNAIL_PIXELS}&version=${version}`);

/** A few sizes, so that most pictures are in the browser's cache when the grid's change. */
const THUMBNAIL_PIXELS = [96, 192, 384];
const LARGEST_THUMBNAIL_PIXELS = 512;

/** @param side size of the picture on the screen, in CSS pixels */
export function thumbnailAddress(id: number, side: number): string {
  const needed = side * Math.min(2, devicePixelRatio);
  const pixels = THUMBNAIL_PIXELS.find((size) => size >= needed) ?? LARGEST_THUMBNAIL_PIXELS;
  return datasetAddress(`/samples/${id}/thumbnail?side=${pixels}&version=${version}`);
}
