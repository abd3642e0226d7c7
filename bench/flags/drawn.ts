import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'csv-parse/sync';
import { buildClassSpace, projectDistribution } from '../../src/domain/classSpace.ts';
import { DEFAULT_VIEWS } from '../../src/domain/model.ts';
import { readFolder } from './predictions.ts';
import type { Problem } from './problems.ts';

const SAMPLE = resolve(import.meta.dirname, '../../resources/sample');

/** The drawn characters that come with the application, some of whose labels were swapped on purpose. */
export async function drawnProblem(cacheFolder: string, views = DEFAULT_VIEWS): Promise<Problem> {
  const faces = join(SAMPLE, 'faces');
  const { model, predictions } = await readFolder(faces, cacheFolder, views);
  const plain = (await readFolder(faces, cacheFolder, 'one')).predictions;
  const rows = parse(readFileSync(join(SAMPLE, 'truth.csv')), { columns: true }) as Record<string, string>[];
  const truth = new Map(rows.map(({ image, label }) => [image, label]));
  const classNames = [...new Set(predictions.map(({ image }) => image.split('/')[0] as string))].sort();
  const space = buildClassSpace(classNames, model.metadata.classes);
  return {
    name: 'drawn characters',
    classNames,
    labels: predictions.map(({ image }) => classNames.indexOf(image.split('/')[0] as string)),
    truths: predictions.map(({ image }) => classNames.indexOf(truth.get(image) ?? '')),
    predictions,
    plainPredictions: plain,
    primary: plain.map(({ primary }) => projectDistribution(space, primary)),
    corrected: plain.map(({ corrected }) => projectDistribution(space, corrected)),
    certain: predictions.map(() => true),
  };
}
