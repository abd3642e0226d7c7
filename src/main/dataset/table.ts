import { isImageName } from './fileKinds.ts';
import type { FolderListing } from './folderListing.ts';
import type { Layout, LayoutOptions, Recognition, SampleRecord } from './layout.ts';
import { NameTally, ProblemTally } from './problemTally.ts';
import { MISSING, OUTSIDE } from './samplePaths.ts';
import { planTables, TABLE_SEPARATOR, type TablePlan } from './tablePlan.ts';
import { readTableSamples } from './tableRows.ts';

/** A CSV or TSV file with a column of image paths and one of labels, or several that are named after splits. */
export const table: Layout = {
  id: 'table',
  title: 'Table of labels',

  async recognise(listing: FolderListing, options: LayoutOptions): Promise<Recognition | null> {
    const plan = await planTables(listing, options);
    if (plan === null) return null;
    const counts = await countSamples(listing, plan);
    if (counts.images === 0) return null;
    return {
      layout: table.id,
      title: table.title,
      confidence: confidenceOf(counts.images, counts.found, countImageFiles(listing)),
      reason: reasonOf(plan),
      options: optionsOf(plan),
      classes: counts.classes.sorted(),
      splits: counts.splits.list(),
      images: counts.images,
      problems: counts.problems.list(SENTENCES),
    };
  },

  async *read(listing: FolderListing, recognition: Recognition): AsyncGenerator<SampleRecord> {
    const plan = await planTables(listing, recognition.options);
    if (plan === null) return;
    for await (const { isRepeat: _, ...sample } of readTableSamples(listing, plan)) yield sample;
  },
};

const SENTENCES = {
  missing: (count: string, one: boolean) =>
    `${count} ${one ? 'row names a file' : 'rows name files'} that cannot be found`,
  outside: (count: string, one: boolean) => `${count} ${one ? 'row leads' : 'rows lead'} out of the folder`,
  unusable: (count: string, one: boolean) =>
    `${count} ${one ? 'row names' : 'rows name'} no image, or several at once`,
  unlabelled: (count: string, one: boolean) => `${count} ${one ? 'row has' : 'rows have'} no label`,
  repeated: (count: string, one: boolean) =>
    `${count} ${one ? 'row repeats' : 'rows repeat'} a file of an earlier row`,
  'not-in-table': (count: string, one: boolean) =>
    `${count} ${one ? 'image is' : 'images are'} not in the table and left out`,
  'other-table': (count: string, one: boolean) =>
    `${count} more ${one ? 'table' : 'tables'} with images and labels ${one ? 'is' : 'are'} not used; choose the table to take another`,
};

interface SampleCounts {
  images: number;
  /** Different files that exist. */
  found: number;
  classes: NameTally;
  splits: NameTally;
  problems: ProblemTally;
}

async function countSamples(listing: FolderListing, plan: TablePlan): Promise<SampleCounts> {
  const [classes, splits, problems] = [new NameTally(), new NameTally(), new ProblemTally()];
  const named = new Set<string>();
  let images = 0;
  for await (const sample of readTableSamples(listing, plan)) {
    images += 1;
    if (sample.givenLabel === null) problems.add('unlabelled', sample.image);
    else classes.add(sample.givenLabel);
    if (sample.split !== null) splits.add(sample.split);
    if (sample.problem !== null) problems.add(kindOf(sample.problem), sample.image);
    else named.add(sample.path);
    if (sample.isRepeat) problems.add('repeated', sample.image);
  }
  for (const path of imageFiles(listing)) if (!named.has(path)) problems.add('not-in-table', path);
  for (const file of plan.others) problems.add('other-table', file);
  return { images, found: named.size, classes, splits, problems };
}

function kindOf(problem: string): string {
  if (problem === MISSING) return 'missing';
  return problem === OUTSIDE ? 'outside' : 'unusable';
}

/** A table whose files exist is what a folder is about, unless it covers a small part of a larger collection. */
function confidenceOf(rows: number, found: number, imageFiles: number): number {
  if (found === 0) return 0.4;
  if (found < rows / 2) return 0.55;
  return found < imageFiles / 5 ? 0.6 : 0.97;
}

function reasonOf({ sources }: TablePlan): string {
  const files = sources.map(({ file }) => file).join(', ');
  const { names, image, label, split } = (sources[0] as TablePlan['sources'][0]).columns;
  const splitPart = split === null ? '' : ` and the split in "${names[split]}"`;
  const many = sources.length > 1;
  return `${many ? 'The tables' : 'The table'} ${files} ${many ? 'name' : 'names'} images in "${names[image]}", labels in "${names[label]}"${splitPart}.`;
}

function optionsOf({ sources }: TablePlan): Record<string, string> {
  const { names, image, label, split } = (sources[0] as TablePlan['sources'][0]).columns;
  return {
    layout: table.id,
    table: sources.map(({ file }) => file).join(TABLE_SEPARATOR),
    imageColumn: names[image] ?? '',
    labelColumn: names[label] ?? '',
    ...(split === null ? {} : { splitColumn: names[split] ?? '' }),
  };
}

function* imageFiles(listing: FolderListing): Generator<string> {
  for (const [folder, { files }] of listing.folders) {
    const prefix = folder === '' ? '' : `${folder}/`;
    for (const name of files) if (isImageName(name)) yield prefix + name;
  }
}

function countImageFiles(listing: FolderListing): number {
  let count = 0;
  for (const { files } of listing.folders.values()) count += files.filter(isImageName).length;
  return count;
}
