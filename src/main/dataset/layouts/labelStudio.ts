import type { Node } from 'jsonc-parser';
import type { ImageRegion } from '../../../shared/imageSource.ts';
import { defineLayout } from '../defineLayout.ts';
import { filesLooking } from '../findJson.ts';
import {
  JsonFile,
  type JsonItem,
  memberOf,
  numberOf,
  placeInItem,
  placeInPart,
  textOf,
} from '../jsonItems.ts';
import type { LabelPlace, SampleRecord } from '../layout.ts';
import { MISSING, type ResolvedPath, SamplePaths } from '../samplePaths.ts';
import { folderOf } from '../tablePlan.ts';
import { UniqueKeys } from '../uniqueKeys.ts';

/** Kinds of result that label a face: the picture as a whole, or a rectangle in it. */
const KINDS = ['choices', 'rectanglelabels'];

/** https://labelstud.io/guide/export: the full JSON, a list of tasks with their annotations. */
export const labelStudio = defineLayout<string[]>({
  id: 'label-studio',
  title: 'Label Studio JSON',
  mark: 'a JSON list of tasks with `data` and `annotations`; choices, or rectangles that are cropped to',
  classes: null,
  writes: 'label-files',

  async find(listing) {
    const files = await filesLooking(
      listing,
      'json',
      (text) => /^\s*\[\s*\{/.test(text) && text.includes('"annotations"') && text.includes('"data"'),
    );
    if (files.length === 0) return null;
    return {
      plan: files,
      reason: `${files.join(', ')} ${files.length === 1 ? 'is a list' : 'are lists'} of Label Studio's tasks.`,
    };
  },

  async *rows(listing, files) {
    const keys = new UniqueKeys(listing);
    for (const file of files) {
      const json = new JsonFile(listing, file);
      const paths = new SamplePaths(listing, folderOf(file));
      for await (const task of json.items('')) yield* taskRows(json, file, task, paths, keys);
    }
  },

  writer: { text: (label) => JSON.stringify(label) },
});

function* taskRows(
  json: JsonFile,
  file: string,
  task: JsonItem,
  paths: SamplePaths,
  keys: UniqueKeys,
): Generator<SampleRecord> {
  const data = memberOf(task.node, 'data');
  const value = textOf(memberOf(data, 'image')) ?? imageValue(data);
  if (value === undefined) throw json.fail('a task has no image in "data"', task);
  const { path, problem, matched } = resolveUrl(value, paths);
  const shared = { path, problem, matched, split: null, metadata: furtherData(data, value) };
  const key = () => keys.take(path === '' ? value : path);
  const results = labelResults(task.node);
  for (const { result, previous, next } of results) {
    const [kind = ''] = KINDS.filter((name) => memberOf(memberOf(result, 'value'), name) !== undefined);
    const label = memberOf(memberOf(result, 'value'), kind)?.children?.[0];
    if (typeof label?.value !== 'string') throw json.fail('a result has no label', task);
    // A choice is the task's own label; a rectangle is one of several.
    const place =
      kind === 'choices'
        ? placeInItem(task, label)
        : placeInPart(task, { part: result, previous, next }, label);
    yield {
      ...shared,
      image: key(),
      region: kind === 'choices' ? null : boxOf(json, task, result),
      givenLabel: label.value,
      place: { kind: 'text', file, ...place },
    };
  }
  if (results.length === 0) {
    const place: LabelPlace = { kind: 'none' };
    yield { ...shared, image: key(), region: null, givenLabel: null, place };
  }
}

/** The labelling results of a task's first annotation that was not cancelled. */
function labelResults(task: Node): { result: Node; previous: Node | undefined; next: Node | undefined }[] {
  const annotations = memberOf(task, 'annotations')?.children ?? [];
  const annotation = annotations.find((each) => memberOf(each, 'was_cancelled')?.value !== true);
  const results = memberOf(annotation, 'result')?.children ?? [];
  const labels = results.flatMap((result, index) =>
    KINDS.some((kind) => memberOf(memberOf(result, 'value'), kind) !== undefined)
      ? [{ result, previous: results[index - 1], next: results[index + 1] }]
      : [],
  );
  const choice = labels.find(({ result }) => memberOf(memberOf(result, 'value'), 'choices') !== undefined);
  return choice === undefined ? labels : [choice];
}

/** Percent of the picture's size. */
function boxOf(json: JsonFile, task: JsonItem, result: Node): ImageRegion {
  const value = memberOf(result, 'value');
  const [left, top, width, height] = ['x', 'y', 'width', 'height'].map((side) =>
    numberOf(memberOf(value, side)),
  );
  if (
    left === undefined ||
    top === undefined ||
    !(width !== undefined && width > 0) ||
    !(height !== undefined && height > 0)
  ) {
    throw json.fail('a rectangle has no x, y, width and height', task);
  }
  return {
    kind: 'box',
    unit: 'fraction',
    left: left / 100,
    top: top / 100,
    width: width / 100,
    height: height / 100,
  };
}

function imageValue(data: Node | undefined): string | undefined {
  for (const property of data?.children ?? []) {
    const value = textOf(property.children?.[1]);
    if (value !== undefined && /\.(jpe?g|png|webp|bmp|tiff?|gif|avif)(\?|$)/i.test(value)) return value;
  }
  return undefined;
}

function furtherData(data: Node | undefined, image: string): Record<string, string> | null {
  const entries = (data?.children ?? []).flatMap((property) => {
    const [name, value] = property.children ?? [];
    const text = value?.type === 'string' || value?.type === 'number' ? String(value.value) : image;
    return text === image || text === '' ? [] : [[String(name?.value), text]];
  });
  return entries.length === 0 ? null : Object.fromEntries(entries);
}

/** Local files (`/data/local-files/?d=`), uploads (`/data/upload/3/1f2e3d4c-a.jpg`) and paths. */
function resolveUrl(value: string, paths: SamplePaths): ResolvedPath {
  const withoutScheme = value.replace(/^[a-z0-9]+:\/\/[^/]*\//i, '').replace(/^.*[?&]d=/, '');
  const decoded = safeDecode(withoutScheme);
  const name = decoded.slice(decoded.lastIndexOf('/') + 1);
  const spellings = [
    withoutScheme,
    decoded,
    decoded.replace(/^\/data\/upload\/\d+\//, ''),
    name,
    name.replace(/^[0-9a-f]{8}-/, ''),
  ];
  const found = spellings.map((spelling) => paths.resolve(spelling)).find(({ problem }) => problem === null);
  return found ?? { path: '', problem: MISSING };
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
