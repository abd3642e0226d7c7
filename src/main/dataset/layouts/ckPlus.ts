import type { WordRecord } from '../../../domain/wordRecord.ts';
import { readLabelFile } from '../readers/labelFile.ts';
import { damaged, inOneLine } from '../recognition/damaged.ts';
import { defineLayout } from '../recognition/defineLayout.ts';
import { isImageName } from '../recognition/fileKinds.ts';
import { findFolders, folderAbove } from '../recognition/findFiles.ts';
import { type FolderListing, joinRelative, placeOf } from '../recognition/folderListing.ts';
import { codesOf, idOfName, nameOfId } from '../recognition/labelCodes.ts';
import type { SampleRecord } from '../recognition/layout.ts';

const CODES = codesOf('ck-plus');

const USUAL_LABEL = '   0.0000000e+00\n';

interface CkPlusPlan {
  images: string;
  labels: string;
}

export const ckPlus = defineLayout<CkPlusPlan>({
  id: 'ck-plus',
  title: 'CK+',
  mark: '`cohn-kanade-images/S005/001/*.png` beside `Emotion/S005/001/..._emotion.txt`; the last frame is the peak',
  classes: CODES,
  writes: 'label-files',

  find(listing) {
    const [images] = findFolders(listing, /(^|\/)cohn-kanade-images$/i);
    if (images === undefined) return null;
    const base = folderAbove(images, 1);
    const folders = new Set(listing.folders.keys());
    const labels = ['Emotion', 'Emotion_labels/Emotion', 'Emotion_labels']
      .map((name) => joinRelative(base, name))
      .find((folder) => folders.has(folder));
    if (labels === undefined) return null;
    return {
      plan: { images, labels },
      reason: `${images} has sequences of frames and ${labels} the emotion of each, as in CK+; the peak frame of each sequence is used.`,
      belongs: () => false,
    };
  },

  async *rows(listing, { images, labels }) {
    for (const subject of listing.folders.get(images)?.folders ?? []) {
      for (const sequence of listing.folders.get(joinRelative(images, subject))?.folders ?? []) {
        const folder = `${images}/${subject}/${sequence}`;
        const peak = listing.folders.get(folder)?.files.filter(isImageName).at(-1);
        if (peak === undefined) continue;
        const stem = peak.replace(/\.[^.]+$/, '');
        const labelFile = `${labels}/${subject}/${sequence}/${stem}_emotion.txt`;
        yield await toSample(listing, `${folder}/${peak}`, labelFile, { subject, sequence });
      }
    }
  },

  writer: {
    async file(label, file, listing) {
      const id = idOfName(CODES, label);
      if (id === null) return null;
      const exists = placeOf(listing, file) !== null && !listing.leavingLinks.has(file);
      const before = exists ? (await readLabelFile(listing, file)).toString() : USUAL_LABEL;
      return Buffer.from(before.replace(/\S+/, exponential(id)));
    },
  },
});

async function toSample(
  listing: FolderListing,
  image: string,
  labelFile: string,
  metadata: WordRecord<string>,
): Promise<SampleRecord> {
  const hasLabel = placeOf(listing, labelFile) !== null && !listing.leavingLinks.has(labelFile);
  return {
    image,
    path: image,
    problem: null,
    region: null,
    split: null,
    givenLabel: hasLabel ? await readLabel(listing, labelFile) : null,
    metadata,
    place: { kind: 'file', file: labelFile, isNew: !hasLabel },
  };
}

/** CK+ writes its ids as `   3.0000000e+00`. */
async function readLabel(listing: FolderListing, file: string): Promise<string | null> {
  const text = (await readLabelFile(listing, file)).toString().trim();
  const fail = (problem: string) => damaged(listing, file, 1, problem);
  const id = Number(text);
  if (text === '' || !Number.isInteger(id)) throw fail(`"${inOneLine(text)}" is not a whole number`);
  return nameOfId(CODES, String(id), fail);
}

function exponential(id: string): string {
  return Number(id)
    .toExponential(7)
    .replace(/e\+(\d)$/, 'e+0$1');
}
