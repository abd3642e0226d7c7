import { errorMessage } from '../../../domain/errors.ts';
import { readLabelFile } from '../readers/labelFile.ts';
import { readNpyScalar, writeNpyScalar } from '../readers/npyScalar.ts';
import { damaged } from '../recognition/damaged.ts';
import { defineLayout } from '../recognition/defineLayout.ts';
import { isImageName } from '../recognition/fileKinds.ts';
import { findFolders, folderAbove } from '../recognition/findFiles.ts';
import { type FolderListing, joinRelative, placeOf } from '../recognition/folderListing.ts';
import { AFFECTNET_CODES, idOfName, nameOfId } from '../recognition/labelCodes.ts';
import type { SampleRecord } from '../recognition/layout.ts';

/** Files read at once: there are three for each image. */
const AT_ONCE = 64;

export const affectNetNpy = defineLayout<string[]>({
  id: 'affectnet-npy',
  title: 'AffectNet (npy)',
  mark: '`{train_set,val_set}/images/<id>.jpg` beside `annotations/<id>_exp.npy`',
  classes: AFFECTNET_CODES,
  writes: 'label-files',

  find(listing) {
    const sets = findFolders(listing, /(^|\/)(train|val|test)_set\/annotations$/i)
      .filter((folder) => listing.folders.get(folder)?.files.some((name) => name.endsWith('_exp.npy')))
      .map((folder) => folderAbove(folder, 1));
    if (sets.length === 0) return null;
    return {
      plan: sets,
      reason: `${sets.join(', ')} ${sets.length === 1 ? 'has' : 'have'} images and one _exp.npy each, as in AffectNet.`,
    };
  },

  async *rows(listing, sets) {
    for (const set of sets) {
      const images = (listing.folders.get(joinRelative(set, 'images'))?.files ?? []).filter(isImageName);
      for (let from = 0; from < images.length; from += AT_ONCE) {
        const batch = images.slice(from, from + AT_ONCE);
        yield* await Promise.all(batch.map((name) => toSample(listing, set, name)));
      }
    }
  },

  writer: {
    async file(label, file, listing) {
      const id = idOfName(AFFECTNET_CODES, label);
      return id === null ? null : writeNpyScalar(await readLabelFile(listing, file), id);
    },
  },
});

async function toSample(listing: FolderListing, set: string, name: string): Promise<SampleRecord> {
  const image = joinRelative(set, `images/${name}`);
  const annotation = (what: string) =>
    joinRelative(set, `annotations/${name.replace(/\.[^.]+$/, '')}_${what}.npy`);
  const [id, valence, arousal] = await Promise.all(
    ['exp', 'val', 'aro'].map((what) => readScalar(listing, annotation(what))),
  );
  const metadata = { ...(valence ? { valence } : {}), ...(arousal ? { arousal } : {}) };
  const fail = (problem: string) => damaged(listing, annotation('exp'), null, problem);
  return {
    image,
    path: image,
    problem: null,
    region: null,
    split: /[^/]*$/.exec(set)?.[0] ?? set,
    givenLabel: id == null ? null : nameOfId(AFFECTNET_CODES, id, fail),
    metadata: Object.keys(metadata).length === 0 ? null : metadata,
    place: id === null ? { kind: 'none' } : { kind: 'file', file: annotation('exp') },
  };
}

/** Null where there is no such file. */
async function readScalar(listing: FolderListing, file: string): Promise<string | null> {
  if (placeOf(listing, file) === null || listing.leavingLinks.has(file)) return null;
  const bytes = await readLabelFile(listing, file);
  try {
    return readNpyScalar(bytes).value;
  } catch (error) {
    throw damaged(listing, file, null, errorMessage(error));
  }
}
