/** Grows when samples are other parts of their files than before, so that no older picture is shown from a cache. */
let version = $state(0);

export function usePictureVersion(current: number): void {
  version = current;
}

export const imageAddress = (id: number): string => `/api/samples/${id}/image?version=${version}`;
export const thumbnailAddress = (id: number, side: number): string =>
  `/api/samples/${id}/thumbnail?side=${side}&version=${version}`;
