import path from 'node:path';
import { errorMessage } from '../../../domain/errors.ts';
import { readRegularFile } from '../../files/index.ts';
import { damaged } from '../recognition/damaged.ts';
import type { FolderListing } from '../recognition/folderListing.ts';

/** Files beside an image hold one label or one box. */
const LARGEST_BYTES = 2 ** 20;

/** The bytes of a small file of labels. @throws AppError `table-invalid` */
export async function readLabelFile(listing: FolderListing, file: string): Promise<Buffer> {
  return readRegularFile(path.join(listing.root, file), listing.place, LARGEST_BYTES).catch(
    (error: unknown) => {
      throw damaged(listing, file, null, `cannot be read (${errorMessage(error)})`);
    },
  );
}
