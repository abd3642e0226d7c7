/** The map of all embeddings, as the other modules may see it. */

export { MapOfImages } from './mapOfImages.ts';
