import { emotionOf } from '../../../domain/emotions.ts';
import { AppError } from '../../../domain/errors.ts';
import type { ClassFolderPlan } from './classFolder.ts';
import { certainLevel, type FolderLevel, folderLevels, levelChoice, planLevel } from './classLevels.ts';
import { isImageName } from './fileKinds.ts';
import { type FolderListing, joinRelative } from './folderListing.ts';
import { isSplitName } from './splitNames.ts';

/** Folders such as `archive/dataset/` around the real one. */
const MOST_WRAPPERS = 4;

/**
 * Finds the class folders by their names and positions, or null if there are none.
 * @param said the user's choice of level, from 1
 * @throws AppError `bad-request` for a level without folders
 */
export function planClassFolders(listing: FolderListing, wanted?: string): ClassFolderPlan | null {
  const levels = folderLevels(listing);
  if (wanted !== undefined) {
    const plan = planLevel(listing, levels, Number(wanted));
    if (plan === null) throw noSuchLevel(wanted, levels);
    return withChoice({ ...plan, level: Number(wanted) }, levels, Number(wanted), true);
  }
  const usual = planByShape(listing);
  const usualLevel = usual?.folders[0]?.path.split('/').length ?? 0;
  const isUsual =
    usual !== null && isMostlyEmotions([...new Set(usual.folders.map(({ className }) => className))]);
  if (isUsual) return withChoice(usual, levels, usualLevel, true);
  const certain = certainLevel(levels);
  if (certain !== null && certain.level !== usualLevel) {
    const plan = planLevel(listing, levels, certain.level);
    if (plan !== null) return withChoice({ ...plan, level: certain.level }, levels, certain.level, true);
  }
  if (usual === null) return null;
  return withChoice(usual, levels, usualLevel, certain !== null);
}

/** The plan, with the choice of level if there are several; if no level is known, nothing is certain. */
function withChoice(
  plan: ClassFolderPlan,
  levels: readonly FolderLevel[],
  level: number,
  isSure: boolean,
): ClassFolderPlan {
  const choice = levelChoice(levels, level, isSure);
  if (choice === null) return plan;
  return {
    ...plan,
    choices: [choice],
    confidence: isSure ? plan.confidence : Math.min(plan.confidence, 0.3),
  };
}

function noSuchLevel(wanted: string, levels: readonly FolderLevel[]): AppError {
  const known = levels.map(({ level }) => level).join(', ');
  return new AppError(
    'bad-request',
    `there are no folders with images at level ${wanted}`,
    known === ''
      ? 'The folder has no subfolders of images.'
      : `The levels are ${known}; 1 is directly inside the folder.`,
  );
}

function planByShape(listing: FolderListing): ClassFolderPlan | null {
  const shape = new FolderShape(listing);
  let base = '';
  for (let depth = 0; depth <= MOST_WRAPPERS; depth++) {
    const candidates = shape.imageFolders(base);
    const plan = planSplits(shape, base, candidates) ?? planClasses(shape, base, candidates);
    if (plan !== null) return plan;
    const [only, ...others] = candidates;
    if (only === undefined || others.length > 0) return null;
    base = only;
  }
  return null;
}

/** `<split>/<class>`: by the names of the upper folders, or because they hold the same folders. */
function planSplits(shape: FolderShape, base: string, candidates: string[]): ClassFolderPlan | null {
  if (isMostlyEmotions(candidates)) return null;
  const parents = candidates.filter((folder) => shape.imageFolders(folder).length > 0);
  const named = parents.filter((folder) => isSplitName(nameOf(folder)));
  const splits =
    named.length > 0 ? withSameClasses(shape, named, parents) : repeatedSplits(shape, candidates);
  if (splits.length === 0) return null;

  const folders = splits.flatMap((split) =>
    shape
      .classFolders(split)
      .map((path) => ({ path, split: composedNameOf(split), className: composedNameOf(path) })),
  );
  const classes = [...new Set(folders.map((folder) => folder.className))];
  const splitNames = splits.map(nameOf).join(', ');
  return {
    folders,
    confidence: isMostlyEmotions(classes) ? 0.95 : named.length > 0 ? 0.8 : 0.5,
    reason: `${splits.length === 1 ? 'The split' : 'The splits'} ${splitNames}${within(base)} ${splits.length === 1 ? 'has' : 'have'} one folder per class: ${summary(classes)}.`,
  };
}

/** `<class>` directly below `base`. */
function planClasses(shape: FolderShape, base: string, candidates: string[]): ClassFolderPlan | null {
  const names = candidates.map(nameOf);
  const knowsEmotion = names.some((name) => emotionOf(name) !== null);
  if (candidates.length === 0 || (candidates.length === 1 && !knowsEmotion)) return null;
  const folders = shape
    .classFolders(base)
    .map((path) => ({ path, split: null, className: composedNameOf(path) }));
  const classes = folders.map((folder) => folder.className);
  return {
    folders,
    confidence: isMostlyEmotions(names) ? 0.95 : knowsEmotion ? 0.7 : 0.3,
    reason: `One folder per class${within(base)}: ${summary(classes)}.`,
  };
}

/** Splits by name, and folders next to them with the same classes. */
function withSameClasses(shape: FolderShape, named: string[], parents: string[]): string[] {
  const classes = new Set(named.flatMap((folder) => shape.imageFolders(folder).map(composedNameOf)));
  return parents.filter(
    (folder) =>
      named.includes(folder) || shape.imageFolders(folder).some((path) => classes.has(composedNameOf(path))),
  );
}

/** Folders without images of their own that all hold the same emotions. */
function repeatedSplits(shape: FolderShape, candidates: string[]): string[] {
  if (candidates.length < 2 || candidates.some((folder) => shape.hasOwnImages(folder))) return [];
  const sets = candidates.map((folder) => new Set(shape.imageFolders(folder).map(composedNameOf)));
  const all = new Set(sets.flatMap((set) => [...set]));
  if (!isMostlyEmotions([...all])) return [];
  return sets.every((set) => set.size * 2 >= all.size) ? candidates : [];
}

/** The contents of the folders of a listing, computed once per folder. */
class FolderShape {
  readonly listing: FolderListing;
  readonly #holdsImages = new Map<string, boolean>();

  constructor(listing: FolderListing) {
    this.listing = listing;
  }

  /** Folders directly below `folder` with images anywhere in them. */
  imageFolders(folder: string): string[] {
    return this.#below(folder).filter((path) => this.holdsImages(path));
  }

  /** As imageFolders, and empty ones that are named like an emotion. */
  classFolders(folder: string): string[] {
    return this.#below(folder).filter((path) => this.holdsImages(path) || emotionOf(nameOf(path)) !== null);
  }

  hasOwnImages(folder: string): boolean {
    return this.listing.folders.get(folder)?.files.some(isImageName) ?? false;
  }

  holdsImages(folder: string): boolean {
    const known = this.#holdsImages.get(folder);
    if (known !== undefined) return known;
    const holds = this.hasOwnImages(folder) || this.#below(folder).some((path) => this.holdsImages(path));
    this.#holdsImages.set(folder, holds);
    return holds;
  }

  #below(folder: string): string[] {
    return (this.listing.folders.get(folder)?.folders ?? []).map((name) => joinRelative(folder, name));
  }
}

function isMostlyEmotions(names: string[]): boolean {
  const emotions = names.filter((name) => emotionOf(nameOf(name)) !== null);
  return emotions.length > 0 && emotions.length * 2 >= names.length;
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** One class or split, however the file system composes its accents. */
function composedNameOf(path: string): string {
  return nameOf(path).normalize('NFC');
}

function within(base: string): string {
  return base === '' ? '' : ` in ${base}`;
}

function summary(classes: string[]): string {
  const shown = classes.slice(0, 8).join(', ');
  return classes.length > 8 ? `${shown} and ${classes.length - 8} more` : shown;
}
