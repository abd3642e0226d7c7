/**
 * How large a share of a class is flagged towards one other class, where the labels are wrong and where the model is: what the threshold
 * of labelQuality/pairDoubt.ts was chosen by. Each line is a pair; `right` is the share of its flagged labels that really are wrong.
 *
 *   npx node bench/flags/pairDoubt.ts OTHER_FOLDER [--cache FOLDER] [--only NAME] [--from 0.15]
 */
import { FLAGGED_AT } from '../../src/labelQuality/flagThreshold.ts';
import { readArguments } from '../arguments.ts';
import { cacheOption } from './cacheOption.ts';
import { shippedModel } from './features.ts';
import { fitProblem } from './fitProblem.ts';
import {
  OTHER_NOISE,
  type OtherFaces,
  problemOfFaces,
  readOtherFaces,
  sampleOf,
  withNoise,
} from './otherFaces.ts';

const { values, positionals } = readArguments(
  'bench/flags/pairDoubt.ts OTHER_FOLDER [--cache FOLDER] [--only NAME] [--from 0.15]',
  {
    ...cacheOption,
    only: { type: 'string', default: '' },
    from: { type: 'string', default: '0.15' },
  },
);
const [folder] = positionals as [string];
const FEWEST = 20;
const sets = (await readOtherFaces(folder, values.cache, { only: values.only })).map(sampleOf);

console.log('| faces | noise | model | label | seen as | flagged | share of the label | right |');
console.log('| --- | --- | --- | --- | --- | --- | --- | --- |');
for (const faces of sets) {
  await report(faces, 'as published', faces.truths);
  for (const kind of OTHER_NOISE)
    for (const rate of [0.1, 0.2, 0.3])
      await report(faces, `${kind} ${100 * rate} %`, withNoise(faces, kind, rate, 1));
}

async function report(faces: OtherFaces, noise: string, labels: number[]) {
  for (const reliance of ['auto', 'base'] as const) {
    const { subjects, classNames, truths } = faces;
    const { ranked } = await fitProblem(problemOfFaces(faces, labels), shippedModel.metadata, {
      subjects,
      reliance,
    });
    for (const [given, name] of classNames.entries()) {
      const labelled = [...labels.keys()].filter((image) => labels[image] === given);
      for (const [other, otherName] of classNames.entries()) {
        const flagged = labelled.filter(
          (image) => ranked.alternative[image] === other && (ranked.wrong[image] as number) >= FLAGGED_AT,
        );
        const share = flagged.length / labelled.length;
        if (flagged.length < FEWEST || share < Number(values.from)) continue;
        const right = flagged.filter((image) => truths[image] !== given).length / flagged.length;
        const cells = [
          faces.name,
          noise,
          reliance,
          name,
          otherName,
          flagged.length,
          share.toFixed(2),
          right.toFixed(2),
        ];
        console.log(`| ${cells.join(' | ')} |`);
      }
    }
  }
}
