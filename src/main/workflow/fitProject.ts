import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { findIssues } from '../../shared/issues.ts';
import { type LabelFit, labelFitSchema } from '../../shared/labelFit.ts';
import { type LabelDistribution, type Scores, scoreReading } from '../../shared/scores.ts';
import { type FitOptions, type FittedLabels, startFit } from '../engine/index.ts';
import { groupNearDuplicates, type LabelReader } from '../flags/index.ts';
import type { ModelRun, ProjectFile } from '../project/index.ts';

const READ_AT_ONCE = 2000;
const WRITE_AT_ONCE = 1000;
const SETTING = 'label-fit';

/** A project whose labels are fitted. */
interface FitSource {
  project: ProjectFile;
  run: ModelRun;
  reader: LabelReader;
}

/** Columns of the images that were read, in the order of their ids. N images, C model classes. */
interface Columns {
  ids: number[];
  /** [N] -1 for none; of synonyms the first. */
  labels: number[];
  hashes: string[];
  /** [N] of [C] */
  corrected: Float32Array[];
  confidences: number[];
  side: number[];
  brightness: number[];
  sharpness: number[];
}

/** What was last learnt from a project's labels; null before that. */
export function readLabelFit(project: ProjectFile): LabelFit | null {
  return project.settings.read(SETTING, labelFitSchema);
}

/** Tells whether what was learnt still holds: it depends on the images read, their labels, and the classes' meaning. */
export function fitSignature(
  { project, run, reader }: FitSource,
  given: Int16Array,
  withHead: boolean,
): string {
  let hash = 0x811c9dc5;
  for (const label of given) hash = Math.imul(hash ^ (label + 1), 0x01000193) >>> 0;
  const { read } = project.samples.counts();
  return JSON.stringify([run.id, read, hash, reader.classMap, withHead]);
}

/**
 * Learns from a data set's own labels what one image cannot tell, and stores every score that depends on it.
 * Killed at any moment it leaves the project as it was or with some scores newer than others; the signature,
 * written last, has it done again.
 * @throws AppError `engine-failed`, `interrupted`
 */
export async function fitProject(
  source: FitSource,
  signature: string,
  options: FitOptions & { withHead?: boolean },
): Promise<LabelFit | null> {
  const { run, reader, project } = source;
  const folder = await mkdtemp(join(tmpdir(), 'grefel-fit-'));
  try {
    const embeddingsPath = join(folder, 'embeddings.f16');
    const columns = await readColumns(source, embeddingsPath);
    if (columns.ids.length === 0) return null;
    const modelClasses = run.model.classes.length;
    const model = new Float32Array(columns.ids.length * modelClasses);
    for (const [image, row] of columns.corrected.entries()) model.set(row, image * modelClasses);
    const fitted = await startFit(
      {
        embeddingsPath,
        embeddingSize: run.model.embeddingSize,
        labels: Int16Array.from(columns.labels),
        classes: reader.classMap.length,
        model,
        modelClasses,
        classMap: reader.classMap,
        confidences: Float32Array.from(columns.confidences),
        groups: groupNearDuplicates(columns.hashes),
        withHead: options.withHead ?? true,
        threads: null,
      },
      options,
    );
    const issues = findIssues({
      ...columns,
      groups: fitted.copies,
      distributions: fitted.pooled.distributions,
      classes: reader.classMap.length,
      similarity: fitted.neighbours.similarity,
    });
    await storeFlags(source, columns, fitted, issues);
    const fit: LabelFit = {
      signature,
      fittedAt: new Date().toISOString(),
      images: columns.ids.length,
      errorRate: fitted.ranked.errorRate,
      rates: fitted.ranked.rates,
      headShare: fitted.pooled.headShare,
      agreement: fitted.pooled.agreement,
      classMap: fitted.pooled.classMap.map((classes) => [...classes]),
    };
    project.settings.write(SETTING, fit);
    return fit;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function readColumns({ project, run, reader }: FitSource, embeddingsPath: string): Promise<Columns> {
  const columns: Columns = {
    ids: [],
    labels: [],
    hashes: [],
    corrected: [],
    confidences: [],
    side: [],
    brightness: [],
    sharpness: [],
  };
  const file = await open(embeddingsPath, 'w');
  try {
    for (let last = 0; ; ) {
      const page = project.readings.fitColumns(last, READ_AT_ONCE, run.model);
      const end = page.at(-1);
      if (end === undefined) return columns;
      last = end.sampleId;
      for (const row of page) {
        columns.ids.push(row.sampleId);
        columns.labels.push(row.givenClass === null ? -1 : reader.firstSynonym(row.givenClass));
        columns.hashes.push(row.perceptualHash);
        columns.corrected.push(row.corrected);
        columns.confidences.push(row.confidence);
        columns.side.push(row.side ?? Number.NaN);
        columns.brightness.push(row.brightness ?? Number.NaN);
        columns.sharpness.push(row.sharpness ?? Number.NaN);
      }
      await file.appendFile(Buffer.concat(page.map(({ embedding }) => embedding)));
      await nextTurn();
    }
  } finally {
    await file.close();
  }
}

async function storeFlags(
  source: FitSource,
  columns: Columns,
  fitted: FittedLabels,
  issues: Uint8Array,
): Promise<void> {
  const { project, run } = source;
  for (let start = 0; start < columns.ids.length; start += WRITE_AT_ONCE) {
    project.transaction(() => {
      const end = Math.min(start + WRITE_AT_ONCE, columns.ids.length);
      for (let image = start; image < end; image++) {
        const sampleId = columns.ids[image] as number;
        const before = project.flags.byId(sampleId);
        const sample = project.samples.byId(sampleId);
        // Read again or given another label meanwhile: the next fit has it.
        if (before === null || sample === null || sample.state !== 'read') continue;
        const label = columns.labels[image] as number;
        const own = sample.givenClass === null ? -1 : source.reader.firstSynonym(sample.givenClass);
        if (own !== label) continue;
        const named = (found: number | undefined) =>
          found === undefined || found < 0 ? null : found === label ? sample.givenClass : found;
        const { ranked } = fitted;
        project.issues.write({ sampleId, bits: issues[image] as number });
        project.flags.write(run.id, {
          sampleId,
          suggestedClass: named(ranked.suggested[image]),
          alternativeClass: named(ranked.alternative[image]),
          alternativeProbability: numberOrNull(ranked.alternativeProbability[image]),
          scores: scoresOf(fitted, image, label, before.scores['anchor-distance']),
          trainedOn: before.trainedOn,
        });
      }
    });
    await nextTurn();
  }
}

function scoresOf(fitted: FittedLabels, image: number, label: number, anchorDistance: number | null): Scores {
  const { pooled, ranked, neighbours } = fitted;
  const judged = !Number.isNaN(ranked.wrong[image]);
  return {
    ...scoreReading(distributionOf(pooled.distributions, image, ranked.rates.length), judged ? label : null),
    'wrong-label': numberOrNull(ranked.wrong[image]),
    'adjusted-self-confidence': numberOrNull(fitted.adjustedSelfConfidence[image]),
    'adjusted-margin': numberOrNull(fitted.adjustedMargin[image]),
    'neighbour-conflict': conflictOf(neighbours.sameLabel[image], neighbours.otherLabel[image]),
    'anchor-distance': anchorDistance,
  };
}

/** Null for classes that nothing has a probability for. */
function distributionOf(distributions: Float32Array, image: number, classes: number): LabelDistribution {
  return Array.from(distributions.subarray(image * classes, (image + 1) * classes), (share) =>
    share > 0 ? share : null,
  );
}

/** @param same, other cosines of the most similar image with the same label and with another one */
function conflictOf(same: number | undefined, other: number | undefined): number | null {
  if (same === undefined || other === undefined || Number.isNaN(same) || Number.isNaN(other)) return null;
  const [own, different] = [(1 - same) ** 2, (1 - other) ** 2];
  return own + different > 0 ? own / (own + different) : 0.5;
}

function numberOrNull(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value;
}
