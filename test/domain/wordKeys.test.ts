import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');

/**
 * Ways to make or type an object by key that a key such as `constructor` or `__proto__` breaks. What is keyed by a user's word
 * is a Map or a WordRecord (src/domain/wordRecord.ts).
 */
const BY_KEY = /\bRecord<string\b|\bObject\.fromEntries\(|\bz\.record\(|\{\} as Record/;

/** Files in which every such key is the program's own, and what the keys are. */
const OWN_KEYS = new Map([
  ['opening.ts', 'option names of the program'],
  ['opening.svelte.ts', 'option names of the program'],
  ['datasetChoices.ts', 'option names of the program'],
  ['datasetTable.ts', 'option names of the program'],
  ['defineLayout.ts', 'option names of the program'],
  ['layout.ts', 'option names of the program'],
  ['table.ts', 'option names of the program'],
  ['choices.ts', 'option names of the program'],
  ['ColumnChooser.svelte', 'option names of the program'],
  ['scores/index.ts', 'names of scores, statuses, columns and settings of the program'],
  ['scannedShards.ts', 'columns of a row, each of them there'],
  ['counts.ts', 'names of scores, statuses, columns and settings of the program'],
  ['flagsTable.ts', 'names of scores, statuses, columns and settings of the program'],
  ['evaluate.ts', 'names of scores, statuses, columns and settings of the program'],
  ['shows.ts', 'names of scores, statuses, columns and settings of the program'],
  ['selections.ts', 'names of scores, statuses, columns and settings of the program'],
  ['queueFacets.ts', 'names of scores, statuses, columns and settings of the program'],
  ['columnsFile.ts', 'names of scores, statuses, columns and settings of the program'],
  ['listedColumns.ts', 'names of scores, statuses, columns and settings of the program'],
  ['rowKinds.ts', 'names of scores, statuses, columns and settings of the program'],
  ['reviewIndex.ts', 'names of scores, statuses, columns and settings of the program'],
  ['exportColumns.ts', 'names of scores, statuses, columns and settings of the program'],
  ['model.ts', 'names of scores, statuses, columns and settings of the program'],
  ['wrongLabel.ts', 'names of scores, statuses, columns and settings of the program'],
  ['checkpoints.ts', 'names of scores, statuses, columns and settings of the program'],
  ['tunedModel.ts', 'names of scores, statuses, columns and settings of the program'],
  ['contract.ts', 'names of scores, statuses, columns and settings of the program'],
  ['session.ts', 'names of scores, statuses, columns and settings of the program'],
  ['predictionWording.ts', 'names of scores, statuses, columns and settings of the program'],
  ['keymap.ts', 'ids of actions and names of keys'],
  ['keys.ts', 'ids of actions and names of keys'],
  ['preferences.svelte.ts', 'ids of actions and names of keys'],
  ['CommandPalette.svelte', 'ids of actions and names of keys'],
  ['ImageMenu.svelte', 'ids of actions and names of keys'],
  ['stepFocus.ts', 'ids of actions and names of keys'],
  ['MapCanvas.svelte', 'ids of actions and names of keys'],
  ['accelerator.ts', 'ids of actions and names of keys'],
  ['saveFigure.ts', 'markup'],
  ['fileProblems.ts', 'error codes, kinds of problems, number formats'],
  ['jsonItems.ts', 'error codes, kinds of problems, number formats'],
  ['listingProblems.ts', 'error codes, kinds of problems, number formats'],
  ['problemTally.ts', 'error codes, kinds of problems, number formats'],
  ['npyMatrix.ts', 'error codes, kinds of problems, number formats'],
  ['packedFiles.ts', 'extensions, asked with hasOwn'],
  ['relay.ts', 'headers, environment, addresses'],
  ['utilityChild.ts', 'headers, environment, addresses'],
  ['messages.ts', 'headers, environment, addresses'],
  ['bodyLimits.ts', 'headers, environment, addresses'],
  ['exports.ts', 'headers, environment, addresses'],
  ['wordRecord.ts', 'the record itself'],
  ['huggingFaceParquet.ts', 'columns of a row, each of them there'],
  ['parquetImage.ts', 'columns of a row, each of them there'],
  ['trainingImages.ts', 'columns of a shipped file'],
]);

const name = (file: string) =>
  file
    .split('/')
    .slice(file.endsWith('/index.ts') ? -2 : -1)
    .join('/');
const files = globSync('src/**/*.{ts,svelte}', { cwd: ROOT }).map((file) => file.replaceAll('\\', '/'));
const using = files.filter((file) => {
  const lines = readFileSync(join(ROOT, file), 'utf8').split('\n');
  return lines.some((line) => BY_KEY.test(line) && !/^\s*(\*|\/\/)/.test(line));
});

describe('objects by key', () => {
  it.each(using)('of %s have keys of the program’s own', (file) => {
    const advice = `${file} has an object by key: is it a user's word? Then take a Map or a WordRecord; else name it in ${import.meta.filename}`;
    expect(OWN_KEYS.has(name(file)), advice).toBe(true);
  });

  it('are still in each file that is let through', () => {
    expect([...OWN_KEYS.keys()].filter((known) => !using.map(name).includes(known))).toEqual([]);
  });
});
