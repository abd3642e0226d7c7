import { SaxesParser } from 'saxes';
import type { ImageRegion } from '../../../shared/imageSource.ts';
import { damaged } from '../damaged.ts';
import { defineLayout } from '../defineLayout.ts';
import { filesLooking } from '../findJson.ts';
import type { FolderListing } from '../folderListing.ts';
import type { ByteSpan, SampleRecord } from '../layout.ts';
import { SamplePaths } from '../samplePaths.ts';
import { folderOf } from '../tablePlan.ts';
import { UniqueKeys } from '../uniqueKeys.ts';
import { ByteOffsets, readWholeText } from '../wholeText.ts';

/** A tag (for the image) or box of CVAT, with where it stands in the text. */
interface CvatMark {
  label: string;
  box: ImageRegion | null;
  attributes: Record<string, string>;
  element: ByteSpan;
  line: number;
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
      const text = await readWholeText(listing, file);
      const paths = new SamplePaths(listing, folderOf(file));
      const bytes = new ByteOffsets(text);
      for (const image of readImages(listing, file, text))
        yield* imageRows(listing, file, text, image, paths, bytes, keys);
    }
  },

  writer: { text: (label) => escapeXml(label) },
});

function* imageRows(
  listing: FolderListing,
  file: string,
  text: string,
  { name, subset, marks }: CvatImage,
  paths: SamplePaths,
  bytes: ByteOffsets,
  keys: UniqueKeys,
): Generator<SampleRecord> {
  const { path, problem } = paths.resolve(name);
  const shared = { path, problem, split: subset };
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
  for (const { label, box, attributes, element, line } of marks) {
    const value = labelSpan(text, element);
    if (value === null) throw damaged(listing, file, line, 'an element has no label');
    const row = { start: bytes.at(lineStart(text, element.start)), end: bytes.at(element.end) };
    yield {
      ...shared,
      image: key(),
      region: box,
      givenLabel: label,
      metadata: Object.keys(attributes).length === 0 ? null : attributes,
      place: { kind: 'text', file, label: { start: bytes.at(value.start), end: bytes.at(value.end) }, row },
    };
  }
}

/** @throws AppError `table-invalid` with the line */
function readImages(listing: FolderListing, file: string, text: string): CvatImage[] {
  const parser = new SaxesParser({ position: true, xmlns: false });
  const images: CvatImage[] = [];
  let mark = null as CvatMark | null;
  let attribute: string | null = null;
  let start = 0;
  parser.on('error', (error) => {
    throw damaged(listing, file, parser.line, `it is no XML (${error.message.replace(/^\d+:\d+: /, '')})`);
  });
  parser.on('opentagstart', ({ name }) => {
    start = text.lastIndexOf(`<${name}`, parser.position);
  });
  parser.on('opentag', ({ name, attributes }) => {
    const line = parser.line;
    if (name === 'image') {
      const imageName = attributes.name;
      if (imageName === undefined) throw damaged(listing, file, line, 'an image has no name');
      images.push({ name: imageName, subset: attributes.subset ?? null, marks: [] });
    } else if (name === 'tag' || name === 'box') {
      const image = images.at(-1);
      const { label } = attributes;
      if (image === undefined || label === undefined)
        throw damaged(listing, file, line, `a ${name} has no label or no image`);
      const box =
        name === 'box' ? boxOf(attributes, (problem) => damaged(listing, file, line, problem)) : null;
      mark = { label, box, attributes: {}, element: { start, end: start }, line };
      image.marks.push(mark);
    } else if (name === 'attribute') attribute = attributes.name ?? null;
  });
  parser.on('text', (content) => {
    if (mark !== null && attribute !== null) mark.attributes[attribute] = content.trim();
  });
  parser.on('closetag', ({ name }) => {
    if (name === 'attribute') attribute = null;
    if (name !== 'tag' && name !== 'box') return;
    if (mark !== null) mark.element.end = parser.position;
    mark = null;
  });
  parser.write(text).close();
  return images;
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
