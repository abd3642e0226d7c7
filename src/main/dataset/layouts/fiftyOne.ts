import { posix } from 'node:path';
import type { Node } from 'jsonc-parser';
import type { ImageRegion } from '../../../domain/imageSource.ts';
import { type WordRecord, wordRecord } from '../../../domain/wordRecord.ts';
import { filesLooking, jsonFilesWith } from '../readers/findJson.ts';
import {
  JsonFile,
  type JsonItem,
  memberOf,
  numberOf,
  placeInItem,
  placeInPart,
  textOf,
} from '../readers/jsonItems.ts';
import { folderOf } from '../readers/tablePlan.ts';
import { UniqueKeys } from '../readers/uniqueKeys.ts';
import { defineLayout } from '../recognition/defineLayout.ts';
import { type FolderListing, filesUnder, joinRelative } from '../recognition/folderListing.ts';
import type { LabelPlace, SampleRecord } from '../recognition/layout.ts';
import { MISSING, type ResolvedPath, SamplePaths } from '../recognition/samplePaths.ts';
import { labelFieldOf } from './fiftyOneFields.ts';

interface FiftyOnePlan {
  file: string;
  /** `samples.json` of a FiftyOneDataset, or `labels.json` of a FiftyOneImageClassificationDataset. */
  kind: 'samples' | 'labels';
  /** Classes of a `labels.json`, by their index there; empty where its labels are their own names. */
  classes: string[];
  /** The samples' field that holds the labels; null if none does. */
  field: string | null;
}

/** https://docs.voxel51.com/user_guide/export_datasets.html */
export const fiftyOne = defineLayout<FiftyOnePlan>({
  id: 'fiftyone',
  title: 'FiftyOne dataset',
  mark: '`samples.json` with classifications or detections, or `labels.json` with `classes` and `labels`',
  classes: null,
  writes: 'label-files',

  async find(listing) {
    const named = async (name: string, words: string[]) =>
      (await jsonFilesWith(listing, words)).find((file) => posix.basename(file) === name);
    const samples = await named('samples.json', ['"samples"', '"filepath"']);
    const isLabels = (text: string) => /^\s*\{/.test(text) && text.includes('"labels"');
    const [labels] =
      samples === undefined
        ? (await filesLooking(listing, 'json', isLabels)).filter(
            (path) => posix.basename(path) === 'labels.json',
          )
        : [];
    const file = samples ?? labels;
    if (file === undefined) return null;
    const kind = samples === undefined ? 'labels' : 'samples';
    const field = samples === undefined ? null : await labelFieldOf(new JsonFile(listing, file));
    return {
      plan: { file, kind, classes: [], field },
      reason: `${file} has FiftyOne's ${kind}${field === null ? '' : `, with the labels in "${field}"`}.`,
    };
  },

  async *rows(listing, plan) {
    const json = new JsonFile(listing, plan.file);
    yield* plan.kind === 'samples' ? sampleRows(listing, plan, json) : labelRows(listing, plan, json);
  },

  writer: ({ kind, classes }) => ({
    text(label) {
      if (kind === 'samples' || classes.length === 0) return JSON.stringify(label);
      return classes.includes(label) ? String(classes.indexOf(label)) : null;
    },
  }),
});

async function* sampleRows(
  listing: FolderListing,
  { file, field: fieldName }: FiftyOnePlan,
  json: JsonFile,
): AsyncGenerator<SampleRecord> {
  const keys = new UniqueKeys(listing);
  const paths = new SamplePaths(listing, folderOf(file));
  for await (const item of json.items('samples')) {
    const filepath = textOf(memberOf(item.node, 'filepath'));
    if (filepath === undefined) throw json.fail('a sample has no filepath', item);
    const { path: found, problem, matched } = resolvePath(filepath, paths);
    const tags = (memberOf(item.node, 'tags')?.children ?? []).flatMap((tag) => textOf(tag) ?? []);
    const split = tags.find((tag) => /^(train|val|validation|test)/i.test(tag)) ?? null;
    const shared = { path: found, problem, matched, split, metadata: plainFields(item.node) };
    const key = () => keys.take(found === '' ? filepath : found);
    const field = fieldName === null ? undefined : memberOf(item.node, fieldName);
    const detections = memberOf(field, 'detections')?.children;
    const label = memberOf(field, 'label');
    if (detections !== undefined && detections.length > 0) {
      for (const index of detections.keys()) {
        yield {
          ...shared,
          image: key(),
          ...detectionOf(json, file, item, detections, index),
        };
      }
    } else if (label !== undefined && label.value !== null) {
      if (typeof label.value !== 'string') throw json.fail('a label is not text', item);
      const place: LabelPlace = { kind: 'text', file, ...placeInItem(item, label) };
      yield { ...shared, image: key(), region: null, givenLabel: label.value, place };
    } else {
      yield { ...shared, image: key(), region: null, givenLabel: null, place: { kind: 'none' } };
    }
  }
}

function detectionOf(
  json: JsonFile,
  file: string,
  item: JsonItem,
  all: Node[],
  index: number,
): Pick<SampleRecord, 'region' | 'givenLabel' | 'place'> {
  const part = all[index] as Node;
  const label = memberOf(part, 'label');
  const sides = (memberOf(part, 'bounding_box')?.children ?? []).map(numberOf);
  const [left, top, width, height] = sides;
  if (typeof label?.value !== 'string' || left === undefined || top === undefined || !width || !height) {
    throw json.fail('a detection has no label or no bounding_box', item);
  }
  const region: ImageRegion = { kind: 'box', unit: 'fraction', left, top, width, height };
  const among = { part, previous: all[index - 1], next: all[index + 1] };
  return {
    region,
    givenLabel: label.value,
    place: { kind: 'text', file, ...placeInPart(item, among, label) },
  };
}

function plainFields(sample: Node): WordRecord<string> | null {
  const entries = (sample.children ?? []).flatMap((property) => {
    const [name, value] = property.children ?? [];
    const isPlain = value?.type === 'string' || value?.type === 'number' || value?.type === 'boolean';
    const isOwn = name?.value !== 'filepath' && !String(name?.value).startsWith('_');
    return isPlain && isOwn ? [[String(name?.value), String(value?.value)]] : [];
  });
  return entries.length === 0 ? null : wordRecord(entries as [string, string][]);
}

/** FiftyOne writes paths relative to the export, or those of the machine that it ran on. */
function resolvePath(filepath: string, paths: SamplePaths): ResolvedPath {
  const near = paths.resolve(filepath);
  if (near.problem === null) return near;
  const segments = filepath.replaceAll('\\', '/').split('/');
  for (const from of [-3, -2, -1]) {
    const found = paths.resolve(segments.slice(from).join('/'));
    if (found.problem === null) return found;
  }
  return near;
}

async function* labelRows(
  listing: FolderListing,
  plan: FiftyOnePlan,
  json: JsonFile,
): AsyncGenerator<SampleRecord> {
  plan.classes = [];
  for await (const { node } of json.items('classes')) plan.classes.push(textOf(node) ?? '');
  const folder = joinRelative(folderOf(plan.file), 'data');
  const files = imagesByKey(listing, folder);
  for await (const item of json.items('labels')) {
    const target = item.node.type === 'object' ? memberOf(item.node, 'label') : item.node;
    const givenLabel = labelOf(target, plan.classes);
    if (givenLabel === undefined)
      throw json.fail(`the label of "${item.name}" is not an index of "classes"`, item);
    const found = files.get(item.name) ?? files.get(withoutExtension(item.name));
    const path = found ?? joinRelative(folder, item.name);
    yield {
      image: path,
      path,
      problem: found === undefined ? MISSING : null,
      region: null,
      split: null,
      givenLabel,
      metadata: null,
      place:
        target === undefined
          ? { kind: 'none' }
          : { kind: 'text', file: plan.file, ...placeInItem(item, target) },
    };
  }
}

/** A number is an index into `classes`; a text is its own name. Undefined for anything else. */
function labelOf(target: Node | undefined, classes: readonly string[]): string | null | undefined {
  if (target === undefined || target.value === null) return null;
  return classes.length === 0
    ? textOf(target)
    : (classes[numberOf(target) ?? -1] ?? knownClass(target, classes));
}

function knownClass(target: Node, classes: readonly string[]): string | undefined {
  const text = textOf(target);
  return text !== undefined && classes.includes(text) ? text : undefined;
}

/** Files of a folder, in folders of it too, by their path in it without the extension; that is FiftyOne's key. */
function imagesByKey(listing: FolderListing, folder: string): Map<string, string> {
  const byKey = new Map<string, string>();
  for (const path of filesUnder(listing, folder)) {
    const key = withoutExtension(path.slice(folder.length + 1));
    if (!byKey.has(key)) byKey.set(key, path);
  }
  return byKey;
}

function withoutExtension(path: string): string {
  return path.replace(/\.[^./]+$/, '');
}
