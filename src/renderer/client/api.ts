import type { ScanChoice } from '../../domain/model.ts';
import type { ExportRequest, Place, SavedView } from '../../protocol/api.ts';
import type { MapAction } from '../../protocol/map.ts';
import type { StoredPreferences } from '../../protocol/preferences.ts';
import type { PositionRange, QueuePlace, QueueRequest } from '../../protocol/queue.ts';
import type { Blindness, BulkVerdict, VerdictRequest, WaitingSave } from '../../protocol/review.ts';
import { bytesOf, change, core, datasetOf, read, readOf, requestChange } from './ask.ts';
import { failureFrom } from './failure.ts';
import { datasetAddress } from './openedDataset.svelte.ts';

export type ScanAction = 'start' | 'pause' | 'resume' | 'cancel';

/** A request that arrives also while the page is being closed. */
const LASTING = { init: { keepalive: true } };
const encoder = new TextEncoder();
/** Browsers limit all such requests together to 64 KiB. */
const lasting = (body: object, mostBytes = 16_000) =>
  encoder.encode(JSON.stringify(body)).length < mostBytes ? LASTING : undefined;

/**
 * The requests of more than one screen. Each rejects with an ApiFailure. Requests that save a decision name the opening
 * of the dataset that the decision is about, which may not be the one on the screen any more.
 */
export const api = {
  state: () => read(() => core.state.$get()),
  modelCard: () => readOf((dataset) => dataset.model.$get()),
  /** How a scan would predict the images. */
  scanOffer: () => readOf((dataset) => dataset.scan.$get()),
  scan: (action: ScanAction, scanChoice: ScanChoice = {}) =>
    requestChange((dataset) => dataset.scan.$post({ json: { action, ...scanChoice } })),
  setAnnotator: (name: string, blindness?: Blindness) =>
    requestChange((dataset) => dataset.annotator.$put({ json: { name, blindness } })),
  setBlindness: (blindness: Blindness) =>
    requestChange((dataset) => dataset.blindness.$put({ json: blindness })),

  /** @param startWith see newQueueSchema */
  createQueue: (queue: QueueRequest, continues?: QueuePlace, startWith?: number | null) =>
    requestChange((dataset) => dataset.queues.$post({ json: { ...queue, continues, startWith } })),
  queueItems: (queueId: string, offset: number, limit: number) =>
    readOf((dataset) =>
      dataset.queues[':queueId'].items.$get({
        param: { queueId },
        query: { offset: String(offset), limit: String(limit) },
      }),
    ),
  /** As they are by now: those that the queue came with are of that moment. */
  queueFacets: (queueId: string) =>
    readOf((dataset) => dataset.queues[':queueId'].facets.$get({ param: { queueId } })),
  tallyIn: (queueId: string) =>
    readOf((dataset) => dataset.queues[':queueId'].tally.$get({ param: { queueId } })),
  /** The images that a decision at these positions would apply to. */
  tallyOf: (queueId: string, ranges: readonly PositionRange[]) =>
    requestChange((dataset) =>
      dataset.queues[':queueId'].tally.$post({ param: { queueId }, json: { ranges: [...ranges] } }),
    ),
  /** -1 where the image is not in the queue. */
  positionIn: (queueId: string, sampleId: number) =>
    readOf((dataset) =>
      dataset.queues[':queueId'].positions[':sampleId'].$get({
        param: { queueId, sampleId: String(sampleId) },
      }),
    ),
  /** Undone as one step. */
  saveBulkVerdict: (opening: string, queueId: string, bulk: BulkVerdict) =>
    change(
      datasetOf(opening).queues[':queueId'].verdicts.$post({ param: { queueId }, json: bulk }, lasting(bulk)),
    ),

  preferences: () => read(() => core.preferences.$get()),
  savePreferences: (preferences: StoredPreferences) =>
    change(core.preferences.$put({ json: preferences }, LASTING)),

  views: () => readOf((dataset) => dataset.views.$get()),
  saveViews: (views: readonly SavedView[]) =>
    requestChange((dataset) => dataset.views.$put({ json: { views: [...views] } })),

  /** Why the picture of an image cannot be shown; '' where the core has no objection to it. */
  pictureProblem: async (id: number): Promise<string> => {
    const response = await fetch(datasetAddress(`/samples/${id}/image`)).catch(() => null);
    return response === null || response.ok ? '' : (await failureFrom(response)).message;
  },
  neighbours: (id: number, count: number, signal: AbortSignal) =>
    readOf((dataset) =>
      dataset.samples[':id'].neighbours.$get(
        { param: { id: String(id) }, query: { count: String(count) } },
        { init: { signal } },
      ),
    ),
  sample: (id: number) => readOf((dataset) => dataset.samples[':id'].$get({ param: { id: String(id) } })),
  /**
   * A second request with the same `requestId`, as after a lost answer, is answered but not processed again;
   * so are undo and redo.
   */
  saveVerdict: (opening: string, verdict: VerdictRequest) =>
    change(datasetOf(opening).verdicts.$post({ json: verdict })),
  /** All that waits at once and in its order, as the page is being left: one request each could overtake another. */
  saveWaiting: (opening: string, saves: readonly WaitingSave[]) =>
    change(
      datasetOf(opening).verdicts.waiting.$post({ json: { saves: [...saves] } }, lasting(saves, 40_000)),
    ),
  undo: (opening: string, requestId: string) =>
    change(datasetOf(opening).undo.$post({ json: { requestId } }, LASTING)),
  redo: (opening: string, requestId: string) =>
    change(datasetOf(opening).redo.$post({ json: { requestId } }, LASTING)),
  savePlace: (opening: string, place: Place) =>
    change(datasetOf(opening).place.$put({ json: place }, LASTING)),

  map: () => readOf((dataset) => dataset.map.$get()),
  actOnMap: (action: MapAction) => requestChange((dataset) => dataset.map.$post({ json: { action } })),
  mapPoints: () => bytesOf((dataset) => dataset.map.points.$get()),
  /** Makes these images the queue of `show: 'selection'`. */
  select: (sampleIds: number[]) =>
    requestChange((dataset) => dataset.selection.$put({ json: { sampleIds } })),

  overview: () => readOf((dataset) => dataset.overview.$get()),
  slices: ([column = '', within]: readonly string[]) =>
    readOf((dataset) => dataset.overview.slices.$get({ query: { column, within } })),
  setThreshold: (flaggedAt: number) =>
    requestChange((dataset) => dataset.threshold.$put({ json: { flaggedAt } })),
  drawAudit: (size: number) => requestChange((dataset) => dataset.audit.$post({ json: { size } })),

  exportFormats: () => readOf((dataset) => dataset.export.formats.$get()),
  exportFolder: (request: ExportRequest, folder: string) =>
    requestChange((dataset) => dataset.export.folder.$post({ json: { request, folder } })),
  exportPlaces: () => readOf((dataset) => dataset.export.places.$get()),
  previewExport: (what: ExportRequest) =>
    requestChange((dataset) => dataset.export.preview.$post({ json: what })),
};

export const exportAddress = (what: ExportRequest): string =>
  datasetAddress(`/export/file?${exportQuery(what)}`);
export const reportAddress = (what: ExportRequest): string =>
  datasetAddress(`/report.html?${exportQuery(what)}`);

function exportQuery(what: ExportRequest): URLSearchParams {
  return new URLSearchParams({ ...what, above: String(what.above) });
}
