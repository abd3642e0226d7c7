import type { ScanOffer, ViewsChoice } from '../../domain/model.ts';
import {
  chooseFiles,
  type FilesByProvider,
  type ModelFile,
  precisionsOf,
  resolveModel,
} from '../engine/index.ts';
import type { ModelRun } from '../project/index.ts';
import type { ScanSetup } from './scanSetup.ts';

export interface ScanPlan {
  model: ModelFile;
  files: FilesByProvider;
  /** `auto` where they are to be chosen by the first faces. */
  views: ViewsChoice;
}

type Asked = Pick<ScanSetup, 'model' | 'modelsFolder' | 'precision' | 'views'>;

/**
 * The model and settings of a scan.
 * @param latest the run to continue if possible; null to start over
 * @throws AppError `model-missing`, `model-invalid`
 */
export async function planScan(
  { model: asked, modelsFolder, precision = 'auto', views = 'auto' }: Asked,
  latest: ModelRun | null,
): Promise<ScanPlan> {
  const model = await resolveModel(asked, modelsFolder);
  const predictedBefore = latest && {
    sha256: latest.modelSha256,
    precision: latest.model.precision,
    onCpu: latest.provider?.used === 'cpu',
  };
  const files = await chooseFiles(model, precision, predictedBefore);
  return { model, files, views: chooseViews(views, latest, [files.cpu, files.others]) };
}

/** To be shown before a scan begins. */
export function describePlan({ model, files, views }: ScanPlan): ScanOffer {
  const { name, version } = model.metadata;
  const { precision } = files.cpu.metadata;
  return { name, version, precision, precisions: precisionsOf(model), views };
}

/**
 * `auto` continues with the views that the project was scanned in, so that no scan mixes them, unless the
 * model is another one.
 */
function chooseViews(
  choice: ViewsChoice,
  latest: ModelRun | null,
  files: readonly { sha256: string }[],
): ViewsChoice {
  if (choice !== 'auto') return choice;
  const goesOn = latest !== null && files.some(({ sha256 }) => sha256 === latest.modelSha256);
  return goesOn ? latest.views : 'auto';
}
