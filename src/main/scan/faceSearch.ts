import type { ImageRegion } from '../../domain/imageSource.ts';
import { FACE_ISSUES, faceIssues, issueBits } from '../../labelQuality/issues/index.ts';
import type { JobProgress } from '../../protocol/api.ts';
import { type FaceFinder, type FaceSearch, shippedDetector, startFaceFinder } from '../engine/index.ts';
import { isPassingFileProblem } from '../images/index.ts';
import { BatchJob, PlaceWatch, PROBED_FILES, readInPlace } from '../jobs/index.ts';
import { datasetPlace, imageSource } from '../opened/index.ts';
import type { ProjectFile, Sample } from '../project/index.ts';
import { listFurtherFaces, regionOfFirst } from './furtherFaces.ts';
import type { ScanSetup } from './scanSetup.ts';

/** Starts the face detector, where faces are still to be looked for. @throws AppError as startFaceFinder */
export async function startFaceSearch(project: ProjectFile, setup: ScanSetup): Promise<FaceFinder | null> {
  if (setup.rescan === true) project.faces.reopen();
  if (project.faces.counts().waiting === 0) return null;
  return startFaceFinder({
    detectorPath: setup.detectorPath ?? shippedDetector(setup.modelsFolder),
    threads: setup.threads,
    startProcess: setup.startProcess,
  });
}

/** Has the detector search every pending image for faces. Each batch is one transaction. */
export class FaceSearchJob extends BatchJob<Sample, FaceSearch> {
  constructor(
    project: ProjectFile,
    folder: string,
    finder: FaceFinder,
    progress: (job: JobProgress) => void,
  ) {
    const { waiting, searched } = project.faces.counts();
    const place = datasetPlace(project, folder);
    let last = 0;
    const watch = new PlaceWatch(folder, () => project.samples.somePaths(PROBED_FILES));
    super({
      kind: 'faces',
      done: searched,
      total: searched + waiting,
      nextBatch: () => {
        const ids = project.faces.waiting(last, finder.batchSize);
        last = ids.at(-1) ?? last;
        return ids.flatMap((id) => project.samples.byId(id) ?? []);
      },
      run: (batch) =>
        readInPlace(watch, batch, (samples) =>
          finder.find(
            samples.map(({ id, path, region }) => ({
              id,
              ...imageSource(place, { path, region: pictureOf(region) }),
            })),
          ),
        ),
      store: (results) =>
        project.transaction(() => {
          for (const result of results) storeSearch(project, result);
        }),
      close: () => finder.close(),
      progress,
    });
  }
}

/** The whole picture that a face may have been cut from before. */
function pictureOf(region: ImageRegion | null): ImageRegion | null {
  return region?.kind === 'box' ? (region.picture ?? null) : region;
}

function storeSearch(project: ProjectFile, result: FaceSearch): void {
  const sample = project.samples.byId(result.id);
  if (sample === null) return;
  const { id } = sample;
  const { sizeBytes, mtimeMs } = sample;
  const file = result.file ?? { sizeBytes, mtimeMs };
  if (!result.ok) {
    // A file that may be back by the next scan is searched again then.
    if (!isPassingFileProblem(result.problem)) project.faces.store(id, file, []);
    project.samples.markUnreadable(id, result.problem, null);
    return;
  }
  const { faces } = result;
  project.faces.store(id, file, faces);
  const whole = pictureOf(sample.region);
  project.samples.crop(id, regionOfFirst(faces, whole));
  const listed = { ...sample, region: whole, problem: null, ...file };
  const photograph = { sampleId: id, listed, metadata: project.metadata.byId(id) };
  for (const sampleId of [id, ...listFurtherFaces(project, photograph, faces)]) {
    const others = project.issues.byId(sampleId) & ~issueBits(FACE_ISSUES);
    project.issues.write({ sampleId, bits: others | issueBits(faceIssues(faces.length)) });
  }
}
