import { wordRecord } from '../../../domain/wordRecord.ts';
import type { LabelChange, LabelChanges, SampleRecord } from './layout.ts';

const NON_ASCII = /[^\0-\x7f]/;

/**
 * A sample whose label, split and columns have their accents composed (NFC): however a file or a file system writes a name, it is one
 * class, split or subject. Names of images stay as they are on disk.
 */
export function withComposedNames(sample: SampleRecord): SampleRecord {
  const { givenLabel, split, metadata } = sample;
  const cells = metadata === null ? [] : Object.entries(metadata);
  if (![givenLabel, split, ...cells.flat()].some((name) => name !== null && isDecomposed(name)))
    return sample;
  return {
    ...sample,
    givenLabel: givenLabel?.normalize('NFC') ?? null,
    split: split?.normalize('NFC') ?? null,
    metadata:
      metadata && wordRecord(cells.map(([name, cell]) => [name.normalize('NFC'), cell.normalize('NFC')])),
  };
}

/** Changes whose labels are written as the dataset's own files write them: the spelling that comes first in it. */
export async function inSpellingOf(
  samples: AsyncIterable<SampleRecord>,
  changes: LabelChanges,
): Promise<LabelChanges> {
  const spellings = new Map<string, string>();
  for (const change of changes.values())
    if (change.kind === 'label' && NON_ASCII.test(change.name)) spellings.set(change.name, change.name);
  if (spellings.size === 0) return changes;
  const wanted = new Set(spellings.keys());
  for await (const { givenLabel } of samples) {
    const name = givenLabel?.normalize('NFC');
    if (givenLabel !== null && name !== undefined && wanted.delete(name)) spellings.set(name, givenLabel);
    if (wanted.size === 0) break;
  }
  return new Map([...changes].map(([image, change]) => [image, spelt(change, spellings)]));
}

function spelt(change: LabelChange, spellings: ReadonlyMap<string, string>): LabelChange {
  if (change.kind !== 'label') return change;
  return { ...change, name: spellings.get(change.name) ?? change.name };
}

function isDecomposed(name: string): boolean {
  return NON_ASCII.test(name) && name !== name.normalize('NFC');
}
