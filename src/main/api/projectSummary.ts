import { emotionOf } from '../../domain/emotions.ts';
import { isCalibratedFor } from '../../labelQuality/calibratedPrediction.ts';
import type { DatasetClass, ProjectChange, ProjectSummary } from '../../protocol/api.ts';
import { classKey } from '../../protocol/review.ts';
import { datasetName } from '../installation.ts';
import { readPictureVersion } from '../opened/index.ts';
import { isOneViewByDomain } from '../scan/index.ts';
import { readLabelFit } from '../tune/index.ts';
import type { Workspace } from '../workspace/index.ts';

const LIST_TRUSTED = {
  kind: 'list-trusted',
  message: 'the folder is large, so it was not checked for new or changed images',
  count: 0,
  examples: ['Use the command "Check the folder for changes"'],
};

/** The page's view of an open dataset. */
export function projectSummary(workspace: Workspace): ProjectSummary {
  const { project, folder } = workspace.opened;
  const recognition = project.dataset.read()?.recognition;
  const { run } = workspace;
  const fit = readLabelFit(project);
  return {
    id: project.id,
    name: datasetName(folder),
    folder,
    projectFile: project.path,
    layout: { title: recognition?.title ?? '', reason: recognition?.reason ?? '' },
    listTrusted: workspace.opened.listTrusted,
    problems: [...(workspace.opened.listTrusted ? [LIST_TRUSTED] : []), ...(recognition?.problems ?? [])],
    classes: datasetClasses(workspace),
    numbering: workspace.numbering,
    numberings: recognition?.numberings ?? [],
    splits: recognition?.splits ?? [],
    ...projectChange(workspace),
    model:
      run === null
        ? null
        : {
            name: run.model.name,
            version: run.model.version,
            provider: run.provider?.used ?? null,
            precision: run.model.precision,
            views: run.views,
            oneViewByDomain: isOneViewByDomain(project, run),
            fallbacks: run.provider?.fallbacks ?? [],
            classes: run.model.classes.map(({ name }) => name),
            anchorsPerClass: run.model.anchorsPerClass,
            embeddingSize: run.model.embeddingSize,
            calibrated: isCalibratedFor(run.model),
          },
    annotator: workspace.annotator,
    doubts: workspace.doubts.map(({ given, suggested, flagged, sample, outcome, state }) => {
      return { given, suggested, flagged, sampled: sample.length, ...outcome, state };
    }),
    fittedAt: fit?.fittedAt ?? null,
    queueChangedAt: fit?.queueChangedAt ?? fit?.fittedAt ?? null,
    decisionsLearned: fit?.decisions ?? 0,
    pictureVersion: readPictureVersion(project),
    hasFaceQuality: project.predictions.hasFaceQuality(),
    annotatorKnown: workspace.annotatorKnown,
    blindness: workspace.blindness,
    hidden: workspace.hidden,
    round: workspace.team.round,
    hasShare: workspace.index.share.includes(1),
    place: workspace.place,
  };
}

/** The parts of an open dataset that say what a decision has changed. */
export type ChangeSource = Pick<Workspace, 'counts' | 'canUndo' | 'canRedo' | 'flaggedAt'>;

/** What an event tells every window of a change, and the answer tells the one that has made it. */
export function projectChange(changed: ChangeSource): ProjectChange {
  const { canUndo, canRedo, flaggedAt } = changed;
  return { counts: changed.counts(), canUndo, canRedo, flaggedAt };
}

function datasetClasses(workspace: Workspace): DatasetClass[] {
  const { classNames, classTitles, meanings, classMapping, translator, index, run } = workspace;
  const guesses = readLabelFit(workspace.opened.project)?.classMap ?? [];
  let ownIndex = 0;
  const counts = new Array<number>(classNames.length).fill(0);
  for (const given of index.given) if (given >= 0) counts[given] = (counts[given] ?? 0) + 1;
  return classNames.map((name, label) => {
    const modelClasses = translator?.modelClassesOf(label) ?? [];
    const meant = translator?.meantBy(label) ?? null;
    const emotion = emotionOf(name) ?? emotionOf(modelClasses[0] ?? meanings[name] ?? '');
    return {
      index: label,
      name,
      title: classTitles[label] ?? name,
      emotion,
      ownIndex: emotion === null ? ownIndex++ : 0,
      known: translator === null ? emotion !== null : translator.knows(label),
      modelClasses,
      mapped: Object.hasOwn(classMapping, name),
      guessed:
        modelClasses.length > 0 || meanings[name] !== undefined
          ? null
          : (run?.model.classes[guesses[label]?.[0] ?? -1]?.name ?? null),
      misspelt: meant === null ? null : (classTitles[meant] ?? null),
      key: classKey(label),
      count: counts[label] ?? 0,
    };
  });
}
