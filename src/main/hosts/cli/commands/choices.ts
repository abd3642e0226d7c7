import { Option } from 'commander';
import type { ClassMapping } from '../../../../domain/classSpace.ts';
import { FACE_CHOICES } from '../../../../domain/faces.ts';
import { NO_NUMBERING, NUMBERINGS } from '../../../../domain/numberings.ts';
import { UsageError } from './options.ts';

/** The user's corrections of a wrong detection. They are stored in the project. */
export interface LayoutFlags {
  layout?: string;
  table?: string;
  imageColumn?: string;
  labelColumn?: string;
  splitColumn?: string;
  classLevel?: string;
  followLinks?: boolean;
}

export const layoutOptions = () => [
  new Option('--layout <layout>', 'the layout, if it was not recognised correctly; auto detects it again'),
  new Option('--table <file>', 'the CSV or TSV file with the labels, inside the folder'),
  new Option('--image-column <name>', "the table's column of image paths"),
  new Option('--label-column <name>', "the table's column of labels"),
  new Option('--split-column <name>', "the table's column of splits"),
  new Option('--class-level <n>', 'the folder level of the classes; 1 is directly inside the folder'),
  new Option('--follow-links', 'follow links that lead out of the folder; kept in the project'),
  new Option('--no-follow-links', 'stop following them'),
];

/** The earlier choice if omitted; `box` at first. */
export const facesOption = () =>
  new Option(
    '--faces <choice>',
    "none: use images as they are; box: use the dataset's boxes; detect: find faces in images without a box",
  ).choices([...FACE_CHOICES]);

export const mapOption = () =>
  new Option(
    '--map <class=model class>',
    'the model class of a dataset class, or `none`; repeat for each class, as in --map 7=neutral',
  ).argParser(addToMapping);

export const numberingOption = () =>
  new Option(
    '--numbering <dataset>',
    'classes are numbered as in a known dataset; none: they are not',
  ).choices([...NUMBERINGS.map(({ id }) => id), NO_NUMBERING]);

/** Undefined if not given: the earlier choice remains. */
export function layoutChoice(flags: LayoutFlags): Record<string, string> | undefined {
  if (flags.layout === 'auto') return {};
  const { layout, table, imageColumn, labelColumn, splitColumn, classLevel } = flags;
  const given = Object.entries({ layout, table, imageColumn, labelColumn, splitColumn, classLevel }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return given.length === 0 ? undefined : Object.fromEntries(given);
}

function addToMapping(text: string, mapping: ClassMapping = {}): ClassMapping {
  const [, name, target] = /^(.+)=([^=]+)$/.exec(text) ?? [];
  if (name === undefined || target === undefined) {
    throw new UsageError(`--map ${text} is not of the form CLASS=MODEL CLASS`);
  }
  return { ...mapping, [name.normalize('NFC')]: target === 'none' ? null : target };
}
