import type { Picture } from './samples.svelte.ts';

/** The image on the screen: always one whose picture has been decoded, or could not be. */
export interface Shown {
  id: number;
  /** Null for an image looked up from outside the queue. */
  position: number | null;
  picture: Picture;
}
