import { existsSync } from 'node:fs';
import { z } from 'zod';
import {
  applicableMapping,
  buildClassSpace,
  type ClassMapping,
  classesNamed,
} from '../../domain/classSpace.ts';
import { emotionOf } from '../../domain/emotions.ts';
import { AppError } from '../../domain/errors.ts';
import { DEFAULT_FACES } from '../../domain/faces.ts';
import type { DatasetPlace } from '../../domain/imageSource.ts';
import { misspeltClasses } from '../../domain/misspelt.ts';
import type { ModelMetadata } from '../../domain/model.ts';
import { meaningsByNumbering, NO_NUMBERING, numberingById } from '../../domain/numberings.ts';
import { wordRecord } from '../../domain/wordRecord.ts';
import type {
  FolderInspection,
  InspectedClass,
  InspectedNumbering,
  InspectionRequest,
  RecognisedLayout,
} from '../../protocol/opening.ts';
import {
  type RecognisedDataset,
  type Recognition,
  recogniseDataset,
  type SampleRecord,
} from '../dataset/index.ts';
import type { Pictures } from '../decoding/index.ts';
import { ImageProblem, type RenderedImage } from '../images/index.ts';
import { datasetName } from '../installation.ts';
import {
  datasetFolder,
  defaultProjectFile,
  imageSource,
  type PreviewSample,
  PreviewSelection,
  readClassMapping,
  readFaceChoice,
  readFollowLinks,
  readLayoutChoice,
  withLinks,
} from '../opened/index.ts';
import { type ModelRun, ProjectFile } from '../project/index.ts';
import type { ScanSetup } from '../scan/index.ts';
import { describePlan, planScan, readFramingChoice } from '../scan/index.ts';
import type { PreviewPhotograph } from './inspectFaces.ts';
import { glanceAtFraming } from './inspectFraming.ts';
import { findMovedProject, movedProjectOf } from './movedProject.ts';

/**
 * An inspection for the page, and its pictures in the same order, those of the framing last; null for one
 * that cannot be decoded.
 */
export interface InspectedFolder {
  /** What was read of the folder, for its import. */
  dataset: RecognisedDataset;
  inspection: Omit<FolderInspection, 'id'>;
  pictures: (RenderedImage | null)[];
  /** Images among them that can be decoded. */
  readable: PreviewSample[];
  /** Images among them that have no box and are too large to show only a face. */
  photographs: PreviewPhotograph[];
}

/** What the Open screen shows of a layout's rows, gathered while the layout is recognised. */
class InspectedRows {
  readonly selection = new PreviewSelection();
  /** Rows that are a part of an image. */
  boxes = 0;

  add(row: SampleRecord): void {
    this.selection.add(row);
    if (row.region?.kind === 'box') this.boxes++;
  }
}

type RenderedPreview = PreviewSample & {
  picture: RenderedImage | null;
  /** Pixels of the shorter side of an image file; null for a part of one, and if it cannot be decoded. */
  side: number | null;
};

const PREVIEW_SIDE = 160;
/** Faces are not searched for in images whose shorter side, in pixels, is below this. */
const SMALLEST_PHOTOGRAPH = 160;

/**
 * Inspects a folder: its layout, classes and their mapping, problems, a few pictures. Nothing is imported or
 * written.
 * @param request `followLinks`: whether links may lead out of the folder; by default the earlier choice
 * @throws AppError `folder-missing`, `folder-unreadable`, `layout-unknown`, `table-invalid`, `project-newer`,
 *   `project-invalid`, and as movedProjectOf
 */
export async function inspectFolder(
  { folder, layout, movedFrom, followLinks: followed }: InspectionRequest,
  setup: ScanSetup,
  pictures: Pick<Pictures, 'thumbnail' | 'modelInput' | 'framed'>,
): Promise<InspectedFolder> {
  const path = datasetFolder(folder);
  const before = readExisting(path, movedFrom);
  const followLinks = followed ?? before?.followLinks ?? false;
  const place = { folder: path, followsLinks: followLinks };
  const seen = new Map<string, InspectedRows>();
  const dataset = await recogniseDataset(
    path,
    withLinks(layout ?? before?.layout ?? {}, followLinks),
    (tried) => {
      const rows = new InspectedRows();
      seen.set(tried, rows);
      return (row) => rows.add(row);
    },
  );
  const { recognition, runnersUp } = dataset;
  const { selection, boxes } = seen.get(recognition.layout) as InspectedRows;
  const previews = await renderPreviews(place, selection.chosen(), pictures);
  const { plan, problem } = await planOf(setup, before?.run ?? null);
  const readable = previews.filter((sample) => sample.picture !== null);
  const framing = await glanceAtFraming(place, readable, plan?.model ?? null, pictures);
  return {
    dataset,
    pictures: [
      ...previews.map(({ picture }) => picture),
      ...(framing === null ? [] : [framing.before, framing.after]),
    ],
    readable,
    photographs: previews
      .map((sample, preview) => ({ ...sample, preview }))
      .filter(({ side }) => side !== null && side >= SMALLEST_PHOTOGRAPH),
    inspection: {
      folder: path,
      name: datasetName(path),
      layout: summarise(recognition),
      runnersUp: runnersUp.map(summarise),
      choices: recognition.choices ?? [],
      splits: recognition.splits,
      classes: inspectClasses(recognition, plan?.model.metadata ?? null, before?.classMapping ?? {}),
      numberings: inspectNumberings(recognition, plan?.model.metadata ?? null),
      numbering: numberingOf(recognition, before?.numbering ?? null),
      problems: recognition.problems,
      boxes,
      faces: before?.faces ?? DEFAULT_FACES,
      followLinks,
      previews: previews.map(({ image, givenLabel: label, split, problem }) => ({
        image,
        label,
        split,
        problem,
      })),
      framing: framing && {
        framing: framing.framing,
        choice: before?.framing ?? 'auto',
        before: previews.length,
        after: previews.length + 1,
      },
      model: plan && {
        ...describePlan(plan),
        classes: plan.model.metadata.classes.map(({ name }) => name),
      },
      modelProblem: problem,
      project: before?.project ?? null,
    },
  };
}

function summarise(recognition: Recognition): RecognisedLayout {
  const { layout: id, title, reason, confidence, images, classes, options } = recognition;
  return { id, title, reason, confidence, images, classCount: classes.length, options };
}

function inspectClasses(
  { classes }: Recognition,
  model: ModelMetadata | null,
  mapping: ClassMapping,
): InspectedClass[] {
  const names = classes.map(({ name }) => name);
  const misspelt = misspeltClasses(classes);
  const chosen =
    model === null ? wordRecord<string | null>() : applicableMapping(mapping, names, model.classes);
  const meant = [...misspelt].map(([name, other]) => [name, chosen[other] ?? other] as const);
  const known =
    model === null
      ? wordRecord<string | null>()
      : applicableMapping(
          wordRecord<string | null>([...meant, ...Object.entries(chosen)]),
          names,
          model.classes,
        );
  const space = model === null ? null : buildClassSpace(names, model.classes, known);
  return classes.map(({ name, id, count }, index) => {
    const group = space?.groupOfDatasetClass[index];
    const modelClasses =
      group == null
        ? []
        : (space?.groups[group]?.modelClasses ?? []).map((place) => model?.classes[place]?.name ?? '');
    const emotion = emotionOf(name) ?? emotionOf(modelClasses[0] ?? '');
    return {
      name,
      id,
      count,
      emotion,
      modelClasses,
      mapped: Object.hasOwn(chosen, name),
      misspelt: misspelt.get(name) ?? null,
    };
  });
}

function inspectNumberings(
  { classes, numberings = [] }: Recognition,
  model: ModelMetadata | null,
): InspectedNumbering[] {
  const names = classes.map(({ name }) => name);
  return numberings.map(({ id, title }) => {
    const meanings = meaningsByNumbering(numberingById(id), names);
    const targets = Object.entries(meanings).map(([name, meaning]) => {
      const [target] = model === null ? [] : classesNamed(meaning, model.classes);
      return [name, target === undefined ? null : (model?.classes[target]?.name ?? null)] as const;
    });
    return { id, title, meanings, targets: wordRecord(targets) };
  });
}

/** The earlier choice, else the one that names and counts agree with. */
function numberingOf({ numberings = [] }: Recognition, before: string | null): string | null {
  if (before !== null) return before === NO_NUMBERING ? null : before;
  return numberings.find(({ isSure }) => isSure)?.id ?? null;
}

/** What the folder's own project, or that of the dataset moved to it, already knows. */
function readExisting(folder: string, movedFrom: string | undefined) {
  const own = defaultProjectFile(folder);
  const moved = existsSync(own)
    ? null
    : movedFrom === undefined
      ? findMovedProject(folder, true)
      : movedProjectOf(movedFrom, folder);
  const file = moved?.file ?? own;
  if (!existsSync(file)) return null;
  const project = ProjectFile.openForReading(file);
  try {
    const { read, pending, unreadable } = project.samples.counts();
    return {
      project: {
        file,
        images: read + pending + unreadable,
        reviewed: project.currentVerdicts.count(),
        movedFrom: moved?.folder ?? null,
      },
      layout: readLayoutChoice(project),
      faces: readFaceChoice(project),
      framing: readFramingChoice(project),
      followLinks: readFollowLinks(project),
      classMapping: readClassMapping(project),
      numbering: project.settings.read('numbering', z.string()),
      run: project.modelRuns.latest(),
    };
  } finally {
    project.close();
  }
}

/** A dataset can be inspected without a model; the scan will need one. */
async function planOf(setup: ScanSetup, latest: ModelRun | null) {
  try {
    return { plan: await planScan(setup, latest), problem: null };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const { code, message, hint } = error;
    return { plan: null, problem: { code, message, hint } };
  }
}

/** Images that cannot be decoded are shown before anything is imported. */
function renderPreviews(
  place: DatasetPlace,
  samples: readonly PreviewSample[],
  pictures: Pick<Pictures, 'thumbnail'>,
): Promise<RenderedPreview[]> {
  return Promise.all(samples.map((sample) => renderPreview(place, sample, pictures)));
}

async function renderPreview(
  place: DatasetPlace,
  sample: PreviewSample,
  pictures: Pick<Pictures, 'thumbnail'>,
): Promise<RenderedPreview> {
  if (sample.problem !== null) return { ...sample, picture: null, side: null };
  try {
    const source = imageSource(place, sample);
    const { side, bytes, contentType } = await pictures.thumbnail(source, PREVIEW_SIDE);
    return { ...sample, picture: { bytes: Buffer.from(bytes), contentType }, side };
  } catch (error) {
    if (!(error instanceof ImageProblem)) throw error;
    return { ...sample, problem: error.reason, picture: null, side: null };
  }
}
