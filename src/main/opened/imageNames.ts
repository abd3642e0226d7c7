import path from 'node:path';
import { AppError } from '../../domain/errors.ts';
import { type MatchCounts, noMatches } from '../../domain/pathMatches.ts';
import { PathIndex } from '../dataset/index.ts';
import type { FoundSample, ProjectFile } from '../project/index.ts';

/** Finds a dataset's images by the names that other programs give them. */
export class ImageNames {
  readonly #project: ProjectFile;
  readonly #folder: string;
  #index: PathIndex | null = null;
  /** 1 for an image that was named exactly, by its id: a map would take a hundred bytes for each. */
  #exact = new Uint8Array(1 << 10);
  /** The name that any other image was matched by. */
  readonly #matched = new Map<number, string>();
  /** Names that were no exact paths. */
  readonly counts: MatchCounts = noMatches();

  /** @param folder the dataset's, absolute */
  constructor(project: ProjectFile, folder: string) {
    this.#project = project;
    this.#folder = folder;
  }

  /**
   * By the name in the dataset, or a path to the image: absolute, with `./`, with backslashes, in another Unicode form; or
   * by the end of its path, its file name or that without its extension, where these can mean one image alone.
   * @throws AppError `table-invalid` where two different names may both be one image
   */
  find(name: string): FoundSample | null {
    const exact = this.#findExactly(name);
    if (exact !== null) {
      this.#refuseShared(exact.id, name, '');
      this.#rememberExact(exact.id);
      return exact;
    }
    this.#index ??= new PathIndex(imagesOf(this.#project));
    const found = name.trim() === '' ? null : this.#index.find(name);
    if (found === null || !('path' in found)) return null;
    const sample = this.#project.samples.find(found.path);
    if (sample === null) return null;
    this.#refuseShared(sample.id, name, name.trim());
    this.counts[found.by]++;
    return sample;
  }

  /** The images that a name may mean, where it may mean several. */
  candidatesOf(name: string): string[] {
    const found = this.#index?.find(name) ?? null;
    return found !== null && 'candidates' in found ? found.candidates : [];
  }

  #findExactly(name: string): FoundSample | null {
    const { samples } = this.#project;
    const exact = samples.find(name);
    if (exact !== null) return exact;
    for (const other of this.#otherNames(name)) {
      const found = samples.find(other);
      if (found !== null) return found;
    }
    return null;
  }

  #refuseShared(id: number, name: string, matchedBy: string): void {
    const before = this.#exact[id] === 1 ? '' : this.#matched.get(id);
    if (matchedBy !== '') this.#matched.set(id, matchedBy);
    if (before === undefined || before === matchedBy) return;
    const image = this.#project.samples.byId(id)?.image ?? '';
    const other = before === '' ? image : before;
    throw new AppError(
      'table-invalid',
      `"${other}" and "${name.trim()}" may both mean the image ${image}`,
      'Name images as the dataset does: by their paths relative to its folder.',
    );
  }

  #rememberExact(id: number): void {
    if (id >= this.#exact.length) {
      const larger = new Uint8Array(Math.max(id + 1, 2 * this.#exact.length));
      larger.set(this.#exact);
      this.#exact = larger;
    }
    this.#exact[id] = 1;
  }

  #otherNames(name: string): Set<string> {
    const trimmed = name.trim();
    const inside = path.isAbsolute(trimmed) ? path.relative(this.#folder, trimmed) : trimmed;
    const slashed = path.posix.normalize(inside.replaceAll('\\', '/'));
    return new Set([trimmed, slashed, slashed.normalize('NFC'), slashed.normalize('NFD')]);
  }
}

function* imagesOf({ samples }: ProjectFile): Generator<string> {
  for (const { image } of samples.indexed()) yield image;
}
