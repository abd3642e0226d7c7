import { type WordRecord, wordRecord } from './wordRecord.ts';

/**
 * How well-known datasets number or abbreviate their classes. If a dataset's classes are codes, these are
 * their possible meanings; each is offered if it fits all codes, and used without asking if names and counts
 * agree with it.
 */
export interface Numbering {
  id: string;
  title: string;
  /** The meaning of each code, in the dataset's order. */
  names: ReadonlyMap<string, string>;
  /**
   * Images of each class in the published files, a list for each part; empty if there are none to compare
   * with.
   */
  counts: readonly (readonly number[])[];
  /** Whether an image's path is named as that dataset names its files. */
  isNamed: RegExp | null;
}

function counted(names: string, first = 0): Map<string, string> {
  return new Map(names.split(' ').map((name, index) => [String(index + first), name.replaceAll('_', ' ')]));
}

const RAF_DB = 'surprise fear disgust happiness sadness anger neutral';
const RAF_DB_COUNTS = [
  [1290, 281, 717, 4772, 1982, 705, 2524],
  [329, 74, 160, 1185, 478, 162, 680],
  [1619, 355, 877, 5957, 2460, 867, 3204],
];
const RAF_DB_NAME = /(^|[\\/])(train|test)_\d{4,5}(_aligned)?(\.[a-z]+)?$/i;
const FER2013_NAME = /(^|[\\/])((fer\d{7}|(private|public)?_?test_?\d{5,}|training_\d{4,})\.[a-z]+|fer2013)/i;
const AFFECTNET_NAME = /affect_?net|manually_annotated|(^|[\\/])(train|val)_set[\\/]images[\\/]/i;

export const NUMBERINGS: readonly Numbering[] = [
  { id: 'raf-db', title: 'RAF-DB', names: counted(RAF_DB, 1), counts: RAF_DB_COUNTS, isNamed: RAF_DB_NAME },
  {
    id: 'raf-db-from-0',
    title: 'RAF-DB counted from 0',
    names: counted(RAF_DB),
    counts: RAF_DB_COUNTS,
    isNamed: RAF_DB_NAME,
  },
  {
    id: 'affectnet',
    title: 'AffectNet',
    names: counted('neutral happiness sadness surprise fear disgust anger contempt none uncertain no_face'),
    counts: [
      [74874, 134415, 25459, 14090, 6378, 3803, 24882, 3750],
      [75374, 134915, 25959, 14590, 6878, 4303, 25382, 4250],
      [500, 500, 500, 500, 500, 500, 500, 500],
    ],
    isNamed: AFFECTNET_NAME,
  },
  {
    id: 'fer2013',
    title: 'FER2013 and ExpW',
    names: counted('anger disgust fear happiness sadness surprise neutral'),
    counts: [
      [3995, 436, 4097, 7215, 4830, 3171, 4965],
      [467, 56, 496, 895, 653, 415, 607],
      [491, 55, 528, 879, 594, 416, 626],
      [4953, 547, 5121, 8989, 6077, 4002, 6198],
    ],
    isNamed: FER2013_NAME,
  },
  {
    id: 'fer-plus',
    title: 'FER+',
    names: counted('neutral happiness surprise sadness anger disgust fear contempt unknown not_a_face'),
    counts: [],
    isNamed: null,
  },
  {
    id: 'aff-wild2',
    title: 'Aff-Wild2',
    names: counted('neutral anger disgust fear happiness sadness surprise other'),
    counts: [],
    isNamed: /aff-?wild|abaw|cropped_aligned/i,
  },
  {
    id: 'ck-plus',
    title: 'CK+',
    names: counted('neutral anger contempt disgust fear happiness sadness surprise'),
    counts: [],
    isNamed: /(^|[\\/])S\d{3}_\d{3}_\d{8}/i,
  },
  {
    id: 'dfew',
    title: 'DFEW',
    names: counted('happiness sadness neutral anger surprise disgust fear', 1),
    counts: [],
    isNamed: /dfew|(^|[\\/])clip_224x224[\\/]/i,
  },
  {
    id: 'kdef',
    title: 'KDEF',
    names: new Map(
      Object.entries({
        AF: 'fear',
        AN: 'anger',
        DI: 'disgust',
        HA: 'happiness',
        NE: 'neutral',
        SA: 'sadness',
        SU: 'surprise',
      }),
    ),
    counts: [],
    isNamed: /(^|[\\/])[AB][FM]\d\d[A-Z]{3,4}\.[a-z]+$/i,
  },
  {
    id: 'jaffe',
    title: 'JAFFE',
    names: new Map(
      Object.entries({
        AN: 'anger',
        DI: 'disgust',
        FE: 'fear',
        HA: 'happiness',
        NE: 'neutral',
        SA: 'sadness',
        SU: 'surprise',
      }),
    ),
    counts: [],
    isNamed: null,
  },
];

/** Numbers of emotions in no dataset's own order: they say nothing about the classes. */
export const NO_NUMBERING = 'none';

export function numberingById(id: string | null | undefined): Numbering | null {
  return NUMBERINGS.find((numbering) => numbering.id === id) ?? null;
}

interface Counted {
  name: string;
  count: number;
}

/** A numbering that all classes fit, and how well the dataset agrees with it. */
interface NumberingOffer {
  numbering: Numbering;
  /** Taken without asking: the files are named as that dataset's, or the counts are its own. */
  isSure: boolean;
}

/** Fewer classes than this are no numbering that anybody would recognise. */
const FEWEST_CLASSES = 3;
/** Of the images; a few labels of a numbering are often typing errors. */
const FITTING_SHARE = 0.98;
/** Images from which on shares of classes say something. */
const ENOUGH_IMAGES = 200;
/**
 * Half the sum of differences of shares up to which two datasets are similar, and from which on they differ.
 */
const ALIKE = 0.04;
const UNLIKE = 0.2;

/**
 * The numberings that fit a dataset's classes, the most likely first.
 * @param classes with their images
 * @param namedAs share of the images whose file names fit each numbering, by its id
 */
export function offeredNumberings(
  classes: readonly Counted[],
  namedAs: ReadonlyMap<string, number> = new Map(),
): NumberingOffer[] {
  const labelled = classes
    .map(({ name, count }) => ({ name: codeOf(name), count }))
    .filter(({ name }) => name !== '-1');
  const total = sum(labelled.map(({ count }) => count));
  const knownTo = ({ names }: Numbering) => labelled.filter(({ name }) => names.has(name));
  const fitting = NUMBERINGS.filter((numbering) => {
    const known = knownTo(numbering);
    return known.length >= FEWEST_CLASSES && sum(known.map(({ count }) => count)) >= total * FITTING_SHARE;
  });
  const ranked = fitting
    .map((numbering) => {
      const distance = distanceOf(labelled, numbering);
      const isNamed = (namedAs.get(numbering.id) ?? 0) >= 0.9;
      const isWhole = isComplete(labelled, numbering) && knownTo(numbering).length === labelled.length;
      const agrees =
        isWhole && (isNamed ? distance === null || distance < UNLIKE : isExact(labelled, numbering));
      return { numbering, isNamed, agrees, distance: distance ?? 1 };
    })
    .sort(
      (a, b) =>
        Number(b.agrees) - Number(a.agrees) ||
        Number(b.isNamed) - Number(a.isNamed) ||
        a.distance - b.distance,
    );
  const rivals = ranked.filter(({ agrees }) => agrees);
  return ranked.map(({ numbering, agrees }) => ({ numbering, isSure: agrees && rivals.length === 1 }));
}

/** Each of the emotions that the numbering has at first is there: 3, 4 and 5 alone could be of many. */
function isComplete(classes: readonly Counted[], { names }: Numbering): boolean {
  const needed = [...names.keys()].slice(0, 7);
  return needed.every((code) => classes.some(({ name }) => name === code));
}

function countsInOrder(classes: readonly Counted[], { names }: Numbering): number[] {
  return [...names.keys()].map((code) => classes.find(({ name }) => name === code)?.count ?? 0);
}

/** Half the sum of differences of shares from the nearest published part; null where nothing can be compared. */
function distanceOf(classes: readonly Counted[], numbering: Numbering): number | null {
  const own = countsInOrder(classes, numbering);
  const total = sum(own);
  if (total < ENOUGH_IMAGES || numbering.counts.length === 0) return null;
  return Math.min(
    ...numbering.counts.map((published) => {
      const all = sum(published);
      return sum(own.map((count, index) => Math.abs(count / total - (published[index] ?? 0) / all))) / 2;
    }),
  );
}

/** The counts are the published ones, but for a few images that went. Equal ones name no class. */
function isExact(classes: readonly Counted[], numbering: Numbering): boolean {
  const own = countsInOrder(classes, numbering);
  const total = sum(own);
  return numbering.counts.some((published) => {
    const isEven = new Set(published).size === 1;
    const all = sum(published);
    const distance =
      sum(own.map((count, index) => Math.abs(count / total - (published[index] ?? 0) / all))) / 2;
    return !isEven && Math.abs(total - all) <= all * 0.02 && distance < ALIKE / 2;
  });
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** A class as the code that it is: `03`, `class3` and `3` are one, codes of letters are in upper case. */
function codeOf(className: string): string {
  return className
    .trim()
    .replace(/^(class|label|emotion|expr)[ _-]*(?=\d)/i, '')
    .replace(/^0+(?=\d)/, '')
    .toUpperCase();
}

/** The meaning of a class by a numbering; null if it has no such code. */
export function meaningByNumbering(numbering: Numbering | null, className: string): string | null {
  return numbering?.names.get(codeOf(className)) ?? null;
}

/** The meaning of all classes that a numbering has codes for. */
export function meaningsByNumbering(
  numbering: Numbering | null,
  classNames: readonly string[],
): WordRecord<string> {
  const meanings = wordRecord<string>();
  for (const name of classNames) {
    const meaning = meaningByNumbering(numbering, name);
    if (meaning !== null) meanings[name] = meaning;
  }
  return meanings;
}
