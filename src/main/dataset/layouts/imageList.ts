import { defineLayout } from '../defineLayout.ts';
import { looksLikeImagePath } from '../fileKinds.ts';
import type { FolderListing } from '../folderListing.ts';
import { labelOfText } from '../labelText.ts';
import { SamplePaths } from '../samplePaths.ts';
import { candidateTables, folderOf, splitOfTable, TABLE_SEPARATOR } from '../tablePlan.ts';
import { readTextLines, type TextLine } from '../textLines.ts';
import { UniqueKeys } from '../uniqueKeys.ts';

const LIST_NAME = /\.(txt|lst|list)$/i;
/** A path, which may hold spaces, and after the last space the label. */
const LINE = /^(.*\S)(\s+)(\S+)\s*$/;
const LINES_TRIED = 200;
const MOST_CLASSES = 200;

/** `train_set/images/a b.jpg 6`: a list without a header, whose labels stand after the last space of each line. */
export const imageList = defineLayout<string[]>({
  id: 'image-list',
  title: 'List of images and labels',
  mark: 'a text file of lines such as `folder/a face.jpg 6`: a path that may hold spaces, and a label',
  classes: null,
  writes: 'label-files',

  async find(listing, options) {
    const files = (
      options.table === undefined ? candidateTables(listing) : options.table.split(TABLE_SEPARATOR)
    ).filter((file) => LIST_NAME.test(file));
    const lists: string[] = [];
    for (const file of files) if (await isList(listing, file).catch(() => false)) lists.push(file); // not even text
    const splits = lists.filter((file) => splitOfTable(file) !== null);
    const chosen = splits.length > 0 ? splits : lists.slice(0, 1);
    if (chosen.length === 0) return null;
    return {
      plan: chosen,
      reason: `${chosen.join(', ')} ${chosen.length === 1 ? 'lists' : 'list'} an image and a label in each line.`,
      options: { table: chosen.join(TABLE_SEPARATOR) },
    };
  },

  async *rows(listing, files) {
    const keys = new UniqueKeys(listing);
    for (const file of files) {
      const paths = new SamplePaths(listing, folderOf(file));
      for await (const line of readTextLines(listing, file)) {
        const match = LINE.exec(line.text);
        if (match === null) continue;
        const [, value = '', , label = ''] = match;
        const resolved = paths.resolve(value);
        yield {
          image: keys.take(resolved.path === '' ? value : resolved.path),
          ...resolved,
          region: null,
          split: files.length > 1 ? splitOfTable(file) : null,
          givenLabel: label,
          metadata: null,
          place: { kind: 'text', file, label: labelSpan(line, label), row: line.row },
        };
      }
    }
  },

  confidence: ({ images, found }) => (found === 0 ? 0.4 : found < images / 2 ? 0.55 : 0.96),
  writer: { text: (label) => (/\s/.test(label) || label === '' ? null : label) },
});

/** Lines end in few different labels, and begin with images that are there. */
async function isList(listing: FolderListing, file: string): Promise<boolean> {
  const paths = new SamplePaths(listing, folderOf(file));
  const labels = new Set<string | null>();
  let lines = 0;
  let found = 0;
  for await (const { text } of readTextLines(listing, file)) {
    if (text.trim() === '') continue;
    const match = LINE.exec(text);
    if (match === null || looksLikeImagePath(match[3] ?? '')) return false;
    labels.add(labelOfText(match[3] ?? ''));
    if (paths.resolve(match[1] ?? '').problem === null) found += 1;
    if (++lines === LINES_TRIED) break;
  }
  return lines > 0 && found * 2 >= lines && labels.size <= MOST_CLASSES;
}

function labelSpan({ text, content }: TextLine, label: string) {
  const end = content.start + Buffer.byteLength(text.trimEnd());
  return { start: end - Buffer.byteLength(label), end };
}
