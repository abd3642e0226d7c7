import { isImageName } from './fileKinds.ts';
import { type FolderListing, joinRelative } from './folderListing.ts';
import type { ClassCount, LabelCode, NamedCount, SampleRecord } from './layout.ts';
import { LISTING_SENTENCES, reportListing } from './listingProblems.ts';
import { NamedFiles } from './namedFiles.ts';
import { NameTally, type ProblemTally, type Sentences } from './problemTally.ts';
import { AMBIGUOUS, MISSING, OUTSIDE } from './samplePaths.ts';

/** The totals of a dataset's rows. */
export interface Survey {
  images: number;
  /** Different image files that are there. */
  found: number;
  classes: ClassCount[];
  splits: NamedCount[];
  metadata: string[];
}

export const ROW_SENTENCES: Sentences = {
  missing: (count: string, one: boolean) =>
    `${count} ${one ? 'row names a file' : 'rows name files'} that cannot be found`,
  outside: (count: string, one: boolean) =>
    `${count} ${one ? 'row points' : 'rows point'} outside the folder`,
  ambiguous: (count: string, one: boolean) =>
    `${count} ${one ? 'row names' : 'rows name'} an image that matches several files`,
  'matched-end': (count: string, one: boolean) =>
    `${count} ${one ? 'row was' : 'rows were'} matched by the end of ${one ? 'its' : 'their'} path`,
  'matched-name': (count: string, one: boolean) =>
    `${count} ${one ? 'row was' : 'rows were'} matched by file name`,
  'matched-stem': (count: string, one: boolean) =>
    `${count} ${one ? 'row was' : 'rows were'} matched by file name without extension`,
  unusable: (count: string, one: boolean) =>
    `${count} ${one ? 'row names' : 'rows name'} no image, or several`,
  unlabelled: (count: string, one: boolean) => `${count} ${one ? 'row has' : 'rows have'} no label`,
  repeated: (count: string, one: boolean) =>
    `${count} ${one ? 'row repeats' : 'rows repeat'} a file of an earlier row`,
  'not-in-table': (count: string, one: boolean) =>
    `${count} ${one ? 'image is' : 'images are'} not in the table and ignored`,
  ...LISTING_SENTENCES,
};

/**
 * Counts the rows of a dataset, and the problems that the user should know.
 *
 * @param codes the classes that the format fixes, counted even if no image has them; else null.
 * @param problems what to report, added to.
 * @param belongs image files that should have a row; by default all.
 */
export async function surveySamples(
  listing: FolderListing,
  samples: AsyncIterable<SampleRecord>,
  codes: readonly LabelCode[] | null,
  problems: ProblemTally,
  belongs: (path: string) => boolean = () => true,
): Promise<Survey> {
  const [classes, splits] = [new NameTally(), new NameTally()];
  for (const { name } of codes ?? []) classes.add(name, 0);
  const named = new NamedFiles(listing);
  const metadata = new Set<string>();
  let images = 0;
  for await (const sample of samples) {
    images += 1;
    if (sample.givenLabel === null) problems.add('unlabelled', sample.image);
    else classes.add(sample.givenLabel);
    if (sample.split !== null) splits.add(sample.split);
    if (sample.matched !== undefined && sample.problem === null)
      problems.add(`matched-${sample.matched.by}`, `${sample.matched.value} is ${sample.path}`);
    if (sample.problem !== null) problems.add(kindOf(sample.problem), exampleOf(sample));
    else if (named.add(sample.path) > 1 && sample.region === null) problems.add('repeated', sample.image);
    if (sample.metadata !== null) for (const column in sample.metadata) metadata.add(column);
  }
  for (const path of imageFiles(listing)) {
    if (belongs(path) && !named.has(path) && !listing.leavingLinks.has(path))
      problems.add('not-in-table', path);
  }
  reportListing(listing, problems);
  const idOf = new Map(codes?.map(({ id, name }) => [name, id]));
  return {
    images,
    found: named.size,
    classes: (codes === null ? classes.sorted() : classes.list()).map(({ name, count }) => ({
      name,
      count,
      id: idOf.get(name) ?? null,
    })),
    splits: splits.list(),
    metadata: [...metadata],
  };
}

function kindOf(problem: string): string {
  if (problem === MISSING) return 'missing';
  if (problem.startsWith(AMBIGUOUS)) return 'ambiguous';
  return problem === OUTSIDE ? 'outside' : 'unusable';
}

/** All files that are images by their names. */
export function* imageFiles(listing: FolderListing): Generator<string> {
  for (const [folder, { files }] of listing.folders) {
    for (const name of files) if (isImageName(name)) yield joinRelative(folder, name);
  }
}

/** Of an ambiguous row also the files that it may mean. */
function exampleOf({ image, problem, matched }: SampleRecord): string {
  return problem?.startsWith(AMBIGUOUS)
    ? `${matched?.value ?? image} (${problem.slice(AMBIGUOUS.length)})`
    : image;
}
