import { plural } from '../../../domain/plural.ts';
import { compareCodePoints } from './codePoints.ts';
import { extensionOf, unreadablePicture } from './fileKinds.ts';
import { type FolderListing, joinRelative } from './folderListing.ts';

interface Packed {
  what: string;
  hint: string;
}

const UNPACK = 'Unpack it and open the resulting folder.';
const AS_PARQUET =
  'Save it as Parquet with an image column and a label column (in Python: dataset.to_parquet("data.parquet")), or as class folders.';
const AS_FOLDERS =
  'Save the images as files in class folders (happy/1.png), or beside a CSV of paths and labels.';

/** Files that hold images or labels but are no folder of them, by extension. */
const PACKED: Record<string, Packed> = {
  ...sharing('zip tar tgz gz bz2 xz 7z rar zst', { what: 'archive', hint: UNPACK }),
  ...sharing('arrow feather', { what: 'Arrow file', hint: AS_PARQUET }),
  ...sharing('tfrecord tfrecords', { what: 'TFRecord file', hint: AS_FOLDERS }),
  ...sharing('mdb lmdb', { what: 'LMDB file', hint: AS_FOLDERS }),
  ...sharing('h5 hdf5', { what: 'HDF5 file', hint: AS_FOLDERS }),
  ...sharing('npz npy', { what: 'NumPy file', hint: AS_FOLDERS }),
  ...sharing('pkl pickle pt pth', {
    what: 'Python pickle',
    hint: `${AS_FOLDERS} Pickles can run code and are never opened.`,
  }),
  ...sharing('mat', { what: 'MATLAB file', hint: AS_FOLDERS }),
  ...sharing('mp4 avi mov mkv webm', {
    what: 'video',
    hint: 'Save its frames as images, in class folders or beside a CSV of paths and labels.',
  }),
};

/** What a folder without images holds instead, and what to do; null if unknown. */
export function packedKinds({ root, folders }: FolderListing): { message: string; hint: string } | null {
  const found = new Map<Packed, { count: number; examples: string[] }>();
  for (const [folder, { files }] of [...folders].sort(([a], [b]) => compareCodePoints(a, b))) {
    for (const name of files) {
      const kind = packedAs(name);
      if (kind === undefined) continue;
      const tally = found.get(kind) ?? { count: 0, examples: [] };
      found.set(kind, tally);
      tally.count += 1;
      if (tally.examples.length < SHOWN) tally.examples.push(joinRelative(folder, name));
    }
  }
  const [first] = found.keys();
  if (first === undefined) return null;
  const kinds = Array.from(found, ([{ what }, { count, examples }]) => {
    const more = count > examples.length ? ', ...' : '';
    return `${plural(count, what)} (${examples.join(', ')}${more})`;
  });
  return { message: `no image in ${root} can be read: it has ${kinds.join(' and ')}`, hint: first.hint };
}

const SHOWN = 3;
const pictures = new Map<string, Packed>();

function packedAs(name: string): Packed | undefined {
  const extension = extensionOf(name);
  if (Object.hasOwn(PACKED, extension)) return PACKED[extension];
  const picture = unreadablePicture(name);
  if (picture === null) return undefined;
  const known = pictures.get(picture) ?? {
    what: `${picture} image`,
    hint: 'Convert them to JPEG or PNG, and open the folder again.',
  };
  pictures.set(picture, known);
  return known;
}

function sharing(extensions: string, packed: Packed): Record<string, Packed> {
  return Object.fromEntries(extensions.split(' ').map((extension) => [extension, packed]));
}
