import { formatCount } from '../../../domain/plural.ts';
import { readTextLines } from '../readers/textLines.ts';
import { damaged, wholeNumber } from '../recognition/damaged.ts';
import { defineLayout } from '../recognition/defineLayout.ts';
import { findFolders } from '../recognition/findFiles.ts';
import { type FolderListing, joinRelative } from '../recognition/folderListing.ts';
import { codesOf, idOfName, nameOfId } from '../recognition/labelCodes.ts';

const CODES = codesOf('aff-wild2');
const UNLABELLED = '-1';
/** The first challenges had no class `other`. */
const HEADERS = [CODES, CODES.slice(0, -1)].map((codes) => codes.map(({ name }) => name).join(' '));

interface AffWild2Plan {
  /** One text file a video. */
  videos: { file: string; split: string; frames: string }[];
}

export const affWild2 = defineLayout<AffWild2Plan>({
  id: 'aff-wild2',
  title: 'Aff-Wild2 expressions',
  mark: '`EXPR_..._Challenge/{Train,Validation}_Set/<video>.txt`, or `EXPR_Set/...` of earlier challenges; frames in `cropped_aligned/<video>/00001.jpg`',
  classes: CODES,
  writes: 'label-files',

  find(listing) {
    const folders = findFolders(listing, /(^|\/)EXPR_(\w*Challenge|Set)\/(Train(ing)?|Validation)_Set$/i);
    const [crops] = findFolders(listing, /(^|\/)cropped_aligned$/i);
    const videos = folders.flatMap((folder) =>
      (listing.folders.get(folder)?.files ?? [])
        .filter((name) => /\.txt$/i.test(name))
        .map((name) => ({
          file: joinRelative(folder, name),
          split: /[^/]*$/.exec(folder)?.[0] ?? folder,
          frames: joinRelative(crops ?? 'cropped_aligned', name.replace(/\.txt$/i, '')),
        })),
    );
    if (videos.length === 0) return null;
    return {
      plan: { videos },
      reason: `${formatCount(videos.length)} ${videos.length === 1 ? 'text file has' : 'text files have'} one expression per video frame, as in Aff-Wild2.`,
    };
  },

  async *rows(listing, { videos }, problems) {
    for (const { file, split, frames } of videos) {
      const images = numberedImages(listing, frames);
      for await (const { text, line, content, row } of readTextLines(listing, file)) {
        const fail = (problem: string) => damaged(listing, file, line, problem);
        if (line === 1) {
          const names = text.split(',').map((name) => name.trim().toLowerCase());
          if (!HEADERS.includes(names.join(' '))) {
            throw fail(`expected the class names ${CODES.map(({ name }) => name).join(', ')}`);
          }
          continue;
        }
        if (text.trim() === '') continue;
        const id = String(wholeNumber(text, fail));
        const givenLabel = id === UNLABELLED ? null : nameOfId(CODES, id, fail);
        const image = images.get(line - 1);
        if (image === undefined) {
          if (givenLabel !== null) problems.add('no-crop', `${file} line ${line}`);
          continue;
        }
        yield {
          image,
          path: image,
          problem: null,
          region: null,
          split,
          givenLabel,
          metadata: { video: /[^/]*$/.exec(frames)?.[0] ?? '' },
          place: { kind: 'text', file, label: content, row },
        };
      }
    }
  },
  sentences: {
    'no-crop': (count, one) =>
      `${count} labelled ${one ? 'frame has' : 'frames have'} no cropped image and ${one ? 'is' : 'are'} ignored`,
  },

  // A line that went would shift every later frame.
  writer: { text: (label) => idOfName(CODES, label), leftOut: UNLABELLED },
});

/** The images of a folder whose name is a number, by that number. */
function numberedImages(listing: FolderListing, folder: string): Map<number, string> {
  const images = new Map<number, string>();
  for (const name of listing.folders.get(folder)?.files ?? []) {
    const path = joinRelative(folder, name);
    if (/^\d+\.(jpe?g|png)$/i.test(name) && !listing.leavingLinks.has(path)) {
      images.set(Number.parseInt(name, 10), path);
    }
  }
  return images;
}
