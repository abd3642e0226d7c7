import { setImmediate as nextTurn } from 'node:timers/promises';
import { AppError, errorMessage } from '../../domain/errors.ts';
import type { MapInfo, MapPoints, MapProgress, MapState } from '../../protocol/map.ts';
import type { Blindness } from '../../protocol/review.ts';
import { readModelFile } from '../engine/index.ts';
import type { LabelTranslator } from '../issues/index.ts';
import type { ModelRun, ProjectFile } from '../project/index.ts';
import { belongs, type ReviewIndex } from '../reviewIndex/index.ts';
import type { MapTask, PointBatch } from './messages.ts';
import { type MapResult, runMapTask } from './runMapTask.ts';

/** The inputs of the map; a workspace provides them. */
interface MapSource {
  opened: { project: ProjectFile };
  index: ReviewIndex;
  run: ModelRun | null;
  translator: LabelTranslator | null;
  classNames: readonly string[];
  hidden: Blindness;
}

/** The same map for the same embeddings. */
const SEED = 2410;
const PAGE = 5000;

/** The map of a dataset: makes it in a thread of its own, stores it, answers its points. */
export class MapOfImages {
  readonly #source: MapSource;
  readonly #changed: () => void;
  #progress: MapProgress | null = null;
  #problem: string | null = null;
  #ending: AbortController | null = null;
  #finished: Promise<void> = Promise.resolve();

  /** @param changed called when there is news */
  constructor(source: MapSource, changed: () => void) {
    this.#source = source;
    this.#changed = changed;
  }

  state(): MapState {
    const { project } = this.#source.opened;
    const info = project.map.info();
    const { run } = this.#source;
    const outdated =
      info !== null && (info.runId !== run?.id || info.images !== project.samples.counts().read);
    return {
      info: info === null ? null : seenInfo(info, this.#source.hidden),
      outdated,
      progress: this.#progress,
      problem: this.#problem,
    };
  }

  /**
   * Begins a map, or measures the current one again; `changed` reports its end.
   * @throws AppError `nothing-scanned`, `bad-request` while one is being made
   */
  start(kind: MapTask['kind']): void {
    const { run } = this.#source;
    if (this.#ending !== null)
      throw new AppError('bad-request', 'a map is being built', 'Wait for it, or cancel it.');
    if (run === null || this.#source.opened.project.samples.counts().read === 0) {
      throw new AppError('nothing-scanned', 'no image has been scanned yet', 'Scan the dataset first.');
    }
    if (run.model.embeddingSize === 0) {
      throw new AppError(
        'bad-request',
        `the predictions of ${run.model.name} have no embeddings, which a map needs`,
        'Import them with embeddings, or scan the dataset.',
      );
    }
    const ending = new AbortController();
    this.#ending = ending;
    this.#problem = null;
    this.#report({ stage: kind === 'arrange' ? 'reading' : 'measuring', share: 0 });
    this.#finished = this.#work(kind, run, ending.signal).finally(() => {
      this.#ending = null;
      this.#report(null);
    });
  }

  cancel(): void {
    this.#ending?.abort();
  }

  async close(): Promise<void> {
    this.cancel();
    await this.#finished;
  }

  /** The position of each image, with its current labels. */
  async points(): Promise<MapPoints> {
    const { index, opened } = this.#source;
    const rows: number[] = [];
    const x: number[] = [];
    const y: number[] = [];
    let lastId = 0;
    for (;;) {
      const page = opened.project.map.info() === null ? [] : opened.project.map.page(lastId, PAGE);
      for (const point of page) {
        lastId = point.id;
        const row = index.rowOf(point.id);
        if (row === undefined) continue;
        rows.push(row);
        x.push(point.x);
        y.push(point.y);
      }
      if (page.length < PAGE) break;
      await nextTurn();
    }
    return {
      ids: Int32Array.from(rows, (row) => index.id[row] as number),
      x: Float32Array.from(x),
      y: Float32Array.from(y),
      given: Int16Array.from(rows, (row) => index.given[row] as number),
      suggested: Int16Array.from(rows, (row) => index.suggested[row] as number),
      label: Int16Array.from(rows, (row) => index.label[row] as number),
      status: Uint8Array.from(rows, (row) => index.status[row] as number),
      flagged: Uint8Array.from(rows, (row) => Number(belongs(index, row, 'flagged'))),
    };
  }

  async #work(kind: MapTask['kind'], run: ModelRun, signal: AbortSignal): Promise<void> {
    const { project } = this.#source.opened;
    const batches: PointBatch[] = [];
    try {
      const task: MapTask = {
        kind,
        projectFile: project.path,
        embeddingSize: run.model.embeddingSize,
        classes: this.#source.classNames.length,
        anchors: kind === 'arrange' ? await anchorsOf(run) : null,
        seed: SEED,
      };
      const listener = {
        progress: (progress: MapProgress) => this.#report(progress),
        points: (batch: PointBatch) => void batches.push(batch),
      };
      const result = await runMapTask(task, listener, signal);
      const { size, statusCounts } = this.#source.index;
      const quality = {
        ...result.quality,
        measuredAt: new Date().toISOString(),
        reviewed: size - (statusCounts[0] ?? 0),
      };
      const before = project.map.info();
      if (kind === 'measure' && before !== null) project.map.finish({ ...before, quality });
      if (kind === 'arrange') await this.#store(batches, this.#infoOf(run, result, quality));
    } catch (error) {
      if (!signal.aborted) this.#problem = errorMessage(error);
    }
  }

  /** The map before stays until the new one is complete: then it is replaced, some points at a time. */
  async #store(batches: readonly PointBatch[], info: MapInfo): Promise<void> {
    const { project } = this.#source.opened;
    project.transaction(() => project.map.clear());
    for (const { ids, x, y } of batches) {
      project.transaction(() => project.map.write(ids, x, y));
      await nextTurn();
    }
    project.transaction(() => project.map.finish(info));
  }

  #infoOf(run: ModelRun, result: MapResult, quality: MapInfo['quality']): MapInfo {
    const { translator } = this.#source;
    const perClass = run.model.anchorsPerClass;
    const anchors = Array.from({ length: result.anchors.length / 2 }, (_, index) => {
      const modelClass = Math.floor(index / perClass);
      return {
        className: translator?.titleOfModelClass(modelClass) ?? run.model.classes[modelClass]?.name ?? '',
        label: translator?.labelOfModelClass(modelClass) ?? null,
        k: index % perClass,
        x: result.anchors[2 * index] as number,
        y: result.anchors[2 * index + 1] as number,
      };
    });
    return {
      runId: run.id,
      madeAt: new Date().toISOString(),
      images: result.images,
      fitted: result.fitted,
      anchors,
      quality,
    };
  }

  #report(progress: MapProgress | null): void {
    this.#progress = progress;
    this.#changed();
  }
}

/** Without the model's anchors and the labels after everyone's decisions, if those are hidden. */
function seenInfo(info: MapInfo, { others, suggestion }: Blindness): MapInfo {
  return {
    ...info,
    anchors: suggestion ? [] : info.anchors,
    quality: others ? { ...info.quality, after: null, reviewed: 0 } : info.quality,
  };
}

/** [C*K, D], or null where the model's file has moved or comes without: the map is made all the same. */
async function anchorsOf({ modelPath, modelSha256 }: ModelRun): Promise<Float32Array | null> {
  try {
    const file = await readModelFile(modelPath);
    return file.sha256 === modelSha256 ? file.anchors : null;
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
}
