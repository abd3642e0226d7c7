import path from 'node:path';
import { AppError } from '../../../domain/errors.ts';
import { formatCount, plural } from '../../../domain/plural.ts';
import { guessEncoding, readStart } from '../readers/textEncoding.ts';
import { damaged } from './damaged.ts';
import { isImageName, isTableName } from './fileKinds.ts';
import { type FolderListing, joinRelative } from './folderListing.ts';
import { packedKinds } from './packedFiles.ts';

const LABELS_HINT =
  'Labels are folders named after classes (happy/1.jpg or train/happy/1.jpg), or a CSV or TSV file with a column of ' +
  'image paths and one of labels; name the table and its columns if they are there.';

const DEEPEST = 3;
const LABEL_FILE = /\.(json|jsonl|xml)$/i;

/**
 * If nothing else explains how a folder stores its labels, a label file that cannot be read is the reason.
 * @throws AppError `table-invalid`
 */
export async function refuseUnreadableLabels(listing: FolderListing): Promise<void> {
  for (const [folder, { files }] of listing.folders) {
    if (folder.split('/').length > DEEPEST) continue;
    for (const name of files) {
      if (!LABEL_FILE.test(name) && !isTableName(name)) continue;
      const file = joinRelative(folder, name);
      if (listing.leavingLinks.has(file)) continue;
      const start = await readStart(path.join(listing.root, file), listing.place).catch(() => null);
      if (start?.sizeBytes === 0) throw damaged(listing, file, 1, 'it is empty');
      if (start !== null && LABEL_FILE.test(name) && guessEncoding(start.bytes) !== 'utf-8')
        throw damaged(listing, file, 1, 'it is not in UTF-8');
    }
  }
}

/** The content of a folder that no layout fits. */
interface Contents {
  files: number;
  /** Those that could be opened. */
  images: number;
  firstTable: string | null;
}

/**
 * Why no layout fits a folder: its links or archives hide its content, it is empty, has no image, or no
 * labels.
 */
export function unrecognisedFolder(listing: FolderListing): AppError {
  const { root, unreadableFolders } = listing;
  const contents = contentsOf(listing);
  const { files, images, firstTable } = contents;
  const closed =
    unreadableFolders.length > 0
      ? ` ${unreadableFolders.length} of its folders could not be opened; check their permissions.`
      : '';
  if (listing.leavingLinks.size > 0 && images === 0) return onlyLinks(listing);
  if (images === 0) {
    const packed = packedKinds(listing);
    if (packed !== null) return new AppError('layout-unknown', packed.message, `${packed.hint}${closed}`);
    const hint = 'Choose the folder with the images, or with the table and the images.';
    const what = files === 0 ? `${root} is empty` : `there is no image in ${root}`;
    return new AppError('layout-unknown', what, `${hint}${closed}`);
  }
  const table = firstTable === null ? '' : ` The table ${firstTable} does not name them.`;
  return new AppError(
    'layout-unknown',
    `${root} has ${plural(images, 'image')}, but no labels were found`,
    `${LABELS_HINT}${table}${closed}`,
  );
}

function contentsOf({ folders, leavingLinks }: FolderListing): Contents {
  const contents: Contents = { files: 0, images: 0, firstTable: null };
  for (const [folder, listed] of folders) {
    for (const name of listed.files) {
      const file = joinRelative(folder, name);
      if (leavingLinks.has(file)) continue;
      contents.files += 1;
      if (isImageName(name) && name.includes('.')) contents.images += 1;
      if (isTableName(name)) contents.firstTable ??= file;
    }
  }
  return contents;
}

function onlyLinks({ root, leavingLinks }: FolderListing): AppError {
  const [first] = leavingLinks;
  const count = leavingLinks.size;
  const what =
    count === 1
      ? `1 link (${first}) to files outside it, not followed`
      : `${formatCount(count)} links (such as ${first}) to files outside it, not followed`;
  return new AppError(
    'links-not-followed',
    `${root} has ${what}`,
    'If you trust them, follow them: --follow-links, or "Follow links" on the Open screen.',
  );
}
