import { emotionOf } from '../../../domain/emotions.ts';
import { offeredNumberings } from '../../../domain/numberings.ts';
import { wordRecord } from '../../../domain/wordRecord.ts';
import type { ClassFolder, ClassFolderPlan } from './classFolder.ts';
import { isImageName } from './fileKinds.ts';
import type { FolderListing } from './folderListing.ts';
import type { LayoutChoice } from './layout.ts';
import { isSplitName } from './splitNames.ts';

/** Deeper folders hold no classes. */
const DEEPEST = 8;
const SHOWN = 4;
const SUBJECT = /^((s|p|sub|subj|subject|person|participant|id|actor|model)[-_ ]?\d+|[ab]?[fm]\d{2,3})$/i;

/** The names of the folders at one depth, with the images below each. */
export interface FolderLevel {
  /** From 1, below the opened folder. */
  level: number;
  images: number;
  names: Map<string, number>;
}

/** The levels of folders that contain images. */
export function folderLevels(listing: FolderListing): FolderLevel[] {
  const levels: FolderLevel[] = [];
  for (const [folder, { files }] of listing.folders) {
    const images = files.filter(isImageName).length;
    if (folder === '' || images === 0) continue;
    for (const [index, name] of folder.split('/').slice(0, DEEPEST).entries()) {
      levels[index] ??= { level: index + 1, images: 0, names: new Map() };
      const level = levels[index];
      const composed = name.normalize('NFC');
      level.images += images;
      level.names.set(composed, (level.names.get(composed) ?? 0) + images);
    }
  }
  return levels;
}

/**
 * Which level is known to be the classes': that of the emotions, or that of a known numbering; null for
 * neither.
 */
export function certainLevel(levels: readonly FolderLevel[]): FolderLevel | null {
  const withEmotions = levels
    .map((level) => ({ level, share: emotionShare(level), kinds: emotionsOf(level).size }))
    .filter(({ share, kinds }) => share >= 0.5 && kinds >= 2)
    .sort((a, b) => b.kinds - a.kinds || b.share - a.share);
  if (withEmotions[0] !== undefined) return withEmotions[0].level;
  const numbered = levels.filter(
    ({ names }) =>
      offeredNumberings([...names].map(([name, count]) => ({ name, count }))).length > 0 && names.size >= 5,
  );
  return numbered.length === 1 ? (numbered[0] ?? null) : null;
}

/** Levels that could be the classes: of several names, and no splits. */
function possibleLevels(levels: readonly FolderLevel[]): FolderLevel[] {
  return levels.filter(({ names }) => names.size > 1 && ![...names.keys()].every(isSplitName));
}

/** The class folders at one level; the levels above it are the split and further columns. */
export function planLevel(
  listing: FolderListing,
  levels: readonly FolderLevel[],
  level: number,
): ClassFolderPlan | null {
  const columns = levels.slice(0, level - 1).map((above) => columnOf(above));
  const folders = new Map<string, ClassFolder>();
  for (const [folder, { files }] of listing.folders) {
    const segments = folder.split('/');
    const className = segments[level - 1];
    if (className === undefined || folder === '') continue;
    if (!files.some(isImageName) && (segments.length > level || emotionOf(className) === null)) continue;
    const path = segments.slice(0, level).join('/');
    if (folders.has(path)) continue;
    const metadata = wordRecord<string>();
    let split: string | null = null;
    for (const [index, column] of columns.entries()) {
      const name = (segments[index] as string).normalize('NFC');
      if (column === 'split') split ??= name;
      else if (column !== null) metadata[column] = name;
    }
    folders.set(path, {
      path,
      split,
      className: className.normalize('NFC'),
      metadata: Object.keys(metadata).length === 0 ? null : metadata,
    });
  }
  if (folders.size === 0) return null;
  const own = levels[level - 1];
  const names = own === undefined ? [] : [...own.names.keys()];
  return {
    folders: [...folders.values()].sort((a, b) => (a.path < b.path ? -1 : 1)),
    confidence: own !== undefined && emotionShare(own) >= 0.5 ? 0.95 : 0.6,
    reason: `The folders at level ${level} are the classes: ${shown(names)}.`,
  };
}

/** The question which level holds the classes. */
export function levelChoice(
  levels: readonly FolderLevel[],
  chosen: number,
  isSure: boolean,
): LayoutChoice | null {
  const possible = possibleLevels(levels);
  if (possible.length < 2) return null;
  return {
    option: 'classLevel',
    flag: '--class-level',
    question: 'which folder level has the classes',
    title: 'Class folders',
    chosen: String(chosen),
    isSure,
    values: possible.map(({ level, names }) => ({
      value: String(level),
      title: `Level ${level}: ${shown([...names.keys()])}`,
    })),
  };
}

/**
 * The meaning of a level above the classes: the split, the subject, or a folder by its number; null if it has
 * only one name.
 */
function columnOf({ level, names }: FolderLevel): string | null {
  const all = [...names.keys()];
  if (all.every(isSplitName)) return 'split';
  if (all.length < 2) return null;
  return all.filter((name) => SUBJECT.test(name)).length >= all.length * 0.8 ? 'subject' : `folder ${level}`;
}

function emotionShare({ names, images }: FolderLevel): number {
  const emotions = [...names].filter(([name]) => emotionOf(name) !== null);
  const byImages = emotions.reduce((sum, [, count]) => sum + count, 0) / Math.max(1, images);
  return Math.min(1, Math.max(byImages, emotions.length / names.size));
}

function emotionsOf({ names }: FolderLevel): Set<string | null> {
  return new Set([...names.keys()].map((name) => emotionOf(name)).filter((emotion) => emotion !== null));
}

function shown(names: readonly string[]): string {
  const sorted = names.toSorted();
  const some = sorted.slice(0, SHOWN).join(', ');
  return sorted.length > SHOWN ? `${some}, ... (${sorted.length} names)` : some;
}
