import type { ImageRegion } from '../../../domain/imageSource.ts';
import { readLabelFile } from '../readers/labelFile.ts';
import { fieldsOf, readTextLines, type TextLine } from '../readers/textLines.ts';
import { UniqueKeys } from '../readers/uniqueKeys.ts';
import { damaged } from '../recognition/damaged.ts';
import { defineLayout } from '../recognition/defineLayout.ts';
import { findFiles, folderAbove, locate } from '../recognition/findFiles.ts';
import { type FolderListing, joinRelative, placeOf } from '../recognition/folderListing.ts';
import { codesOf, idOfName, nameOfId } from '../recognition/labelCodes.ts';
import type { SampleRecord } from '../recognition/layout.ts';

const CODES = codesOf('raf-db');

/** Commas divide the fields of a list that was saved as a table. */
const CSV_FIELD = /[^ \t,;"]+/g;

interface RafDbPlan {
  listFile: string;
  /** Folder of the dataset, relative to the opened one. */
  base: string;
  /** Folder of the images that are used. */
  images: string;
  isAligned: boolean;
}

/** The list's spelling is the dataset's own; copies correct it, or save it as a table. */
const LIST = /(^|\/)list_par?tition_labels?\.(txt|lst|csv)$/i;

export const rafDb = defineLayout<RafDbPlan>({
  id: 'raf-db',
  title: 'RAF-DB',
  mark: '`EmoLabel/list_patition_label.txt`; images in `Image/aligned` or `Image/original`',
  classes: CODES,
  writes: 'label-files',

  find(listing) {
    const [listFile] = findFiles(listing, LIST);
    if (listFile === undefined) return null;
    const base = folderAbove(listFile, /(^|\/)EmoLabel\/[^/]*$/i.test(listFile) ? 2 : 1);
    const folders = ['Image/aligned', 'Image/original', 'aligned', 'original', 'Image'];
    const images =
      folders
        .map((name) => joinRelative(base, name))
        .find((folder) => listing.folders.get(folder)?.files.length) ?? joinRelative(base, 'Image/aligned');
    const isAligned = images.endsWith('aligned');
    return {
      plan: { listFile, base, images, isAligned },
      reason: `The list ${listFile} and the ${isAligned ? 'aligned' : 'original'} images in ${images} are RAF-DB's.`,
      belongs: (file) => file.startsWith(`${images}/`),
    };
  },

  async *rows(listing, plan) {
    const keys = new UniqueKeys(listing);
    for await (const line of readTextLines(listing, plan.listFile)) {
      if (line.text.trim() !== '') yield await toSample(listing, plan, line, keys);
    }
  },

  writer: { text: (label) => idOfName(CODES, label) },
});

async function toSample(
  listing: FolderListing,
  plan: RafDbPlan,
  line: TextLine,
  keys: UniqueKeys,
): Promise<SampleRecord> {
  const fail = (problem: string) => damaged(listing, plan.listFile, line.line, problem);
  const [name, label, third, ...more] = fieldsOf(line, /\.csv$/i.test(plan.listFile) ? CSV_FIELD : undefined);
  if (name === undefined || label === undefined || more.length > 0) {
    throw fail('expected an image name and a label from 1 to 7');
  }
  const stem = name.text.replace(/\.[^.]+$/, '').replace(/_aligned$/, '');
  const names = [`${stem}_aligned.jpg`, `${stem}_aligned.png`, name.text, `${stem}.jpg`, `${stem}.png`];
  const wanted = plan.isAligned ? names : names.slice(2);
  const { path: file, problem } = locate(
    listing,
    wanted.map((image) => joinRelative(plan.images, image)),
  );
  return {
    image: keys.take(file === '' ? name.text : file),
    path: file,
    problem,
    region: plan.isAligned ? null : await faceBox(listing, plan, stem),
    split: /^(train|test|val)/i.exec(name.text)?.[0]?.toLowerCase() ?? null,
    givenLabel: nameOfId(CODES, label.text, fail),
    metadata: third === undefined ? null : { 'column 3': third.text },
    place: { kind: 'text', file: plan.listFile, label: label.span, row: line.row },
  };
}

/** The box that RAF-DB gives for an original photograph: left, top, right, bottom. */
async function faceBox(
  listing: FolderListing,
  { base }: RafDbPlan,
  stem: string,
): Promise<ImageRegion | null> {
  const file = joinRelative(base, `Annotation/boundingbox/${stem}_boundingbox.txt`);
  if (placeOf(listing, file) === null) return null;
  const text = (await readLabelFile(listing, file)).toString();
  const numbers = text.trim().split(/\s+/).map(Number);
  const [left = Number.NaN, top = Number.NaN, right = Number.NaN, bottom = Number.NaN] = numbers;
  if (!(right > left && bottom > top)) {
    throw damaged(listing, file, 1, 'expected four numbers: left, top, right and bottom of the face');
  }
  return { kind: 'box', left, top, width: right - left, height: bottom - top };
}
