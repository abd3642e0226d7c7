import { cropOfFace, type DetectedFace } from '../../domain/faces.ts';
import type { ImageRegion } from '../../domain/imageSource.ts';
import type { ListedSample, ProjectFile, SampleMetadata } from '../project/index.ts';

/** An image that faces were looked for in, as the source lists it. */
interface Photograph {
  sampleId: number;
  listed: ListedSample;
  metadata: Readonly<SampleMetadata> | null;
}

/** The part of an image's file that one of its faces is. */
function regionOfFace(face: DetectedFace, whole: ImageRegion | null): ImageRegion {
  const crop = cropOfFace(face);
  return whole === null || whole.kind === 'box' ? crop : { ...crop, picture: whole };
}

/**
 * The region that is predicted for an image with these faces: its first face, or the whole image if none was
 * found.
 */
export function regionOfFirst(faces: readonly DetectedFace[], whole: ImageRegion | null): ImageRegion | null {
  const [first] = faces;
  return first === undefined ? whole : regionOfFace(first, whole);
}

/**
 * Adds the further faces of an image as samples next to it, with its label: nothing says which of its faces
 * the dataset means. They have the image's place in the dataset's order, and are named `path#2`, `#3`. If
 * several rows of the dataset name one file, its further faces belong to the first row.
 *
 * @returns ids of the samples
 */
export function listFurtherFaces(
  project: ProjectFile,
  { sampleId, listed, metadata }: Photograph,
  faces: readonly DetectedFace[],
): number[] {
  const { image, path, region: whole = null } = listed;
  if (whole === null && image !== path) return [];
  return faces.slice(1).map((face, index) => {
    const number = index + 2;
    const known = project.faces.furtherOf(sampleId, number);
    const key = known === null ? freeKey(project, image, number) : project.samples.byId(known)?.image;
    const { id } = project.samples.list({
      ...listed,
      image: key as string,
      region: regionOfFace(face, whole),
    });
    if (known === null) project.faces.addFurther(id, sampleId, number);
    project.metadata.write(id, metadata);
    return id;
  });
}

/** A row of the source has the key that a further face was given: the face takes another one. */
export function giveWay(project: ProjectFile, image: string): void {
  const taken = project.samples.byImage(image);
  if (taken === null || !project.faces.isFurther(taken.id)) return;
  const photograph = image.slice(0, image.lastIndexOf('#'));
  project.samples.rename(taken.id, freeKey(project, photograph, 2));
}

function freeKey(project: ProjectFile, image: string, from: number): string {
  let number = from;
  while (project.samples.byImage(`${image}#${number}`) !== null) number++;
  return `${image}#${number}`;
}
