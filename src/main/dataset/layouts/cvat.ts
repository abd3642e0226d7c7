import { SaxesParser } from 'saxes';
import { emotionOf } from '../../../domain/emotions.ts';
import { escapeMarkup } from '../../../domain/escapeMarkup.ts';
import type { ImageRegion } from '../../../domain/imageSource.ts';
import { type WordRecord, wordRecord } from '../../../domain/wordRecord.ts';
import { filesLooking } from '../readers/findJson.ts';
import { isLabelColumn } from '../readers/tableColumns.ts';
import { folderOf } from '../readers/tablePlan.ts';
import { ownText, readUtf8, TextWindow } from '../readers/textWindow.ts';
import { UniqueKeys } from '../readers/uniqueKeys.ts';
import { damaged } from '../recognition/damaged.ts';
import { defineLayout } from '../recognition/defineLayout.ts';
import type { FolderListing } from '../recognition/folderListing.ts';
import type { ByteSpan, SampleRecord } from '../recognition/layout.ts';
import { SamplePaths } from '../recognition/samplePaths.ts';

/** A tag (for the image) or box of CVAT, with its position in the file. */
interface CvatMark {
  label: string;
  box: ImageRegion | null;
  attributes: WordRecord<string>;
  place: { label: ByteSpan; row: ByteSpan };
  /** Positions of the values of its attributes. */
  values: WordRecord<ByteSpan>;
}

/** Characters that are kept of one image; an element that is never closed would fill the memory. */
const LONGEST_IMAGE = 64 * 2 ** 20;

interface CvatImage {
  name: string;
  subset: string | null;
  marks: CvatMark[];
}

interface CvatPlan {
  files: string[];
  /** The attribute that is the label, if a box's label says no more than "face"; else null. */
  attribute: string | null;
}

/** https://docs.cvat.ai/docs/manual/advanced/xml_format: "CVAT for images 1.1". */
export const cvat = defineLayout<CvatPlan>({
  id: 'cvat',
  title: 'CVAT for images (XML)',
  mark: 'an XML file of `<annotations>` with `<image>`, `<tag>` and `<box>`; the label, or an attribute of emotions',
  classes: null,
  writes: 'label-files',

  async find(listing) {
    const files = await filesLooking(
      listing,
      'xml',
      (text) => /<annotations>/.test(text) && /<image\s/.test(text),
    );
    if (files.length === 0) return null;
    const attribute = await labelAttribute(listing, files);
    const labelled = attribute === null ? '' : `, with the labels in the attribute "${attribute}"`;
    return {
      plan: { files, attribute },
      reason: `${files.join(', ')} ${files.length === 1 ? 'is' : 'are'} CVAT's annotations of images${labelled}.`,
    };
  },

  async *rows(listing, { files, attribute }) {
    const keys = new UniqueKeys(listing);
    for (const file of files) {
      const paths = new SamplePaths(listing, folderOf(file));
      for await (const image of readImages(listing, file)) {
        const marks = image.marks.map((mark) => labelledBy(mark, attribute));
        yield* imageRows(file, { ...image, marks }, paths, keys);
      }
    }
  },

  writer: { text: (label) => escapeMarkup(label) },
});

function* imageRows(
  file: string,
  { name, subset, marks }: Omit<CvatImage, 'marks'> & { marks: LabelledMark[] },
  paths: SamplePaths,
  keys: UniqueKeys,
): Generator<SampleRecord> {
  const { path, problem, matched } = paths.resolve(name);
  const shared = { path, problem, matched, split: subset };
  const key = () => keys.take(path === '' ? name : path);
  if (marks.length === 0) {
    yield {
      ...shared,
      image: key(),
      region: null,
      givenLabel: null,
      metadata: null,
      place: { kind: 'none' },
    };
  }
  for (const { label, box, attributes, place } of marks) {
    yield {
      ...shared,
      image: key(),
      region: box,
      givenLabel: label,
      metadata: Object.keys(attributes).length === 0 ? null : attributes,
      place: place === null ? { kind: 'none' } : { kind: 'text', file, ...place },
    };
  }
}

/**
 * The images while the file is read, with only a piece of it in memory. @throws AppError `table-invalid` with
 * the line
 */
async function* readImages(listing: FolderListing, file: string): AsyncGenerator<CvatImage> {
  const parser = new SaxesParser({ position: true, xmlns: false });
  const window = new TextWindow();
  let done: CvatImage[] = [];
  let image: CvatImage | null = null;
  let mark: Omit<CvatMark, 'place' | 'values'> | null = null;
  let attribute: string | null = null;
  const longest = (text: string) => {
    if (text.length > LONGEST_IMAGE)
      throw fail('an image has over 64 MiB of annotations, or is never closed');
  };
  let start = 0;
  let markStart = 0;
  const fail = (problem: string) => damaged(listing, file, parser.line, problem);
  parser.on('error', ({ message }) => {
    throw fail(`it is not XML (${message.replace(/^\d+:\d+: /, '')})`);
  });
  parser.on('opentagstart', ({ name }) => {
    start = window.lastIndexOf(`<${name}`, parser.position);
  });
  parser.on('opentag', ({ name, attributes }) => {
    if (name === 'image') {
      if (attributes.name === undefined) throw fail('an image has no name');
      image = { name: ownText(attributes.name), subset: attributes.subset ?? null, marks: [] };
    } else if (name === 'tag' || name === 'box') {
      const { label } = attributes;
      if (image === null || label === undefined) throw fail(`a ${name} has no label or no image`);
      mark = { label, box: name === 'box' ? boxOf(attributes, fail) : null, attributes: wordRecord() };
      markStart = start;
    } else if (name === 'attribute') attribute = attributes.name ?? null;
  });
  parser.on('text', (content) => {
    if (mark !== null && attribute !== null) mark.attributes[attribute] = content.trim();
  });
  parser.on('closetag', ({ name }) => {
    if (name === 'attribute') attribute = null;
    else if ((name === 'tag' || name === 'box') && image !== null && mark !== null) {
      const place = placeOf(window, markStart, parser.position);
      if (place === null) throw fail('an element has no label');
      const values = valueSpans(window, markStart, parser.position);
      image.marks.push({ ...mark, place, values });
      mark = null;
    } else if (name === 'image' && image !== null) {
      done.push(image);
      image = null;
      window.forget(parser.position);
    }
  });
  for await (const text of readUtf8(listing, file, () => parser.line)) {
    window.add(text);
    longest(window.text);
    parser.write(text);
    yield* done;
    done = [];
  }
  parser.close();
}

/** Positions of an element and of its label's value in the file, counted in characters. */
function placeOf(window: TextWindow, start: number, end: number): CvatMark['place'] | null {
  const label = labelSpan(window.text, { start: start - window.start, end: end - window.start });
  if (label === null) return null;
  const row = { start: lineStart(window.text, start - window.start), end: end - window.start };
  return { label: window.bytesOf(label), row: window.bytesOf(row) };
}

/** A mark with the label that it goes by; no place where the label cannot be written back. */
type LabelledMark = Omit<CvatMark, 'label' | 'place'> & {
  label: string | null;
  place: CvatMark['place'] | null;
};

function labelledBy(mark: CvatMark, attribute: string | null): LabelledMark {
  if (attribute === null) return mark;
  const { [attribute]: value = '', ...others } = mark.attributes;
  const span = mark.values[attribute];
  return {
    ...mark,
    label: value === '' ? null : value,
    attributes: wordRecord([['label', mark.label], ...Object.entries(others)]),
    place: span === undefined ? null : { label: span, row: mark.place.row },
  };
}

/** The attribute that holds the labels, by the first images. */
async function labelAttribute(listing: FolderListing, files: readonly string[]): Promise<string | null> {
  const labels = new Set<string>();
  const values = new Map<string, Set<string>>();
  let looked = 0;
  for (const file of files) {
    for await (const { marks } of readImages(listing, file)) {
      for (const { label, attributes } of marks) {
        labels.add(label);
        for (const [name, value] of Object.entries(attributes))
          values.set(name, (values.get(name) ?? new Set()).add(value));
      }
      if (++looked === IMAGES_LOOKED) break;
    }
    if (looked === IMAGES_LOOKED) break;
  }
  if ([...labels].some((label) => emotionOf(label) !== null)) return null;
  const emotions = (name: string) => {
    const all = [...(values.get(name) ?? [])].filter((value) => value !== '');
    return all.filter((value) => emotionOf(value) !== null).length / Math.max(1, all.length);
  };
  const [best] = [...values.keys()].sort((a, b) => emotions(b) - emotions(a));
  if (best !== undefined && emotions(best) >= 0.5) return best;
  return labels.size === 1 ? ([...values.keys()].find(isLabelColumn) ?? null) : null;
}

const IMAGES_LOOKED = 2000;

/** Positions of the values of an element's attributes in the file. */
function valueSpans(window: TextWindow, from: number, to: number): WordRecord<ByteSpan> {
  const text = window.text.slice(from - window.start, to - window.start);
  const spans: [string, ByteSpan][] = [];
  for (const match of text.matchAll(/<attribute\b[^>]*\bname\s*=\s*(?:"([^"]*)"|'([^']*)')[^>]*>([^<]*)</g)) {
    if (match[0].endsWith('/><')) continue;
    const value = match[3] ?? '';
    const end = from - window.start + match.index + match[0].length - 1;
    spans.push([match[1] ?? match[2] ?? '', window.bytesOf({ start: end - value.length, end })]);
  }
  return wordRecord(spans);
}

function boxOf(attributes: WordRecord<string>, fail: (problem: string) => Error): ImageRegion {
  const [left, top, right, bottom] = ['xtl', 'ytl', 'xbr', 'ybr'].map((side) => Number(attributes[side]));
  const [x = Number.NaN, y = Number.NaN] = [left, top];
  const [width, height] = [(right ?? 0) - x, (bottom ?? 0) - y];
  if (!(width > 0 && height > 0)) throw fail('a box has no xtl, ytl, xbr and ybr');
  return { kind: 'box', left: x, top: y, width, height };
}

/** The value of the label attribute of an element, without its quotes. */
function labelSpan(text: string, { start, end }: ByteSpan): ByteSpan | null {
  const match = /\slabel\s*=\s*(?:"([^"]*)"|'([^']*)')/.exec(text.slice(start, end));
  if (match === null) return null;
  const length = (match[1] ?? match[2] ?? '').length;
  const valueEnd = start + match.index + match[0].length - 1;
  return { start: valueEnd - length, end: valueEnd };
}

/** From the white space before an element, so that no empty line stays when it goes. */
function lineStart(text: string, start: number): number {
  let at = start;
  while (at > 0 && ' \t'.includes(text[at - 1] as string)) at -= 1;
  if (text[at - 1] === '\n') at -= 1;
  return text[at - 1] === '\r' ? at - 1 : at;
}
