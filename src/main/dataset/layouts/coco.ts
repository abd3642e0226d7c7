import type { Node } from 'jsonc-parser';
import type { ImageRegion } from '../../../domain/imageSource.ts';
import { type WordRecord, wordRecord } from '../../../domain/wordRecord.ts';
import { filesLooking, hasNames } from '../readers/findJson.ts';
import { JsonFile, type JsonItem, memberOf, numberOf, placeInItem, textOf } from '../readers/jsonItems.ts';
import { folderOf, stemOf } from '../readers/tablePlan.ts';
import { UniqueKeys } from '../readers/uniqueKeys.ts';
import { defineLayout } from '../recognition/defineLayout.ts';
import type { FolderListing } from '../recognition/folderListing.ts';
import type { SampleRecord } from '../recognition/layout.ts';
import { SamplePaths } from '../recognition/samplePaths.ts';
import { isSplitName } from '../recognition/splitNames.ts';

interface CocoPlan {
  files: string[];
  /** Ids of the categories by name, of each file. */
  ids: Map<string, Map<string, number>>;
}

/** Roboflow has a folder for each split; elsewhere the files are called after them. */
function splitOf(file: string, isOneOfSeveral: boolean): string | null {
  const folder = folderOf(file).split('/').at(-1) ?? '';
  if (isSplitName(folder)) return folder;
  return isOneOfSeveral || isSplitName(stemOf(file)) ? stemOf(file) : null;
}

/** Captions, which name no category, are another task of the same images. */
function looksLikeCoco(text: string): boolean {
  if (text.includes('"caption"') && !text.includes('"category_id"')) return false;
  return hasNames(text, ['"images"', '"annotations"', '"categories"']);
}

/** https://cocodataset.org/#format-data: one category for each image, or for each box of one. */
export const coco = defineLayout<CocoPlan>({
  id: 'coco',
  title: 'COCO JSON',
  mark: 'a JSON file with `images`, `annotations` and `categories`; images cropped to their boxes',
  classes: null,
  writes: 'label-files',

  async find(listing) {
    const files = await filesLooking(listing, 'json', looksLikeCoco);
    if (files.length === 0) return null;
    return {
      plan: { files, ids: new Map() },
      reason: `${files.join(', ')} ${files.length === 1 ? 'has' : 'have'} COCO's images, annotations and categories.`,
    };
  },

  async *rows(listing, { files, ids }) {
    const keys = new UniqueKeys(listing);
    for (const file of files) {
      const json = new JsonFile(listing, file);
      const index = await readIndex(json);
      ids.set(file, index.ids);
      yield* annotationRows(listing, file, json, index, keys, splitOf(file, files.length > 1));
    }
  },

  writer: ({ ids }) => ({
    text(label, _, { place }) {
      const id = place.kind === 'text' ? ids.get(place.file)?.get(label) : undefined;
      return id === undefined ? null : String(id);
    },
  }),
});

interface CocoIndex {
  names: Map<number, string>;
  ids: Map<string, number>;
  images: Map<number, { fileName: string; annotated: boolean }>;
}

async function readIndex(json: JsonFile): Promise<CocoIndex> {
  const index: CocoIndex = { names: new Map(), ids: new Map(), images: new Map() };
  for await (const item of json.items('categories', 'images')) {
    const { list, node } = item;
    const id = numberOf(memberOf(node, 'id'));
    const name = textOf(memberOf(node, list === 'categories' ? 'name' : 'file_name'));
    if (id === undefined || name === undefined) {
      throw json.fail(
        `an item of "${list}" has no id or no ${list === 'categories' ? 'name' : 'file_name'}`,
        item,
      );
    }
    if (list === 'images') index.images.set(id, { fileName: name, annotated: false });
    else {
      index.names.set(id, name);
      index.ids.set(name, id);
    }
  }
  return index;
}

async function* annotationRows(
  listing: FolderListing,
  file: string,
  json: JsonFile,
  { names, images }: CocoIndex,
  keys: UniqueKeys,
  split: string | null,
): AsyncGenerator<SampleRecord> {
  const paths = new SamplePaths(listing, folderOf(file));
  const toSample = (fileName: string, rest: Omit<SampleRecord, 'image' | 'path' | 'problem' | 'split'>) => {
    const { path, problem, matched } = paths.resolve(fileName);
    return { image: keys.take(path === '' ? fileName : path), path, problem, matched, split, ...rest };
  };
  for await (const item of json.items('annotations')) {
    const { node } = item;
    const image = images.get(numberOf(memberOf(node, 'image_id')) ?? Number.NaN);
    const category = memberOf(node, 'category_id');
    const givenLabel = names.get(numberOf(category) ?? Number.NaN);
    if (image === undefined) throw json.fail('an annotation names an image_id that is not in "images"', item);
    if (category === undefined || givenLabel === undefined) {
      throw json.fail('an annotation names a category_id that is not in "categories"', item);
    }
    image.annotated = true;
    yield toSample(image.fileName, {
      region: boxOf(json, item),
      givenLabel,
      metadata: attributesOf(node),
      place: {
        kind: 'text',
        file,
        ...placeInItem(item, category),
      },
    });
  }
  for (const { fileName, annotated } of images.values()) {
    if (annotated) continue;
    yield toSample(fileName, { region: null, givenLabel: null, metadata: null, place: { kind: 'none' } });
  }
}

/** Left, top, width and height; without a box the label is that of the image. */
function boxOf(json: JsonFile, item: JsonItem): ImageRegion | null {
  const bbox = memberOf(item.node, 'bbox');
  if (bbox === undefined || bbox.value === null || bbox.children?.length === 0) return null;
  const [left, top, width, height] = (bbox.children ?? []).map(numberOf);
  if (left === undefined || top === undefined || width === undefined || height === undefined) {
    throw json.fail('"bbox" is not four numbers', item);
  }
  return width > 0 && height > 0 ? { kind: 'box', left, top, width, height } : null;
}

/** CVAT and Roboflow add `attributes`. */
function attributesOf(node: Node): WordRecord<string> | null {
  const entries = (memberOf(node, 'attributes')?.children ?? []).flatMap((property) => {
    const [name, value] = property.children ?? [];
    const isPlain = ['string', 'number', 'boolean'].includes(value?.type ?? '');
    return isPlain && typeof name?.value === 'string' ? [[name.value, String(value?.value)]] : [];
  });
  return entries.length === 0 ? null : wordRecord(entries as [string, string][]);
}
