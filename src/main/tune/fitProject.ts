import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { z } from 'zod';
import { fnv1a } from '../../domain/hash.ts';
import { calibratePrediction, isCalibratedFor } from '../../labelQuality/calibratedPrediction.ts';
import { embeddingDistanceOf, inverseTemperatureAt } from '../../labelQuality/embeddingDistance.ts';
import { findIssues } from '../../labelQuality/issues/index.ts';
import { type LabelFit, labelFitSchema, type Reliance, relianceSchema } from '../../labelQuality/labelFit.ts';
import { findDoubtfulPairs } from '../../labelQuality/pairDoubt.ts';
import { SCORE_IDS } from '../../labelQuality/scores/index.ts';
import { type FitOptions, NOT_DECIDED, SET_ASIDE, startFit } from '../engine/index.ts';
import { groupingColumn, groupNearDuplicates } from '../issues/index.ts';
import { featuresOfRun, readPictureVersion, summariseFeatures } from '../opened/index.ts';
import type { FitColumns, ProjectFile } from '../project/index.ts';
import { readFeatureStatistics } from './featureStatistics.ts';
import { keepDoubts } from './pairDoubts.ts';
import { type FitColumnsOfAll, type FitSource, storeFit } from './storeFit.ts';

const READ_AT_ONCE = 2000;
const SETTING = 'label-fit';
/** Increase it when a fit of the same labels gives another result. */
const VERSION = 16;

/** What was last learned from a project's labels; null before that. */
export function readLabelFit(project: ProjectFile): LabelFit | null {
  return project.settings.read(SETTING, labelFitSchema);
}

/** The flags are about to change, so they must be learned again. */
export function forgetLabelFit(project: ProjectFile): void {
  project.settings.write(SETTING, null);
}

const RELIANCE = 'reliance';

/** Whose predictions count, by the user's choice. */
function readReliance(project: ProjectFile): Reliance {
  return project.settings.read(RELIANCE, relianceSchema) ?? 'auto';
}

export function chooseReliance(project: ProjectFile, reliance: Reliance): void {
  if (reliance !== readReliance(project)) project.settings.write(RELIANCE, reliance);
}

const signatureSchema = z.tuple([z.int(), z.int()]).rest(z.unknown());

/** The run whose predictions a fit used. */
export function fittedRunId({ signature }: LabelFit): number {
  const [_version, runId] = signatureSchema.parse(JSON.parse(signature));
  return runId;
}

/** Where a signature names the newest decision. */
const DECISIONS_PLACE = 8;

/** Whether two fits differ only in the decisions made meanwhile. */
export function differOnlyInDecisions(before: string, now: string): boolean {
  const [first, second] = [before, now].map((signature) =>
    JSON.stringify(signatureSchema.parse(JSON.parse(signature)).with(DECISIONS_PLACE, null)),
  );
  return first === second;
}

/**
 * Whether what was learned is still valid: it depends on the scanned images, their labels, and the classes'
 * meaning.
 */
export function fitSignature(
  { project, run, translator }: FitSource,
  given: Int16Array,
  withTunedModel: boolean,
): string {
  const hash = fnv1a(given.map((label) => label + 1));
  const { read } = project.samples.counts();
  return JSON.stringify([
    VERSION,
    run.id,
    read,
    hash,
    translator.classMap,
    withTunedModel,
    readPictureVersion(project),
    readReliance(project),
    project.verdicts.lastId(),
    featuresOfRun(run) === null ? 0 : summariseFeatures(project, run).present,
    SCORE_IDS,
    ...(translator.misspelt.length === 0 ? [] : [translator.misspelt]),
  ]);
}

/**
 * Learns from a dataset's own labels what one image cannot show, and stores every score that depends on it.
 * If it is killed, the project is as before, or some scores are newer than others; the signature is written
 * last, so the fit is repeated, and the steps it had finished are reused.
 * @throws AppError `engine-failed`, `interrupted`
 */
export async function fitProject(
  source: FitSource,
  signature: string,
  options: FitOptions & { withTunedModel?: boolean },
): Promise<LabelFit | null> {
  const { run, translator, project } = source;
  const folder = await workFolder(project, signature);
  const embeddingsPath = join(folder, 'embeddings.f16');
  const columns = await readColumns(source, embeddingsPath);
  if (columns.ids.length === 0) return null;
  const modelClasses = run.model.classes.length;
  const model = new Float32Array(columns.ids.length * modelClasses);
  const calibrated = new Float32Array(model.length);
  for (const [image, prediction] of columns.predictions.entries()) {
    model.set(prediction.corrected, image * modelClasses);
    calibrated.set(calibratePrediction(prediction, run.model), image * modelClasses);
  }
  const isCalibrated = isCalibratedFor(run.model);
  const embeddingDistance = isCalibrated ? embeddingDistanceOf(columns.anchorDistances) : null;
  const groupedBy = groupingColumn(project.dataset.read()?.recognition.metadata ?? []);
  const fitted = await startFit(
    {
      embeddingsPath,
      embeddingSize: run.model.embeddingSize,
      labels: Int16Array.from(columns.labels),
      classes: translator.classMap.length,
      model,
      calibrated,
      inverseTemperature: isCalibrated ? inverseTemperatureAt(embeddingDistance) : null,
      modelClasses,
      classMap: translator.classMap,
      groups: groupNearDuplicates(columns.hashes),
      photographs: Int32Array.from(columns.photographs),
      subjects: await readSubjects(project, columns.ids, groupedBy?.column),
      withTunedModel: options.withTunedModel ?? true,
      reliance: readReliance(project),
      decided: Int16Array.from(columns.decided),
      features: featuresFor(project, run, columns.ids),
      checkpointFolder: join(folder, 'steps'),
      threads: null,
    },
    options,
  );
  const issues = findIssues({
    ...columns,
    groups: fitted.duplicates,
    distributions: fitted.pooled.distributions,
    classes: translator.classMap.length,
    similarity: fitted.neighbours.similarity,
  });
  const changesQueue = await storeFit(source, columns, fitted, issues);
  const { alternative, wrong } = fitted.ranked;
  // In its own domain the model does not see a class differently: what it flags there is mostly wrong, however much it is.
  const isOwnDomain = fitted.adaptation.outOfDomain === 0;
  const scored = { ids: columns.ids, labels: columns.labels, alternative, wrong };
  keepDoubts(project, run.id, translator, isOwnDomain ? [] : findDoubtfulPairs(scored));
  const earlier = readLabelFit(project);
  const isSameQueue =
    earlier !== null && !changesQueue && differOnlyInDecisions(earlier.signature, signature);
  const fittedAt = new Date().toISOString();
  const fit: LabelFit = {
    signature,
    fittedAt,
    queueChangedAt: isSameQueue ? (earlier.queueChangedAt ?? earlier.fittedAt) : fittedAt,
    images: columns.ids.length,
    errorRate: fitted.ranked.errorRate,
    rates: fitted.ranked.rates,
    tunedShare: fitted.pooled.tunedShare,
    agreement: fitted.pooled.agreement,
    classMap: fitted.pooled.classMap.map((classes) => [...classes]),
    embeddingDistance,
    adaptation: fitted.adaptation,
    decisions: columns.decided.filter((decision) => decision !== NOT_DECIDED).length,
    groupedBy,
    confidentJoint: fitted.confidentJoint,
    joint: fitted.ranked.joint,
  };
  project.settings.write(SETTING, fit);
  await rm(fitFolder(project), { recursive: true, force: true });
  return fit;
}

/** Where the fit finds the model's features; null if the model gives none. */
function featuresFor(project: ProjectFile, run: FitSource['run'], ids: readonly number[]) {
  const features = featuresOfRun(run);
  if (features === null) return null;
  return {
    ...features,
    path: project.features.path,
    sampleIds: Int32Array.from(ids),
    statistics: readFeatureStatistics(project),
  };
}

function decisionOf(
  { givenClass, currentVerdict, currentClass }: FitColumns,
  translator: FitSource['translator'],
): number {
  if (currentVerdict === null) return NOT_DECIDED;
  const decided =
    currentVerdict === 'kept' ? givenClass : currentVerdict === 'relabelled' ? currentClass : null;
  return decided === null ? SET_ASIDE : translator.firstSynonym(decided);
}

/** Where a fit keeps its intermediate results, beside the project, until it is done. */
function fitFolder(project: ProjectFile): string {
  return `${project.path}.fit`;
}

/** The folder of this fit; leftovers of other fits are removed. */
async function workFolder(project: ProjectFile, signature: string): Promise<string> {
  const name = createHash('sha256').update(signature).digest('hex').slice(0, 16);
  const folder = join(fitFolder(project), name);
  if (!existsSync(folder)) await rm(fitFolder(project), { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  return folder;
}

/** [N] a number for each subject or video, if the dataset names them; else -1. */
async function readSubjects(project: ProjectFile, ids: readonly number[], column: string | undefined) {
  const subjects = new Int32Array(ids.length).fill(-1);
  if (column === undefined) return subjects;
  const placeOf = new Map(ids.map((id, image) => [id, image]));
  const numbers = new Map<string, number>();
  let read = 0;
  for (const { sampleId, metadata } of project.metadata.all()) {
    const [image, subject] = [placeOf.get(sampleId), metadata[column] ?? ''];
    if (image !== undefined && subject !== '') subjects[image] = numberOf(subject, numbers);
    if (++read % READ_AT_ONCE === 0) await nextTurn();
  }
  return subjects;
}

/** Numbers names in order of appearance; -1 for none. */
function numberOf(name: string | null, numbers: Map<string, number>): number {
  if (name === null) return -1;
  const known = numbers.get(name);
  if (known !== undefined) return known;
  numbers.set(name, numbers.size);
  return numbers.size - 1;
}

async function readColumns(
  { project, run, translator }: FitSource,
  embeddingsPath: string,
): Promise<FitColumnsOfAll> {
  const columns: FitColumnsOfAll = {
    ids: [],
    labels: [],
    decided: [],
    hashes: [],
    predictions: [],
    anchorDistances: [],
    side: [],
    brightness: [],
    sharpness: [],
    faceQuality: [],
    facesFound: [],
    photographs: [],
  };
  const photographNumbers = new Map<string, number>();
  const file = await open(embeddingsPath, 'w');
  try {
    for (let last = 0; ; ) {
      const page = project.predictions.fitColumns(last, READ_AT_ONCE, run.model);
      const end = page.at(-1);
      if (end === undefined) return columns;
      last = end.sampleId;
      for (const row of page) {
        columns.ids.push(row.sampleId);
        columns.labels.push(row.givenClass === null ? -1 : translator.firstSynonym(row.givenClass));
        columns.decided.push(decisionOf(row, translator));
        columns.hashes.push(row.perceptualHash);
        columns.predictions.push({ corrected: row.corrected, attentive: row.attentive });
        if (row.anchorDistance !== null) columns.anchorDistances.push(row.anchorDistance);
        columns.side.push(row.side ?? Number.NaN);
        columns.brightness.push(row.brightness ?? Number.NaN);
        columns.sharpness.push(row.sharpness ?? Number.NaN);
        columns.faceQuality.push(row.faceQuality ?? Number.NaN);
        columns.facesFound.push(row.facesFound ?? Number.NaN);
        columns.photographs.push(numberOf(row.photograph, photographNumbers));
      }
      await file.appendFile(Buffer.concat(page.map(({ embedding }) => embedding)));
      await nextTurn();
    }
  } finally {
    await file.close();
  }
}
