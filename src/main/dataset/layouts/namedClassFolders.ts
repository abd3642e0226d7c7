import type { WordRecord } from '../../../domain/wordRecord.ts';
import { planClassFolders } from '../recognition/classFolderPlan.ts';
import { CERTAIN } from '../recognition/defineLayout.ts';
import { type FolderListing, filesUnder } from '../recognition/folderListing.ts';
import type { Layout, SampleRecord } from '../recognition/layout.ts';
import { classFolders } from './classFolders.ts';

/** Class folders that one dataset's own names mark. */
interface NamedClassFolders {
  id: string;
  title: string;
  mark: string;
  /** Whether folders and images are named as that dataset names them. */
  isNamed(folders: { path: string; split: string | null }[], firstImages: string[]): boolean;
  reason: string;
  metadataOf?(path: string): WordRecord<string> | null;
}

/** Ordinary class folders, under their dataset's name and with the facts in its file names. */
function namedClassFolders({ id, title, mark, isNamed, reason, metadataOf }: NamedClassFolders): Layout {
  const withMetadata = (row: SampleRecord): SampleRecord =>
    metadataOf === undefined ? row : { ...row, metadata: metadataOf(row.image) };
  return {
    ...classFolders,
    id,
    title,
    mark,
    async recognise(listing, options, onRow) {
      const folders = planClassFolders(listing)?.folders ?? [];
      const firstImages = folders.flatMap((folder) => firstFile(listing, folder.path));
      if (folders.length === 0 || !isNamed(folders, firstImages)) return null;
      const recognition = await classFolders.recognise(
        listing,
        options,
        onRow && ((row) => onRow(withMetadata(row))),
      );
      const metadata = Object.keys(metadataOf?.(firstImages[0] ?? '') ?? {});
      return recognition === null
        ? null
        : {
            ...recognition,
            layout: id,
            title,
            confidence: CERTAIN,
            reason,
            options: { layout: id },
            metadata,
          };
    },
    async *read(listing, recognition) {
      for await (const sample of classFolders.read(listing, recognition)) {
        yield withMetadata(sample);
      }
    },
  };
}

const CK_NAME = /(?:^|\/)(S\d{3})_(\d{3})_\d{8}\.(png|jpe?g|tiff?)$/i;

export const ckPlus48 = namedClassFolders({
  id: 'ck-plus-48',
  title: 'CK+48',
  mark: 'class folders whose images are called `S010_004_00000017.png`',
  reason: "One folder per class, with images named after CK+'s subjects and sequences.",
  isNamed: (_, images) => images.length > 0 && images.every((image) => CK_NAME.test(image)),
  metadataOf(path) {
    const match = CK_NAME.exec(path);
    return match === null ? null : { subject: match[1]?.toUpperCase() ?? '', sequence: match[2] ?? '' };
  },
});

export const sfew = namedClassFolders({
  id: 'sfew',
  title: 'SFEW 2.0',
  mark: '`{Train,Val}_Aligned_Faces/<Class>/<name>.png`',
  reason: 'Train_Aligned_Faces and Val_Aligned_Faces have one folder per class, as in SFEW.',
  isNamed: (folders) =>
    folders.every(({ split }) => split !== null && /^(train|val|test)_aligned_faces$/i.test(split)),
  // The names are those of films: `AlexEmma_000205840_00000041.png`.
  metadataOf(path) {
    const film = /(?:^|\/)([^/_]+)_\d+_\d+\.[a-z]+$/i.exec(path)?.[1];
    return film === undefined ? null : { film };
  },
});

function firstFile(listing: FolderListing, folder: string): string[] {
  for (const path of filesUnder(listing, folder)) return [path];
  return [];
}
