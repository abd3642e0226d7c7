import path from 'node:path';
import { readStart } from '../readers/textEncoding.ts';
import { fieldsOf, readTextLines } from '../readers/textLines.ts';
import { UniqueKeys } from '../readers/uniqueKeys.ts';
import { damaged, wholeNumber } from '../recognition/damaged.ts';
import { defineLayout } from '../recognition/defineLayout.ts';
import { findFiles, findFolders, locate } from '../recognition/findFiles.ts';
import { type FolderListing, joinRelative } from '../recognition/folderListing.ts';
import { FER2013_CODES, idOfName, nameOfId } from '../recognition/labelCodes.ts';

/** Names that copies give the list, and others give to anything. */
const OTHER_LISTS = /(^|\/)(expw[_-]?)?labels?\.(lst|txt|csv)$/i;
/** Commas divide the fields of a list that was saved as a table. */
const CSV_FIELD = /[^ \t,;"]+/g;
/** An image, the face's id, its box, how sure it is, and a label from 0 to 6. */
const FACE = /^\S+\.\w+[\s,;]+\d+([\s,;]+-?\d+){4}[\s,;]+-?[\d.]+[\s,;]+[0-6]\s*$/;

/** The first file whose first line is a face as ExpW lists it. */
async function listOfFaces(listing: FolderListing, files: string[]): Promise<string | undefined> {
  for (const file of files) {
    const start = await readStart(path.join(listing.root, file), listing.place).catch(() => null);
    const [first = ''] = start?.bytes.toString('latin1').split(/\r?\n/, 1) ?? [];
    if (FACE.test(first)) return file;
  }
  return undefined;
}

interface ExpWPlan {
  listFile: string;
  /** Folders that may hold the images. */
  images: string[];
}

export const expW = defineLayout<ExpWPlan>({
  id: 'expw',
  title: 'ExpW',
  mark: '`label/label.lst` with eight fields a line; images in `image/origin`, cropped to the face box',
  classes: FER2013_CODES,
  writes: 'label-files',

  async find(listing) {
    const [own] = findFiles(listing, /(^|\/)label\.lst$/i);
    const listFile = own ?? (await listOfFaces(listing, findFiles(listing, OTHER_LISTS)));
    if (listFile === undefined) return null;
    const images = findFolders(listing, /(^|\/)origin$/i);
    return {
      plan: { listFile, images: images.length > 0 ? images : ['image/origin'] },
      reason: `The list ${listFile} names photographs and the boxes of the faces in them, as ExpW does.`,
    };
  },

  async *rows(listing, { listFile, images }) {
    const keys = new UniqueKeys(listing);
    for await (const line of readTextLines(listing, listFile)) {
      if (line.text.trim() === '') continue;
      const fail = (problem: string) => damaged(listing, listFile, line.line, problem);
      const fields = fieldsOf(line, /\.csv$/i.test(listFile) ? CSV_FIELD : undefined);
      const [name, faceId, top, left, right, bottom, confidence, label, ...more] = fields;
      if (name === undefined || label === undefined || more.length > 0) {
        throw fail('expected image, face id, top, left, right, bottom, confidence and label');
      }
      const side = (field = name) => wholeNumber(field.text, fail);
      const [x, y] = [side(left), side(top)];
      const [width, height] = [side(right) - x, side(bottom) - y];
      if (width <= 0 || height <= 0) throw fail('the face box has no area');
      const { path, problem } = locate(
        listing,
        images.map((folder) => joinRelative(folder, name.text)),
      );
      yield {
        image: keys.take(path === '' ? name.text : path),
        path,
        problem,
        region: { kind: 'box', left: x, top: y, width, height },
        split: null,
        givenLabel: nameOfId(FER2013_CODES, label.text, fail),
        metadata: { face_id: faceId?.text ?? '', face_confidence: confidence?.text ?? '' },
        place: { kind: 'text', file: listFile, label: label.span, row: line.row },
      };
    }
  },

  writer: { text: (label) => idOfName(FER2013_CODES, label) },
});
