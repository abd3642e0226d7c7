import path from 'node:path';
import type { FoundSample, ProjectFile } from '../project/index.ts';

/** Finds a dataset's images by the names that other programs give them. */
export class ImageNames {
  readonly #project: ProjectFile;
  readonly #folder: string;

  /** @param folder the dataset's, absolute */
  constructor(project: ProjectFile, folder: string) {
    this.#project = project;
    this.#folder = folder;
  }

  /** By the name in the dataset, or a path to the image: absolute, with `./`, with backslashes, in another Unicode form. */
  find(name: string): FoundSample | null {
    const { samples } = this.#project;
    const exact = samples.find(name);
    if (exact !== null) return exact;
    for (const other of this.#otherNames(name)) {
      const found = samples.find(other);
      if (found !== null) return found;
    }
    return null;
  }

  #otherNames(name: string): Set<string> {
    const trimmed = name.trim();
    const inside = path.isAbsolute(trimmed) ? path.relative(this.#folder, trimmed) : trimmed;
    const slashed = path.posix.normalize(inside.replaceAll('\\', '/'));
    return new Set([trimmed, slashed, slashed.normalize('NFC'), slashed.normalize('NFD')]);
  }
}
