import type { LabelFit } from '../../src/labelQuality/labelFit.ts';
import { ProjectFile } from '../../src/main/project/index.ts';
import { CurrentModel } from '../../src/main/review/index.ts';
import { fitSignature } from '../../src/main/tune/index.ts';

/**
 * Marks a generated project as fitted: if not, opening it would start a fit, and every measurement would share the
 * processor with it.
 * @param given label of each image, by its place
 */
export function storeGeneratedFit(file: string, given: Int16Array): void {
  const project = ProjectFile.openForWriting(file);
  try {
    const { run, translator } = new CurrentModel(project);
    if (run === null || translator === null) throw new Error('the generated project has no run');
    const { length } = translator.classMap;
    const fit: Partial<LabelFit> = {
      signature: fitSignature({ project, run, translator }, given, true),
      fittedAt: new Date(0).toISOString(),
      images: project.samples.counts().read,
      errorRate: 0.2,
      rates: Array.from({ length }, (_, of) => Array.from({ length }, (_, is) => Number(of === is))),
      tunedShare: new Array<number>(length).fill(0),
      agreement: { model: null, tuned: null },
      classMap: translator.classMap.map((classes) => [...classes]),
    };
    project.settings.write('label-fit', fit);
  } finally {
    project.close();
  }
}
