import type { ExportFormatChoice } from '../../domain/exportFormats.ts';
import type { ReadingChoice, ReadingOffer } from '../../domain/model.ts';
import type { ModelCard } from '../../domain/modelCard.ts';
import { MAY_PASS } from '../../domain/storageFailures.ts';
import type {
  ApiError,
  BulkAnswer,
  ExportPreview,
  ExportRequest,
  JobProgress,
  Place,
  ProjectSummary,
  SampleDetail,
  SampleNeighbours,
  SavedView,
  StateAnswer,
  UndoResult,
  VerdictAnswer,
} from '../../protocol/api.ts';
import type { MapAction, MapState } from '../../protocol/map.ts';
import type { Overview, Slices } from '../../protocol/overview.ts';
import type { StoredPreferences } from '../../protocol/preferences.ts';
import type {
  NewQueue,
  PositionRange,
  QueueFacets,
  QueueItem,
  QueuePlace,
  QueueRequest,
  QueueTally,
  RangeTally,
} from '../../protocol/queue.ts';
import type { Blindness, BulkVerdict, VerdictRequest, WaitingSave } from '../../protocol/review.ts';
import type { Revised } from '../../protocol/revision.ts';
import { readThroughReturn } from './coreReturn.ts';
import { datasetAddress, openedDataset } from './openedDataset.svelte.ts';

/** A request that failed: the core's answer, or that it did not answer at all. */
export class ApiFailure extends Error {
  readonly code: string;
  readonly hint: string;

  constructor(code: string, message: string, hint: string) {
    super(message);
    this.name = 'ApiFailure';
    this.code = code;
    this.hint = hint;
  }

  /** The core could not be reached, so the same request may succeed later. */
  get isConnection(): boolean {
    return this.code === 'connection';
  }

  /** Failures that may be temporary: the core is back, or someone has fixed the disk. */
  get mayPass(): boolean {
    return this.isConnection || MAY_PASS.has(this.code);
  }
}

/** Any thrown value as a failure that can be shown. */
export function failureOf(error: unknown): ApiFailure {
  if (error instanceof ApiFailure) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new ApiFailure('page', message, 'Reload the page. Saved decisions are kept.');
}

export type ScanAction = 'start' | 'pause' | 'resume' | 'cancel';

function isApiError(body: unknown): body is ApiError {
  return typeof body === 'object' && body !== null && 'code' in body && 'message' in body;
}

async function failureFrom(response: Response): Promise<ApiFailure> {
  const body: unknown = await response.json().catch(() => null);
  if (isApiError(body)) return new ApiFailure(body.code, body.message, body.hint ?? '');
  if (response.status === 401 || response.status === 403) {
    return new ApiFailure(
      'session',
      'This page is no longer signed in to the program.',
      'Open the address that the program printed when it started.',
    );
  }
  return new ApiFailure('http', `The request failed (HTTP ${response.status}).`, 'Try again.');
}

async function send<Answer>(
  method: string,
  path: string,
  read: (response: Response) => Promise<Answer>,
  body?: unknown,
  options: RequestInit = {},
): Promise<Answer> {
  const init: RequestInit = { method, ...options };
  if (body !== undefined) {
    init.body = JSON.stringify(body);
    init.headers = { 'content-type': 'application/json' };
  }
  try {
    const response = await fetch(path, init);
    if (!response.ok) throw await failureFrom(response);
    return await read(response);
  } catch (error) {
    if (error instanceof ApiFailure || options.signal?.aborted) throw error;
    throw new ApiFailure(
      'connection',
      'The program behind this page does not answer.',
      'Check that it is still running. This page reconnects by itself.',
    );
  }
}

export function request<Answer>(
  method: string,
  path: string,
  body?: unknown,
  options: RequestInit = {},
): Promise<Answer> {
  const ask = () => send(method, path, (response) => response.json() as Promise<Answer>, body, options);
  return method === 'GET' ? readThroughReturn(ask) : ask();
}

/** Another dataset is on the screen than the one that something was about. */
export const datasetChanged = (): ApiFailure =>
  new ApiFailure('dataset-changed', 'Another dataset was opened.', 'Nothing was changed in it.');

/**
 * For a change that begins with something slow, such as reading a file.
 * @returns throws `dataset-changed` once another dataset is on the screen than now
 */
export function holdDataset(): () => void {
  const { opening } = openedDataset;
  return () => {
    if (openedDataset.nowOf(opening) === null) throw datasetChanged();
  };
}

/**
 * Asks for something of the dataset on the screen. Rejects with `dataset-changed` where another one has taken its place
 * by the time the answer is there, so that no step that follows mistakes the one for the other.
 */
export async function requestOfDataset<Answer>(
  method: string,
  path: string,
  body?: unknown,
  options: RequestInit = {},
): Promise<Answer> {
  const read = (response: Response) => response.json() as Promise<Answer>;
  return whileOpen(method, (address) => send(method, address(path), read, body, options));
}

/** @param ask is called with the address's source, and once more after the core has returned */
async function whileOpen<Answer>(
  method: string,
  ask: (address: (path: string) => string) => Promise<Answer>,
): Promise<Answer> {
  const { opening } = openedDataset;
  const askNow = () => {
    const now = openedDataset.nowOf(opening);
    if (opening !== null && now === null) throw datasetChanged();
    return ask((path) => datasetAddress(path, now));
  };
  const answer = await (method === 'GET' ? readThroughReturn(async () => askNow()) : askNow());
  if (openedDataset.nowOf(opening) === null) throw datasetChanged();
  return answer;
}

function requestBytes(path: string): Promise<ArrayBuffer> {
  return whileOpen('GET', (address) => send('GET', address(path), (response) => response.arrayBuffer()));
}

/** A request arrives also while the page is being closed. */
const LASTING: RequestInit = { keepalive: true };
/** Browsers limit all such requests together to 64 KiB. */
const lasting = (body: object, mostBytes = 16_000): RequestInit =>
  new Blob([JSON.stringify(body)]).size < mostBytes ? LASTING : {};

/**
 * Every request that the page makes to the core. Each rejects with an ApiFailure. Requests that save a
 * decision name the opening of the dataset that the decision is about, which may not be the one on the screen
 * any more.
 */
export const api = {
  state: () => request<StateAnswer>('GET', '/api/state'),
  modelCard: () => requestOfDataset<ModelCard>('GET', '/model'),
  /** How a scan would predict the images. */
  readingOffer: () => requestOfDataset<ReadingOffer>('GET', '/scan'),
  scan: (action: ScanAction, reading: ReadingChoice = {}) =>
    requestOfDataset<Revised<{ job: JobProgress | null }>>('POST', '/scan', { action, ...reading }),
  setAnnotator: (name: string, blindness?: Blindness) =>
    requestOfDataset<StateAnswer>('PUT', '/annotator', { name, blindness }),
  setBlindness: (blindness: Blindness) => requestOfDataset<StateAnswer>('PUT', '/blindness', blindness),

  createQueue: (queue: QueueRequest, continues?: QueuePlace) =>
    requestOfDataset<Revised<NewQueue>>('POST', '/queues', { ...queue, continues }),
  queueItems: (queueId: string, offset: number, limit: number) =>
    requestOfDataset<Revised<{ items: QueueItem[] }>>(
      'GET',
      `/queues/${encodeURIComponent(queueId)}/items?offset=${offset}&limit=${limit}`,
    ),

  /** As they are by now: those that the queue came with are of that moment. */
  queueFacets: (queueId: string) =>
    requestOfDataset<{ facets: QueueFacets }>('GET', `/queues/${encodeURIComponent(queueId)}/facets`),
  tallyIn: (queueId: string) =>
    requestOfDataset<QueueTally>('GET', `/queues/${encodeURIComponent(queueId)}/tally`),
  /** The images that a decision at these positions would apply to. */
  tallyOf: (queueId: string, ranges: readonly PositionRange[]) =>
    requestOfDataset<RangeTally>('POST', `/queues/${encodeURIComponent(queueId)}/tally`, { ranges }),
  /** -1 where the image is not in the queue. */
  positionIn: (queueId: string, sampleId: number) =>
    requestOfDataset<{ position: number }>(
      'GET',
      `/queues/${encodeURIComponent(queueId)}/positions/${sampleId}`,
    ),
  /** Undone as one step. */
  saveBulkVerdict: (opening: string, queueId: string, bulk: BulkVerdict) =>
    request<BulkAnswer>(
      'POST',
      datasetAddress(`/queues/${encodeURIComponent(queueId)}/verdicts`, opening),
      bulk,
      lasting(bulk),
    ),

  preferences: () => request<StoredPreferences | null>('GET', '/api/preferences'),
  savePreferences: (preferences: StoredPreferences) =>
    request<StoredPreferences>('PUT', '/api/preferences', preferences, LASTING),

  views: () => requestOfDataset<{ views: SavedView[] }>('GET', '/views'),
  saveViews: (views: readonly SavedView[]) =>
    requestOfDataset<{ views: SavedView[] }>('PUT', '/views', { views }),

  /** Why the picture of an image cannot be shown; '' where the core has no objection to it. */
  pictureProblem: async (id: number): Promise<string> => {
    const response = await fetch(datasetAddress(`/samples/${id}/image`)).catch(() => null);
    return response === null || response.ok ? '' : (await failureFrom(response)).message;
  },
  neighbours: (id: number, count: number, signal: AbortSignal) =>
    requestOfDataset<SampleNeighbours>('GET', `/samples/${id}/neighbours?count=${count}`, undefined, {
      signal,
    }),
  sample: (id: number) => requestOfDataset<Revised<SampleDetail>>('GET', `/samples/${id}`),
  /**
   * A second request with the same `requestId`, as after a lost answer, is answered but not processed again;
   * so are undo and redo.
   */
  saveVerdict: (opening: string, verdict: VerdictRequest) =>
    request<VerdictAnswer>('POST', datasetAddress('/verdicts', opening), verdict, lasting(verdict)),
  /** All that waits at once and in its order, as the page is being left: one request each could overtake another. */
  saveWaiting: (opening: string, saves: readonly WaitingSave[]) =>
    request<unknown>('POST', datasetAddress('/verdicts/waiting', opening), { saves }, lasting(saves, 40_000)),
  undo: (opening: string, requestId: string) =>
    request<Revised<UndoResult>>('POST', datasetAddress('/undo', opening), { requestId }, LASTING),
  redo: (opening: string, requestId: string) =>
    request<Revised<UndoResult>>('POST', datasetAddress('/redo', opening), { requestId }, LASTING),
  savePlace: (opening: string, place: Place) =>
    request<unknown>('PUT', datasetAddress('/place', opening), place, LASTING),

  map: () => requestOfDataset<Revised<MapState>>('GET', '/map'),
  actOnMap: (action: MapAction) => requestOfDataset<Revised<MapState>>('POST', '/map', { action }),
  mapPoints: () => requestBytes('/map/points'),
  /** Makes these images the queue of `show: 'selection'`. */
  select: (sampleIds: number[]) => requestOfDataset<unknown>('PUT', '/selection', { sampleIds }),

  overview: () => requestOfDataset<Revised<Overview>>('GET', '/overview'),
  slices: ([column = '', within]: readonly string[]) =>
    requestOfDataset<Slices>(
      'GET',
      `/overview/slices?${new URLSearchParams(within === undefined ? { column } : { column, within })}`,
    ),
  setThreshold: (flaggedAt: number) =>
    requestOfDataset<Revised<Pick<ProjectSummary, 'counts' | 'flaggedAt'>>>('PUT', '/threshold', {
      flaggedAt,
    }),
  drawAudit: (size: number) => requestOfDataset<Revised<Overview>>('POST', '/audit', { size }),

  exportFormats: () => requestOfDataset<ExportFormatChoice[]>('GET', '/export/formats'),
  exportFolder: (what: ExportRequest, folder: string) =>
    requestOfDataset<{ files: number; folder: string }>('POST', '/export/folder', { request: what, folder }),
  exportPlaces: () => requestOfDataset<{ folder: string | null }>('GET', '/export/places'),
  previewExport: (what: ExportRequest) => requestOfDataset<ExportPreview>('POST', '/export/preview', what),
};

export const exportAddress = (what: ExportRequest): string =>
  datasetAddress(`/export/file?${exportQuery(what)}`);
export const reportAddress = (what: ExportRequest): string =>
  datasetAddress(`/report.html?${exportQuery(what)}`);

function exportQuery(what: ExportRequest): URLSearchParams {
  return new URLSearchParams({ ...what, above: String(what.above) });
}
