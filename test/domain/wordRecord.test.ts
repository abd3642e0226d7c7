import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { wordRecord, wordRecordSchema } from '../../src/domain/wordRecord.ts';
import { readRound } from '../../src/main/review/index.ts';
import { Workspace } from '../../src/main/workspace/index.ts';
import { makeTree } from '../support/datasetTree.ts';
import { temporaryDataFolder, temporaryFolder } from '../support/temporaryFolder.ts';

const BUILT_IN = Object.getOwnPropertyNames(Object.prototype);

describe('an object keyed by a user’s words', () => {
  it('has every word as its key, and no other', () => {
    const words = fc.uniqueArray(fc.oneof(fc.string(), fc.constantFrom(...BUILT_IN)));
    fc.assert(
      fc.property(words, fc.constantFrom(...BUILT_IN), (keys, other) => {
        const written = wordRecord(keys.map((key) => [key, key]));
        const read = wordRecordSchema(z.string()).parse(JSON.parse(JSON.stringify(written)));
        expect(Object.keys(read).sort()).toEqual([...keys].sort());
        expect(read[other]).toBe(keys.includes(other) ? other : undefined);
      }),
    );
  });

  it('refuses a value that is not of its schema, with its key', () => {
    const { error } = wordRecordSchema(z.number()).safeParse({ a: 1, b: 'x' });
    expect(error?.issues.map(({ path }) => path)).toEqual([['b']]);
  });
});

describe.each(BUILT_IN)('a class and an annotator called %s', (word) => {
  it('have guidelines, rounds and metadata like any other', async () => {
    temporaryDataFolder();
    const folder = await makeTree(join(temporaryFolder(), 'faces'), {
      'labels.csv': `image,label,${word}\na.jpg,${word},x\nb.jpg,sad,y\n`,
      'a.jpg': '1',
      'b.jpg': '2',
    });
    const workspace = await Workspace.open(folder, 'ann');
    onTestFinished(() => workspace.close());
    const { project } = workspace.opened;
    project.settings.write('rounds', {});
    workspace.annotator = word;
    expect(readRound(project, word)).toBeNull();
    workspace.decide({ sampleIds: [1], verdict: 'kept', label: null, note: '' });
    const label = workspace.classNames.indexOf(word);
    expect(label).toBeGreaterThanOrEqual(0);
    expect(workspace.guidelines.show()[label]?.description).toBe('');
    expect(workspace.guidelines.describe(label, 'said')[label]?.description).toBe('said');
    expect({ ...project.metadata.byId(1) }).toEqual(Object.fromEntries([[word, 'x']]));
    expect(workspace.team.state().reviewed).toBe(1);
  });
});
