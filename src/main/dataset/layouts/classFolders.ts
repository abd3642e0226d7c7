import type { ClassFolder, ClassFolderPlan } from '../recognition/classFolder.ts';
import { planClassFolders } from '../recognition/classFolderPlan.ts';
import { withComposedNames } from '../recognition/composedNames.ts';
import { isImageName, unreadablePicture } from '../recognition/fileKinds.ts';
import { type FolderListing, filesUnder } from '../recognition/folderListing.ts';
import type { Layout, Recognition, SampleRecord } from '../recognition/layout.ts';
import { LISTING_SENTENCES, reportListing } from '../recognition/listingProblems.ts';
import { NameTally, ProblemTally } from '../recognition/problemTally.ts';
import { writeSource } from '../writing/writeSource.ts';

/** `<class>/<image>` and `<split>/<class>/<image>`; folders below a class belong to it. */
export const classFolders: Layout = {
  id: 'class-folders',
  title: 'Class folders',
  mark: 'one folder of images per class, with or without splits',
  classes: null,
  writes: 'tree',

  async recognise(listing, { classLevel }, onRow) {
    const plan = planClassFolders(listing, classLevel);
    if (plan === null) return null;
    const classes = new NameTally();
    const splits = new NameTally();
    const problems = new ProblemTally();
    let images = 0;
    for (const folder of plan.folders) {
      const count = countImages(listing, folder, problems);
      classes.add(folder.className, count);
      if (folder.split !== null) splits.add(folder.split, count);
      images += count;
    }
    reportIgnored(listing, plan, problems);
    const recognition: Recognition = {
      layout: classFolders.id,
      title: classFolders.title,
      confidence: plan.confidence,
      reason: plan.reason,
      options: {
        layout: classFolders.id,
        ...(plan.level === undefined ? {} : { classLevel: String(plan.level) }),
      },
      classes: classes.sorted().map((counted) => ({ ...counted, id: null })),
      splits: splits.list(),
      metadata: [...new Set(plan.folders.flatMap(({ metadata }) => Object.keys(metadata ?? {})))],
      choices: plan.choices ?? [],
      images,
      problems: problems.list(SENTENCES),
    };
    // Counted from the listing alone, without its rows.
    if (onRow !== undefined) for await (const row of classFolders.read(listing, recognition)) onRow(row);
    return recognition;
  },

  async *read(listing: FolderListing, { options }: Recognition): AsyncGenerator<SampleRecord> {
    for (const folder of planClassFolders(listing, options.classLevel)?.folders ?? []) {
      for (const path of filesUnder(listing, folder.path)) {
        if (!isImagePath(path)) continue;
        const shared = {
          image: path,
          region: null,
          split: folder.split,
          givenLabel: folder.className,
          metadata: folder.metadata ?? null,
          place: { kind: 'path' as const },
        };
        yield withComposedNames(
          listing.leavingLinks.has(path)
            ? { ...shared, path: '', problem: 'a link to a file outside the folder' }
            : { ...shared, path, problem: null },
        );
      }
    }
  },

  async *write(listing, recognition, changes) {
    const folders = planClassFolders(listing, recognition.options.classLevel)?.folders ?? [];
    const movedPath = (label: string, { path }: SampleRecord) => pathInClass(folders, label, path);
    const samples = classFolders.read(listing, recognition);
    yield* writeSource(listing, classFolders.title, samples, changes, { path: movedPath });
  },
};

/**
 * The image in the folder of another class, next to its own class folder; the folders within its class stay.
 */
function pathInClass(folders: ClassFolder[], label: string, path: string): string | null {
  const from = folders.find((folder) => path.startsWith(`${folder.path}/`));
  if (from === undefined) return null;
  const above = from.path.slice(0, from.path.lastIndexOf('/') + 1);
  const to =
    folders.find(
      (folder) => folder.className === label && `${above}${lastSegment(folder.path)}` === folder.path,
    )?.path ?? `${above}${label}`;
  return isFolderName(label) ? `${to}${path.slice(from.path.length)}` : null;
}

function lastSegment(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function isFolderName(label: string): boolean {
  return !/[/\\]/.test(label) && !['', '.', '..'].includes(label);
}

const SENTENCES = {
  'image-without-class': (count: string, one: boolean) =>
    `${count} ${one ? 'image is' : 'images are'} outside the class folders and ${one ? 'is' : 'are'} ignored`,
  'other-file': (count: string, one: boolean) => `${count} other ${one ? 'file is' : 'files are'} ignored`,
  ...LISTING_SENTENCES,
  'empty-class': (count: string, one: boolean) =>
    `${count} class ${one ? 'folder has' : 'folders have'} no images`,
};

function countImages(listing: FolderListing, folder: ClassFolder, problems: ProblemTally): number {
  let count = 0;
  for (const path of filesUnder(listing, folder.path)) {
    if (isImagePath(path)) count += 1;
    else if (unreadablePicture(path) === null) problems.add('other-file', path);
  }
  if (count === 0) problems.add('empty-class', folder.path);
  return count;
}

function reportIgnored(listing: FolderListing, plan: ClassFolderPlan, problems: ProblemTally): void {
  const inClass = new Set(plan.folders.map((folder) => folder.path));
  for (const path of filesOutside(listing, '', inClass)) {
    if (isImagePath(path)) problems.add('image-without-class', path);
    else if (unreadablePicture(path) === null) problems.add('other-file', path);
  }
  reportListing(listing, problems);
}

function* filesOutside(listing: FolderListing, folder: string, left: Set<string>): Generator<string> {
  const listed = listing.folders.get(folder);
  if (listed === undefined || left.has(folder)) return;
  const prefix = folder === '' ? '' : `${folder}/`;
  for (const name of listed.files) yield prefix + name;
  for (const name of listed.folders) yield* filesOutside(listing, prefix + name, left);
}

function isImagePath(path: string): boolean {
  return isImageName(path.slice(path.lastIndexOf('/') + 1));
}
