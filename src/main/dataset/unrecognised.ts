import path from 'node:path';
import { AppError } from '../../shared/errors.ts';
import { damaged } from './damaged.ts';
import { isImageName, isTableName } from './fileKinds.ts';
import { type FolderListing, joinRelative } from './folderListing.ts';
import { guessEncoding, readStart } from './textEncoding.ts';

const LABELS_HINT =
  'Labels are folders named after classes (happy/1.jpg or train/happy/1.jpg), or a CSV or TSV file with a column of ' +
  'image paths and one of labels; name the table and its columns if they are there.';

const DEEPEST = 3;
const LABEL_FILE = /\.(json|jsonl|xml)$/i;

/**
 * Where nothing else says how a folder keeps its labels, a file that should and cannot be read is the reason.
 * @throws AppError `table-invalid`
 */
export async function refuseUnreadableLabels(listing: FolderListing): Promise<void> {
  for (const [folder, { files }] of listing.folders) {
    if (folder.split('/').length > DEEPEST) continue;
    for (const name of files) {
      if (!LABEL_FILE.test(name) && !isTableName(name)) continue;
      const file = joinRelative(folder, name);
      const start = await readStart(path.join(listing.root, file)).catch(() => null);
      if (start?.sizeBytes === 0) throw damaged(listing, file, 1, 'it is empty');
      if (start !== null && LABEL_FILE.test(name) && guessEncoding(start.bytes) !== 'utf-8')
        throw damaged(listing, file, 1, 'it is not in UTF-8');
    }
  }
}

/** Why no layout fits a folder: it is empty, holds no image, or holds images without labels. */
export function unrecognisedFolder(listing: FolderListing): AppError {
  const { root, folders, unreadableFolders } = listing;
  let images = 0;
  let files = 0;
  let firstTable: string | null = null;
  for (const [folder, listed] of folders) {
    files += listed.files.length;
    images += listed.files.filter((name) => isImageName(name) && name.includes('.')).length;
    const table = listed.files.find(isTableName);
    if (table !== undefined) firstTable ??= joinRelative(folder, table);
  }
  const closed =
    unreadableFolders.length > 0
      ? ` ${unreadableFolders.length} of its folders could not be opened; check their permissions.`
      : '';
  if (images === 0) {
    const hint = 'Choose the folder that holds the images, or that holds the table and the images.';
    const what = files === 0 ? `${root} is empty` : `there is no image in ${root}`;
    return new AppError('layout-unknown', what, `${hint}${closed}`);
  }
  const many = images === 1 ? '1 image' : `${images.toLocaleString('en')} images`;
  const table = firstTable === null ? '' : ` The table ${firstTable} does not name them.`;
  return new AppError(
    'layout-unknown',
    `${root} holds ${many}, but no labels were found for them`,
    `${LABELS_HINT}${table}${closed}`,
  );
}
