import path from 'node:path';
import { guessedEncodings } from '../readers/guessedEncodings.ts';
import { listedWords } from '../readers/listedWords.ts';
import { candidateTables, folderOf, splitOfTable, TABLE_SEPARATOR } from '../readers/tablePlan.ts';
import { guessEncoding, readStart, type TextEncoding } from '../readers/textEncoding.ts';
import { readTextLines, type TextLine } from '../readers/textLines.ts';
import { UniqueKeys } from '../readers/uniqueKeys.ts';
import { defineLayout } from '../recognition/defineLayout.ts';
import { looksLikeImagePath } from '../recognition/fileKinds.ts';
import type { FolderListing } from '../recognition/folderListing.ts';
import { labelOfText } from '../recognition/labelText.ts';
import { SamplePaths } from '../recognition/samplePaths.ts';

const LIST_NAME = /\.(txt|lst|list)$/i;
/** A path, which may hold spaces, and after the last space the label. Spaces may align the labels. */
const LINE = /^(.*\S)(\s+)(\S+)\s*$/;
const LINES_TRIED = 200;
const MOST_CLASSES = 200;

/**
 * `train_set/images/a b.jpg 6`: a list without a header, with the label after the last space of each line.
 */
export const imageList = defineLayout<ImageList[]>({
  id: 'image-list',
  title: 'List of images and labels',
  mark: 'a text file of lines such as `folder/a face.jpg 6`: a path, which may have spaces, and a label',
  classes: null,
  writes: 'label-files',

  async find(listing, options) {
    const files = (
      options.table === undefined ? candidateTables(listing) : options.table.split(TABLE_SEPARATOR)
    ).filter((file) => LIST_NAME.test(file));
    const lists: ImageList[] = [];
    for (const file of files) {
      const list = await listOf(listing, file).catch(() => null); // not even text
      if (list !== null) lists.push(list);
    }
    const splits = lists.filter(({ file }) => splitOfTable(file) !== null);
    const chosen = splits.length > 0 ? splits : lists.slice(0, 1);
    if (chosen.length === 0) return null;
    const named = chosen.map(({ file }) => file);
    return {
      plan: chosen,
      reason: `${named.join(', ')} ${chosen.length === 1 ? 'lists' : 'list'} an image and a label per line.`,
      options: { table: named.join(TABLE_SEPARATOR) },
    };
  },

  async *rows(listing, lists) {
    const keys = new UniqueKeys(listing);
    for (const { file, encoding } of lists) {
      const paths = new SamplePaths(listing, folderOf(file));
      for await (const line of readTextLines(listing, file, encoding)) {
        const entry = entryOf(line.text);
        if (entry === null) continue;
        const { value, label } = entry;
        const resolved = paths.resolve(value);
        yield {
          image: keys.take(resolved.path === '' ? value : resolved.path),
          ...resolved,
          region: null,
          split: lists.length > 1 ? splitOfTable(file) : null,
          givenLabel: label,
          metadata: null,
          place: { kind: 'text', file, label: labelSpan(line, label), row: line.row },
        };
      }
    }
  },

  confidence: ({ images, found }) => (found === 0 ? 0.4 : found < images / 2 ? 0.55 : 0.96),
  problems: (lists) => guessedEncodings(lists),
  writer: { text: (label) => (/\s/.test(label) || label === '' ? null : label) },
});

interface ImageList {
  /** Relative to the dataset's folder. */
  file: string;
  encoding: TextEncoding;
}

/** Null of a line that is a comment, or of one word. */
function entryOf(text: string): { value: string; label: string } | null {
  const [, value = '', , label = ''] = LINE.exec(text) ?? [];
  if (value === '' || /^#[#\s]/.test(text)) return null;
  return text.startsWith('#') && !looksLikeImagePath(value) ? null : { value, label };
}

/** A file whose lines end in few different labels, and begin with images that are there. */
async function listOf(listing: FolderListing, file: string): Promise<ImageList | null> {
  const { bytes } = await readStart(path.join(listing.root, file), listing.place);
  const list = { file, encoding: guessEncoding(bytes, listedWords(listing)) };
  const paths = new SamplePaths(listing, folderOf(file));
  const labels = new Set<string | null>();
  let lines = 0;
  let found = 0;
  for await (const { text } of readTextLines(listing, file, list.encoding)) {
    if (text.trim() === '' || text.startsWith('#')) continue;
    const entry = entryOf(text);
    if (entry === null || looksLikeImagePath(entry.label)) return null;
    labels.add(labelOfText(entry.label));
    if (paths.resolve(entry.value).problem === null) found += 1;
    if (++lines === LINES_TRIED) break;
  }
  return lines > 0 && found * 2 >= lines && labels.size <= MOST_CLASSES ? list : null;
}

function labelSpan({ text, content }: TextLine, label: string) {
  const end = content.start + Buffer.byteLength(text.trimEnd());
  return { start: end - Buffer.byteLength(label), end };
}
