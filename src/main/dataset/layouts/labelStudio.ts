import type { Node } from 'jsonc-parser';
import type { ImageRegion } from '../../../domain/imageSource.ts';
import { type WordRecord, wordRecord } from '../../../domain/wordRecord.ts';
import { filesLooking } from '../readers/findJson.ts';
import {
  JsonFile,
  type JsonItem,
  memberOf,
  numberOf,
  placeInItem,
  placeInPart,
  spanOf,
  textOf,
} from '../readers/jsonItems.ts';
import { folderOf } from '../readers/tablePlan.ts';
import { UniqueKeys } from '../readers/uniqueKeys.ts';
import { defineLayout } from '../recognition/defineLayout.ts';
import type { LabelPlace, SampleRecord } from '../recognition/layout.ts';
import type { ProblemTally } from '../recognition/problemTally.ts';
import { MISSING, type ResolvedPath, SamplePaths } from '../recognition/samplePaths.ts';
import { labelsOfTask, type TaskLabel } from './labelStudioLabels.ts';

/** https://labelstud.io/guide/export: the full JSON, a list of tasks with their annotations. */
export const labelStudio = defineLayout<string[]>({
  id: 'label-studio',
  title: 'Label Studio JSON',
  mark: 'a JSON list of tasks with `data` and `annotations`; choices for the picture or for regions, or rectangles',
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

  async *rows(listing, files, problems) {
    const keys = new UniqueKeys(listing);
    for (const file of files) {
      const json = new JsonFile(listing, file);
      const paths = new SamplePaths(listing, folderOf(file));
      for await (const task of json.items('')) yield* taskRows(json, file, task, { paths, keys, problems });
    }
  },

  sentences: {
    disagree: (count, one) =>
      `${count} ${one ? 'label is' : 'labels are'} disputed by annotators: the majority label is used, the others are kept as votes`,
    tie: (count, one) =>
      `${count} ${one ? 'label is' : 'labels are'} tied between annotators: the first annotator's label is used, the others are kept as votes`,
  },

  writer: { text: (label) => JSON.stringify(label) },
});

function* taskRows(
  json: JsonFile,
  file: string,
  task: JsonItem,
  { paths, keys, problems }: { paths: SamplePaths; keys: UniqueKeys; problems: ProblemTally },
): Generator<SampleRecord> {
  const data = memberOf(task.node, 'data');
  const value = textOf(memberOf(data, 'image')) ?? imageValue(data);
  if (value === undefined) throw json.fail('a task has no image in "data"', task);
  const { path, problem, matched } = resolveUrl(value, paths);
  const metadata = furtherData(data, value);
  const shared = { path, problem, matched, split: null };
  const key = () => keys.take(path === '' ? value : path);
  const labels = labelsOfTask(task.node);
  for (const label of labels) {
    const { given, votes, isTie } = label;
    if (given.label !== null && typeof given.label.value !== 'string')
      throw json.fail('a result has no label', task);
    const image = key();
    if (isTie) problems.add('tie', image);
    else if (votes.length > 1) problems.add('disagree', image);
    yield {
      ...shared,
      image,
      region: given.box === null ? null : boxOf(json, task, given.box),
      givenLabel: given.label === null ? null : String(given.label.value),
      metadata: { ...metadata, ...given.further, ...votesOf(label) },
      place: placeOf(file, task, label),
    };
  }
  if (labels.length === 0)
    yield { ...shared, image: key(), region: null, givenLabel: null, metadata, place: { kind: 'none' } };
}

function placeOf(file: string, task: JsonItem, { given, also }: TaskLabel): LabelPlace {
  if (given.label === null) return { kind: 'none' };
  // A choice for the picture is the task's own label; a region is one of several.
  const place = given.box === null ? placeInItem(task, given.label) : placeInPart(task, given, given.label);
  return { kind: 'text', file, ...place, also: also.map((node) => spanOf(task, node)) };
}

/** The choice of each of several annotators. */
function votesOf({ annotators, votes }: TaskLabel): WordRecord<string> {
  if (annotators < 2) return wordRecord();
  const counted = votes.map(([label, count]) => `${label}: ${count}`).join(', ');
  return wordRecord([
    ['annotators', String(annotators)],
    ['votes', counted],
  ]);
}

/** Percent of the picture's size. */
function boxOf(json: JsonFile, task: JsonItem, value: Node): ImageRegion {
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

function furtherData(data: Node | undefined, image: string): WordRecord<string> | null {
  const entries = (data?.children ?? []).flatMap((property) => {
    const [name, value] = property.children ?? [];
    const text = value?.type === 'string' || value?.type === 'number' ? String(value.value) : image;
    return text === image || text === '' ? [] : [[String(name?.value), text]];
  });
  return entries.length === 0 ? null : wordRecord(entries as [string, string][]);
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
