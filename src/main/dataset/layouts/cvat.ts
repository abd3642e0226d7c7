import { SaxesParser } from 'saxes';
import type { ImageRegion } from '../../../shared/imageSource.ts';
import { damaged } from '../damaged.ts';
import { defineLayout } from '../defineLayout.ts';
import { filesLooking } from '../findJson.ts';
import type { FolderListing } from '../folderListing.ts';
import type { ByteSpan, SampleRecord } from '../layout.ts';
import { SamplePaths } from '../samplePaths.ts';
import { folderOf } from '../tablePlan.ts';
import { ownText, readUtf8, TextWindow } from '../textWindow.ts';
import { UniqueKeys } from '../uniqueKeys.ts';

/** A tag (for the image) or box of CVAT, with where it stands in the file. */
interface CvatMark {
  label: string;
  box: ImageRegion | null;
  attributes: Record<string, string>;
  place: { label: ByteSpan; row: ByteSpan };
}

interface CvatImage {
  name: string;
  subset: string | null;
  marks: CvatMark[];
}

/** https://docs.cvat.ai/docs/manual/advanced/xml_format: "CVAT for images 1.1". */
export const cvat = defineLayout<string[]>({
  id: 'cvat',
  title: 'CVAT for images (XML)',
  mark: 'an XML file of `<annotations>` with `<image>`, `<tag>` and `<box>`; images cropped to their boxes',
  classes: null,
  writes: 'label-files',

  async find(listing) {
    const files = await filesLooking(
      listing,
      'xml',
      (text) => /<annotations>/.test(text) && /<image\s/.test(text),
    );
    if (files.length === 0) return null;
    return {
      plan: files,
      reason: `${files.join(', ')} ${files.length === 1 ? 'is' : 'are'} CVAT's annotations of images.`,
    };
  },

  async *rows(listing, files) {
    const keys = new UniqueKeys(listing);
    for (const file of files) {
      const paths = new SamplePaths(listing, folderOf(file));
      for await (const image of readImages(listing, file)) yield* imageRows(file, image, paths, keys);
    }
  },

  writer: { text: (label) => escapeXml(label) },
});

function* imageRows(
  file: string,
  { name, subset, marks }: CvatImage,
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
      place: { kind: 'text', file, ...place },
    };
  }
}

/** The images as the file is read, with no more than a piece of it in memory. @throws AppError `table-invalid` with the line */
async function* readImages(listing: FolderListing, file: string): AsyncGenerator<CvatImage> {
  const parser = new SaxesParser({ position: true, xmlns: false });
  const window = new TextWindow();
  let done: CvatImage[] = [];
  let image: CvatImage | null = null;
  let mark: Omit<CvatMark, 'place'> | null = null;
  let attribute: string | null = null;
  let start = 0;
  let markStart = 0;
  const fail = (problem: string) => damaged(listing, file, parser.line, problem);
  parser.on('error', ({ message }) => {
    throw fail(`it is no XML (${message.replace(/^\d+:\d+: /, '')})`);
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
      mark = { label, box: name === 'box' ? boxOf(attributes, fail) : null, attributes: {} };
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
      image.marks.push({ ...mark, place });
      mark = null;
    } else if (name === 'image' && image !== null) {
      done.push(image);
      image = null;
      window.forget(parser.position);
    }
  });
  for await (const text of readUtf8(listing, file, () => parser.line)) {
    window.add(text);
    parser.write(text);
    yield* done;
    done = [];
  }
  parser.close();
}

/** Where an element and the value of its label stand in the file; characters count from the file's first. */
function placeOf(window: TextWindow, start: number, end: number): CvatMark['place'] | null {
  const label = labelSpan(window.text, { start: start - window.start, end: end - window.start });
  if (label === null) return null;
  const row = { start: lineStart(window.text, start - window.start), end: end - window.start };
  return { label: window.bytesOf(label), row: window.bytesOf(row) };
}

function boxOf(attributes: Record<string, string>, fail: (problem: string) => Error): ImageRegion {
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

function escapeXml(text: string): string {
  const escapes: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&apos;',
  };
  return text.replace(/[&<>"']/g, (character) => escapes[character] as string);
}
