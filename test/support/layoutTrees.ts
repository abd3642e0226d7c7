import { Buffer } from 'node:buffer';
import type { Tree } from './roundTrip.ts';

/** How a generated dataset is written. */
export interface TreeStyle {
  /** Folder around the dataset, '' for none. */
  folder: string;
  lineEnd: '\n' | '\r\n';
  finalEnd: boolean;
  /** Byte-order mark of label files. */
  mark?: '' | '\ufeff';
  /** Beginnings of the images' names in turn, if a layout leaves names free. */
  prefixes?: readonly string[];
}

/** One image of a generated dataset; `number` names it, so that it keeps its name when others go. */
export interface TreeItem {
  number: number;
  label: string | null;
}

/** A tiny dataset of one layout's shape. */
export interface LayoutTree {
  /** Labels that its images may have. */
  labels: (string | null)[];
  /** The label written for an excluded image, if its row stays. */
  keepsRow?: boolean;
  /** The tree, and the key of each item's image. */
  make(items: readonly TreeItem[], style: TreeStyle): { tree: Tree; keys: string[] };
}

const FREE_LABELS = ['happy', 'très triste', 'a "b" <c> & \'d\'', '怒り'];
const EIGHT = 'neutral happiness sadness surprise fear disgust anger contempt'.split(' ');
const FER2013 = 'anger disgust fear happiness sadness surprise neutral'.split(' ');
const AFFECTNET = [...EIGHT, 'none', 'uncertain', 'no face'];
const FERPLUS = 'neutral happiness surprise sadness anger disgust fear contempt unknown NF'.split(' ');

export const layoutTrees: Record<string, LayoutTree> = {
  'raf-db': {
    labels: 'surprise fear disgust happiness sadness anger neutral'.split(' '),
    make(items, style) {
      const name = ({ number }: TreeItem) => `${number % 3 === 0 ? 'test' : 'train'}_${padded(number, 5)}`;
      const path = (item: TreeItem) => `Image/aligned/${name(item)}_aligned.jpg`;
      const ids = ['', ...this.labels];
      const list = textLines(
        items.map((item) => `${name(item)}.jpg ${ids.indexOf(item.label ?? '')}`),
        style,
      );
      return build(
        style,
        { ...images(items, path), 'EmoLabel/list_patition_label.txt': list },
        items.map(path),
      );
    },
  },
  expw: {
    labels: FER2013,
    make(items, style) {
      // Two faces in every photograph.
      const photo = ({ number }: TreeItem) => `${Math.floor(number / 2)}.jpg`;
      const line = (item: TreeItem) =>
        `${photo(item)} ${item.number % 2} 10 ${item.number % 20} 90 80 72.4 ${FER2013.indexOf(item.label ?? '')}`;
      const path = (item: TreeItem) => `image/origin/${photo(item)}`;
      const tree = { ...images(items, path), 'label/label.lst': textLines(items.map(line), style) };
      return build(style, tree, numbered(items.map(path)));
    },
  },
  'aff-wild2': {
    keepsRow: true,
    labels: [...'neutral anger disgust fear happiness sadness surprise other'.split(' '), null],
    make(items, style) {
      const isLeft = ({ number }: TreeItem) => number % 2 === 1;
      const tree: Tree = {};
      const keys = new Map<TreeItem, string>();
      for (const [video, set, own] of [
        ['clip 1', 'Train_Set', items.filter((item) => !isLeft(item))],
        ['clip 2_left', 'Validation_Set', items.filter(isLeft)],
      ] as const) {
        const ids = own.map(({ label }) => (label === null ? -1 : this.labels.indexOf(label)));
        const lines = ['Neutral,Anger,Disgust,Fear,Happiness,Sadness,Surprise,Other', ...ids.map(String)];
        tree[`EXPR_Classification_Challenge/${set}/${video}.txt`] = textLines(lines, style);
        for (const [index, item] of own.entries()) {
          const path = `cropped_aligned/${video}/${padded(index + 1, 5)}.jpg`;
          tree[path] = content(item);
          keys.set(item, path);
        }
      }
      return build(
        style,
        tree,
        items.map((item) => keys.get(item) as string),
      );
    },
  },
  'affectnet-csv': {
    labels: AFFECTNET,
    make(items, style) {
      const header =
        'subDirectory_filePath,face_x,face_y,face_width,face_height,facial_landmarks,expression,valence,arousal';
      const value = (item: TreeItem) => `${item.number % 7}/${nameOf(item, style, `${item.number}é`)}.jpg`;
      const line = (item: TreeItem) =>
        `${csvCell(value(item))},1,2,30,40,1.5;2.5,${AFFECTNET.indexOf(item.label ?? '')},0.25,-0.5`;
      const path = (item: TreeItem) => `Manually_Annotated/Manually_Annotated_Images/${value(item)}`;
      const isTraining = ({ number }: TreeItem) => number % 3 > 0;
      const table = (own: TreeItem[]) => textLines([header, ...own.map(line)], style);
      const [training, validation] = [items.filter(isTraining), items.filter((item) => !isTraining(item))];
      const tree = {
        ...images(items, path),
        'Manually_Annotated_file_lists/training.csv': table(training),
        'Manually_Annotated_file_lists/validation.csv': table(validation),
      };
      return build(style, tree, items.map(path));
    },
  },
  'affectnet-npy': {
    labels: AFFECTNET,
    make(items, style) {
      const tree: Tree = {};
      const path = ({ number }: TreeItem) =>
        `${number % 3 === 0 ? 'val_set' : 'train_set'}/images/${number}.jpg`;
      for (const item of items) {
        const id = String(AFFECTNET.indexOf(item.label ?? ''));
        const stem = path(item).replace('/images/', '/annotations/').replace('.jpg', '');
        tree[`${stem}_exp.npy`] = item.number % 2 === 0 ? npyText(id, 2) : npyInteger(Number(id));
        tree[`${stem}_val.npy`] = npyText('0.5');
        tree[`${stem}_aro.npy`] = npyText('-0.25');
      }
      return build(style, { ...images(items, path), ...tree }, items.map(path));
    },
  },
  'fer-plus': {
    labels: FERPLUS,
    make(items, style) {
      const usages = [
        ['Training', 'FER2013Train'],
        ['PublicTest', 'FER2013Valid'],
        ['PrivateTest', 'FER2013Test'],
      ];
      const name = ({ number }: TreeItem) => `fer${padded(number, 7)}.png`;
      const path = (item: TreeItem) => `data/${usages[item.number % 3]?.[1]}/${name(item)}`;
      const line = (item: TreeItem) =>
        [
          usages[item.number % 3]?.[0],
          name(item),
          ...FERPLUS.map((label) => (label === item.label ? 10 : 0)),
        ].join();
      const header = `Usage,Image name,${FERPLUS.join()}`;
      const nameless = `Training,,${FERPLUS.map((label) => (label === 'NF' ? 10 : 0)).join()}`;
      const lines = [header, nameless, ...items.map(line), nameless];
      return build(
        style,
        { ...images(items, path), 'fer2013new.csv': textLines(lines, style) },
        items.map(path),
      );
    },
  },
  'fer2013-csv': {
    labels: FER2013,
    make(items, style) {
      const pixels = ({ number }: TreeItem) =>
        Array.from({ length: 9 }, (_, at) => (number * 7 + at) % 256).join(' ');
      const usage = ({ number }: TreeItem) => ['Training', 'PublicTest', 'PrivateTest'][number % 3];
      const line = (item: TreeItem) => `${FER2013.indexOf(item.label ?? '')},${pixels(item)},${usage(item)}`;
      const tree = { 'fer2013.csv': textLines(['emotion,pixels,Usage', ...items.map(line)], style) };
      return build(style, tree, numbered(items.map(() => 'fer2013.csv')));
    },
  },
  jaffe: {
    labels: 'anger disgust fear happiness neutral sadness surprise'.split(' '),
    make(items, style) {
      const codes = ['AN', 'DI', 'FE', 'HA', 'NE', 'SA', 'SU'];
      const path = (item: TreeItem) =>
        `${item.number % 2 === 0 ? 'KA' : 'YM'}.${codes[this.labels.indexOf(item.label)]}${1 + (item.number % 3)}.${item.number + 1}.tiff`;
      return build(style, images(items, path), items.map(path));
    },
  },
  'ferg-db': {
    labels: 'anger disgust fear joy neutral sadness surprise'.split(' '),
    make(items, style) {
      const path = (item: TreeItem) => {
        const folder = `${['aia', 'bonnie', 'jules'][item.number % 3]}`;
        return `FERG_DB_256/${folder}/${folder}_${item.label}/${folder}_${item.label}_${item.number}.png`;
      };
      const empty = Object.fromEntries(
        ['aia', 'bonnie'].map((name) => [`FERG_DB_256/${name}/${name}_joy`, null] as const),
      );
      return build(style, { ...empty, ...images(items, path) }, items.map(path));
    },
  },
  'ck-plus': {
    labels: [...'neutral anger contempt disgust fear happiness sadness surprise'.split(' '), null],
    make(items, style) {
      const tree: Tree = { 'Emotion/S001/001/S001_001_00000099_emotion.txt': '   3.0000000e+00\n' };
      const key = ({ number }: TreeItem) => {
        const [subject, sequence] = [`S${padded(number % 4, 3)}`, padded(number, 3)];
        return { folder: `${subject}/${sequence}`, stem: `${subject}_${sequence}_00000012` };
      };
      for (const item of items) {
        const { folder, stem } = key(item);
        tree[`cohn-kanade-images/${folder}/${stem.replace('12', '01')}.png`] = 'first frame';
        const id = this.labels.indexOf(item.label);
        if (item.label !== null) tree[`Emotion/${folder}/${stem}_emotion.txt`] = `   ${id}.0000000e+00\n`;
      }
      const path = (item: TreeItem) => `cohn-kanade-images/${key(item).folder}/${key(item).stem}.png`;
      return build(style, { ...tree, ...images(items, path) }, items.map(path));
    },
  },
  'hf-imagefolder': {
    labels: FREE_LABELS,
    make(items, style) {
      const name = (item: TreeItem) => `${nameOf(item, style)}.jpg`;
      const path = (item: TreeItem) => `${item.number % 2 === 0 ? 'train' : 'test'}/${name(item)}`;
      const own = (split: number) => items.filter(({ number }) => number % 2 === split);
      const csv = own(0).map(
        (item) => `${csvCell(name(item))},"${item.label?.replaceAll('"', '""')}",${item.number}`,
      );
      const lines = own(1).map((item) =>
        JSON.stringify({ file_name: name(item), age: item.number, label: item.label }),
      );
      const tree = {
        ...images(items, path),
        'train/metadata.csv': textLines(['file_name,label,age', ...csv], style),
        'test/metadata.jsonl': textLines(lines, style),
      };
      return build(style, tree, items.map(path));
    },
  },
  coco: {
    keepsRow: true,
    labels: FREE_LABELS,
    make(items, style) {
      const name = (item: TreeItem) => `${nameOf(item, style, String(item.number))}.jpg`;
      const path = (item: TreeItem) => `images/${name(item)}`;
      const annotated = items.filter(({ label }) => label !== null);
      const annotations = annotated.map(({ number, label }) => ({
        id: number + 1,
        image_id: number * 3,
        category_id: FREE_LABELS.indexOf(label ?? '') + 1,
        ...(number % 2 === 0 ? { bbox: [1, 2, 30.5, 40], area: 1220, iscrowd: 0 } : { bbox: [] }),
      }));
      const file = {
        info: { description: 'généré' },
        annotations,
        images: items.map((item) => ({
          id: item.number * 3,
          file_name: name(item),
          width: 48,
          height: 48,
        })),
        categories: FREE_LABELS.map((name, index) => ({ id: index + 1, name, supercategory: 'face' })),
      };
      return build(
        style,
        { ...images(items, path), 'annotations/instances.json': json(file, style) },
        items.map(path),
      );
    },
  },
  'label-studio': {
    labels: FREE_LABELS,
    make(items, style) {
      const path = (item: TreeItem) => `faces/${nameOf(item, style)}.jpg`;
      const tasks = items.map(({ number, label }) => ({
        id: number,
        annotations: [
          { id: 7, was_cancelled: true, result: [] },
          {
            id: number + 100,
            was_cancelled: false,
            result: [{ value: { choices: [label] }, from_name: 'label', to_name: 'image', type: 'choices' }],
          },
        ],
        data: {
          image: `/data/local-files/?d=${path({ number, label }).split('/').map(encodeURIComponent).join('/')}`,
          subject: `S${number % 3}`,
        },
      }));
      return build(style, { ...images(items, path), 'project-1.json': json(tasks, style) }, items.map(path));
    },
  },
  cvat: {
    keepsRow: true,
    labels: FREE_LABELS,
    make(items, style) {
      const name = (item: TreeItem) => `${nameOf(item, style)}.jpg`;
      const path = (item: TreeItem) => `images/${name(item)}`;
      const escaped = (label: string) =>
        label
          .replaceAll('&', '&amp;')
          .replaceAll('<', '&lt;')
          .replaceAll('>', '&gt;')
          .replaceAll('"', '&quot;')
          .replaceAll("'", '&apos;')
          .replaceAll('\n', '&#10;');
      const mark = ({ number, label }: TreeItem) => {
        if (label === null) return [];
        if (number % 2 === 0) return [`    <tag label="${escaped(label)}" source="manual"></tag>`];
        const attribute = '      <attribute name="gender">female</attribute>';
        return [
          `    <box xtl="1.0" ytl="2.5" xbr="30" ybr="40" label="${escaped(label)}" z_order="0">`,
          attribute,
          '    </box>',
        ];
      };
      const lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<annotations>',
        '  <version>1.1</version>',
        ...items.flatMap((item) => [
          `  <image id="${item.number}" name="${escaped(name(item))}" subset="train" width="48" height="48">`,
          ...mark(item),
          '  </image>',
        ]),
        '</annotations>',
      ];
      return build(
        style,
        { ...images(items, path), 'annotations.xml': textLines(lines, style) },
        items.map(path),
      );
    },
  },
  fiftyone: {
    labels: FREE_LABELS,
    make(items, style) {
      const path = (item: TreeItem) => `data/${nameOf(item, style, String(item.number))}.jpg`;
      const samples = items.map(({ number, label }) => ({
        _id: { $oid: `${number}` },
        filepath: path({ number, label }),
        tags: ['train'],
        ground_truth: { _cls: 'Classification', tags: [], label, confidence: null },
        age: number,
      }));
      return build(
        style,
        { ...images(items, path), 'samples.json': json({ samples }, style) },
        items.map(path),
      );
    },
  },
  'ck-plus-48': {
    labels: 'anger disgust fear happy sadness surprise contempt'.split(' '),
    make(items, style) {
      const path = (item: TreeItem) =>
        `${item.label}/S${padded(item.number % 1000, 3)}_${padded(Math.floor(item.number / 1000) % 1000, 3)}_${padded(Math.floor(item.number / 1_000_000), 8)}.png`;
      return build(style, images(items, path), items.map(path));
    },
  },
  sfew: {
    labels: 'Angry Disgust Fear Happy Neutral Sad Surprise'.split(' '),
    make(items, style) {
      const path = (item: TreeItem) =>
        `${item.number % 2 === 0 ? 'Train' : 'Val'}_Aligned_Faces/${item.label}/AlexEmma_00020584${item.number}_00000041.png`;
      return build(style, images(items, path), items.map(path));
    },
  },
};

function build({ folder }: TreeStyle, tree: Tree, keys: string[]): { tree: Tree; keys: string[] } {
  const inside = (path: string) => (folder === '' ? path : `${folder}/${path}`);
  const moved = Object.fromEntries(Object.entries(tree).map(([path, bytes]) => [inside(path), bytes]));
  return { tree: moved, keys: keys.map(inside) };
}

function images(items: readonly TreeItem[], path: (item: TreeItem) => string): Tree {
  return Object.fromEntries(items.map((item) => [path(item), content(item)]));
}

function content({ number }: TreeItem): string {
  return `image ${number}`;
}

/** Each image's own name, without its extension. */
function nameOf({ number }: TreeItem, { prefixes }: TreeStyle, plain = `${number} é`): string {
  if (prefixes === undefined) return plain;
  return `${prefixes[number % prefixes.length]}${Math.floor(number / prefixes.length)}`;
}

/** As RFC 4180 has it, where it must be quoted. */
function csvCell(text: string): string {
  return /["\n,]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function textLines(lines: string[], { lineEnd, finalEnd, mark = '' }: TreeStyle): string {
  return mark + lines.join(lineEnd) + (finalEnd ? lineEnd : '');
}

function json(value: unknown, { lineEnd, finalEnd, mark = '' }: TreeStyle): string {
  const text = mark + JSON.stringify(value, null, finalEnd ? 2 : 0).replaceAll('\n', lineEnd);
  return finalEnd ? text + lineEnd : text;
}

/** Keys of rows that name these files. */
function numbered(paths: string[]): string[] {
  const seen = new Map<string, number>();
  return paths.map((path) => {
    const count = (seen.get(path) ?? 0) + 1;
    seen.set(path, count);
    return count === 1 ? path : `${path}#${count}`;
  });
}

function padded(number: number, digits: number): string {
  return String(number).padStart(digits, '0');
}

/** `numpy.save` of a 0-d array of text with room for `length` characters. */
export function npyText(text: string, length = text.length): Buffer {
  const data = Buffer.alloc(length * 4);
  for (const [index, character] of [...text].entries())
    data.writeUInt32LE(character.charCodeAt(0), index * 4);
  return npy(`<U${length}`, data);
}

/** `numpy.save` of a 0-d array of int64. */
export function npyInteger(value: number): Buffer {
  const data = Buffer.alloc(8);
  data.writeBigInt64LE(BigInt(value));
  return npy('<i8', data);
}

/** `numpy.save` of a 0-d array. */
export function npy(type: string, data: Buffer): Buffer {
  const header = `{'descr': '${type}', 'fortran_order': False, 'shape': (), }`;
  const padding = 64 - ((10 + header.length + 1) % 64);
  const text = `${header}${' '.repeat(padding % 64)}\n`;
  const start = Buffer.from('\x93NUMPY\x01\0\0\0', 'latin1');
  start.writeUInt16LE(text.length, 8);
  return Buffer.concat([start, Buffer.from(text, 'latin1'), data]);
}

/** A good dataset of a layout, of six images with a label each. */
export function goodTree(id: string): Tree {
  const layout = layoutTrees[id];
  if (layout === undefined) throw new Error(`no tree for ${id}`);
  const labels = layout.labels.filter((label) => label !== null);
  const items = Array.from(
    { length: 6 },
    (_, number): TreeItem => ({ number, label: labels[number % labels.length] ?? '' }),
  );
  return layout.make(items, { folder: '', lineEnd: '\n', finalEnd: true }).tree;
}
