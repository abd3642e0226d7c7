/** Issues of an image or its label other than a wrong class. */
export const ISSUES = [
  'copies-disagree',
  'copies',
  'outlier',
  'ambiguous',
  'low-quality',
  'unusable',
  'no-face',
  'several-faces',
] as const;
export type Issue = (typeof ISSUES)[number];

/** Issues that a face detector finds, and no fit. */
export const FACE_ISSUES = ['no-face', 'several-faces'] as const satisfies readonly Issue[];

/** The issues that follow from the number of faces in an image. */
export function faceIssues(found: number): Issue[] {
  return found === 0 ? ['no-face'] : found > 1 ? ['several-faces'] : [];
}

/** A set of issues as bits, in the order of ISSUES; there is room for 31. */
export function issueBits(issues: readonly Issue[]): number {
  return issues.reduce((bits, issue) => bits | (1 << ISSUES.indexOf(issue)), 0);
}

export function issuesOf(bits: number): Issue[] {
  return ISSUES.filter((_, index) => (bits & (1 << index)) !== 0);
}

/**
 * Ratio of second to first class from which an image has mixed emotions: chosen on FER+'s votes (role dev),
 * with predictions of one view, so that as many images are marked as there are (bench/flags/README.md).
 */
export const AMBIGUOUS_FROM = 0.25;
/** Shorter side in pixels under which a face shows too little. */
const SMALLEST_SIDE = 32;
/** Mean brightness, 0 black to 1 white, outside of which a face cannot be seen. */
const BRIGHTNESS = { least: 0.08, most: 0.95 };
/** Interquartile ranges beyond the quartile from which a value is far out (Tukey). */
const FAR_OUT = 3;

/**
 * Face quality (docs/model-contract.md), if the model gives it, under which a face is unusable: the threshold
 * with the best F1 against FER+'s rejected images (role dev, bench/flags/README.md).
 */
export const USABLE_FROM = 0.72;

/** The inputs for finding a dataset's issues. N images, L classes; NaN for unknown values. */
export interface IssueColumns {
  /** [N*L] */
  distributions: ArrayLike<number>;
  classes: number;
  /** [N] class, or -1 */
  labels: ArrayLike<number>;
  /** [N] images of one group are duplicates */
  groups: ArrayLike<number>;
  /** [N] cosine of the most similar other image */
  similarity: ArrayLike<number>;
  /** [N] of the shorter side, in pixels */
  side: ArrayLike<number>;
  /** [N] mean, 0 to 1 */
  brightness: ArrayLike<number>;
  /** [N] share of the contrast that is in fine detail */
  sharpness: ArrayLike<number>;
  /** [N] 0 unusable to 1, if the model gives it */
  faceQuality: ArrayLike<number>;
  /** [N] faces found in the photograph */
  facesFound: ArrayLike<number>;
}

/** [N] issues of each image, as bits. */
export function findIssues(columns: IssueColumns): Uint32Array {
  const { labels } = columns;
  const images = labels.length;
  const found = new Uint32Array(images);
  const mark = (image: number, issue: Issue) => {
    found[image] = (found[image] as number) | issueBits([issue]);
  };
  const byGroup = new Map<number, number[]>();
  for (let image = 0; image < images; image++) {
    const group = columns.groups[image] as number;
    const members = byGroup.get(group);
    if (members) members.push(image);
    else byGroup.set(group, [image]);
  }
  for (const members of byGroup.values()) {
    if (members.length < 2) continue;
    const given = new Set(members.map((image) => labels[image] as number).filter((label) => label >= 0));
    for (const image of members) mark(image, 'copies');
    if (given.size > 1) for (const image of members) mark(image, 'copies-disagree');
  }
  const lonely = farBelow(columns.similarity);
  const blurred = farBelow(Float64Array.from(columns.sharpness, (value) => Math.log(value)));
  for (let image = 0; image < images; image++) {
    if ((columns.similarity[image] as number) < lonely) mark(image, 'outlier');
    if ((columns.faceQuality[image] as number) < USABLE_FROM) mark(image, 'unusable');
    for (const issue of faceIssues(columns.facesFound[image] as number)) mark(image, issue);
    const own = columns.classes * image;
    if (secondToFirst(columns.distributions, own, own + columns.classes) >= AMBIGUOUS_FROM)
      mark(image, 'ambiguous');
    const brightness = columns.brightness[image] as number;
    const tiny = (columns.side[image] as number) < SMALLEST_SIDE;
    const unseen = brightness < BRIGHTNESS.least || brightness > BRIGHTNESS.most;
    if (tiny || unseen || Math.log(columns.sharpness[image] as number) < blurred) mark(image, 'low-quality');
  }
  return found;
}

/**
 * Ratio of the second largest to the largest share of a distribution, which is part of a list; 0 if there is
 * none.
 */
export function secondToFirst(distributions: ArrayLike<number>, from = 0, to = distributions.length): number {
  let [first, second] = [0, 0];
  for (let at = from; at < to; at++) {
    const share = distributions[at] as number;
    if (share > first) [first, second] = [share, first];
    else if (share > second) second = share;
  }
  return first > 0 ? second / first : 0;
}

/** The value under which others are far out: three interquartile ranges below the lower quartile. */
function farBelow(values: ArrayLike<number>): number {
  const sorted = Float64Array.from(values).filter(Number.isFinite).sort();
  if (sorted.length < 20) return Number.NEGATIVE_INFINITY;
  const quartile = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] as number;
  const [low, high] = [quartile(0.25), quartile(0.75)];
  return high > low ? low - FAR_OUT * (high - low) : Number.NEGATIVE_INFINITY;
}
