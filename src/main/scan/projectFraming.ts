import { IMAGES_TO_FRAME } from '../../domain/framing/chooseFraming.ts';
import { type Framing, type FramingChoice, framingChoiceSchema } from '../../domain/framing/framing.ts';
import { canBeFramed } from '../../domain/framing/meanFace.ts';
import { ScanDecoders } from '../decoding/index.ts';
import type { FilesByProvider, ModelFile } from '../engine/index.ts';
import { datasetPlace, imageSource } from '../opened/index.ts';
import type { ModelRun, ProjectFile } from '../project/index.ts';
import { MEASURED_SIDE, measureFraming } from './measureFraming.ts';
import type { ScanSetup } from './scanSetup.ts';

const SETTING = 'framing';

/** The user's latest choice for a project. */
export function readFramingChoice(project: ProjectFile): FramingChoice {
  return project.settings.read(SETTING, framingChoiceSchema) ?? 'auto';
}

interface FramingRequest {
  /** Absolute path of the dataset's folder. */
  folder: string;
  model: ModelFile;
  files: FilesByProvider;
  /** The run to continue if possible; null to start over. */
  latest: ModelRun | null;
  /** Undefined: as the project was scanned. */
  choice: FramingChoice | undefined;
  /** How decoding processes are started. */
  startProcess: ScanSetup['startProcess'];
}

/**
 * How a scan cuts the images of a project before the model sees them; null for unchanged. A scan that
 * continues keeps the framing of its run, so that no run mixes framings, unless the user chooses another.
 */
export async function chooseProjectFraming(
  project: ProjectFile,
  { folder, model, files, latest, choice, startProcess }: FramingRequest,
): Promise<Framing | null> {
  const goesOn =
    latest !== null && [files.cpu, files.others].some(({ sha256 }) => sha256 === latest.modelSha256);
  if (choice !== undefined) project.settings.write(SETTING, choice);
  if (goesOn && (choice === undefined || (choice === 'auto' && latest.framing !== null)))
    return latest.framing;
  if ((choice ?? readFramingChoice(project)) === 'off') return null;
  if (model.referenceFace === null || !canBeFramed(model.metadata.inputSize)) return null;
  // Faces that are found in whole photographs are cut out to one measure.
  const { waiting, searched } = project.faces.counts();
  if (waiting + searched > 0) return null;
  const place = datasetPlace(project, folder);
  const sources = project.samples.spread(IMAGES_TO_FRAME).map((sample) => imageSource(place, sample));
  const decoders = new ScanDecoders({ startProcess });
  try {
    const { framing } = await measureFraming(sources, model.referenceFace, (some) =>
      decoders.prepareImages(some, MEASURED_SIDE),
    );
    return framing;
  } finally {
    decoders.close();
  }
}

export function isSameFraming(a: Framing | null, b: Framing | null): boolean {
  if (a === null || b === null) return a === b;
  return a.scaleX === b.scaleX && a.scaleY === b.scaleY && a.shiftX === b.shiftX && a.shiftY === b.shiftY;
}
