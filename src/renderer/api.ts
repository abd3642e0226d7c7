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
} from '../shared/api.ts';
import type { ExportFormatChoice } from '../shared/exportFormats.ts';
import type { MapAction, MapState } from '../shared/map.ts';
import type { ReadingChoice, ReadingOffer } from '../shared/model.ts';
import type { ModelCard } from '../shared/modelCard.ts';
import type { Overview, Slices } from '../shared/overview.ts';
import type { StoredPreferences } from '../shared/preferences.ts';
import type {
  NewQueue,
  QueueFacets,
  QueueItem,
  QueueRequest,
  QueueTally,
  RangeTally,
} from '../shared/queue.ts';
import type { Blindness, BulkVerdict, VerdictRequest, WaitingSave } from '../shared/review.ts';
import type { Revised } from '../shared/revision.ts';
import { MAY_PASS } from '../shared/storageFailures.ts';
import { readThroughReturn } from './coreReturn.ts';
import type { PositionRange } from './state/selection.svelte.ts';

/** A request that did not succeed: what the core answered, or that it did not answer at all. */
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

  /** What may pass by itself: the core is back, or someone has seen to the disk. */
  get mayPass(): boolean {
    return this.isConnection || MAY_PASS.has(this.code);
  }
}

/** Any thrown value as a failure that can be shown. */
export function failureOf(error: unknown): ApiFailure {
  if (error instanceof ApiFailure) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new ApiFailure('page', message, 'Reload the page. Verdicts that were saved are kept.');
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
      'Check that it is still running. The page goes on by itself when it is back.',
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

function requestBytes(path: string): Promise<ArrayBuffer> {
  return readThroughReturn(() => send('GET', path, (response) => response.arrayBuffer()));
}

/** A request arrives also while the page is being closed. */
const LASTING: RequestInit = { keepalive: true };
/** Browsers let no more than 64 KiB of all requests arrive so. */
const lasting = (body: object, mostBytes = 16_000): RequestInit =>
  new Blob([JSON.stringify(body)]).size < mostBytes ? LASTING : {};

/** Every request that the page makes of the core. Each rejects with an ApiFailure. */
export const api = {
  state: () => request<StateAnswer>('GET', '/api/state'),
  modelCard: () => request<ModelCard>('GET', '/api/model'),
  /** How a scan would read the images. */
  readingOffer: () => request<ReadingOffer>('GET', '/api/scan'),
  scan: (action: ScanAction, reading: ReadingChoice = {}) =>
    request<Revised<{ job: JobProgress | null }>>('POST', '/api/scan', { action, ...reading }),
  setAnnotator: (name: string, blindness?: Blindness) =>
    request<StateAnswer>('PUT', '/api/annotator', { name, blindness }),
  setBlindness: (blindness: Blindness) => request<StateAnswer>('PUT', '/api/blindness', blindness),

  createQueue: (queue: QueueRequest) => request<Revised<NewQueue>>('POST', '/api/queues', queue),
  queueItems: (queueId: string, offset: number, limit: number) =>
    request<Revised<{ items: QueueItem[] }>>(
      'GET',
      `/api/queues/${encodeURIComponent(queueId)}/items?offset=${offset}&limit=${limit}`,
    ),

  /** As they are by now: those that the queue came with are of that moment. */
  queueFacets: (queueId: string) =>
    request<{ facets: QueueFacets }>('GET', `/api/queues/${encodeURIComponent(queueId)}/facets`),
  tallyIn: (queueId: string) =>
    request<QueueTally>('GET', `/api/queues/${encodeURIComponent(queueId)}/tally`),
  /** What a verdict on these positions would be on. */
  tallyOf: (queueId: string, ranges: readonly PositionRange[]) =>
    request<RangeTally>('POST', `/api/queues/${encodeURIComponent(queueId)}/tally`, { ranges }),
  /** -1 where the image is not in the queue. */
  positionIn: (queueId: string, sampleId: number) =>
    request<{ position: number }>('GET', `/api/queues/${encodeURIComponent(queueId)}/positions/${sampleId}`),
  /** Undone as one step. */
  saveBulkVerdict: (queueId: string, bulk: BulkVerdict) =>
    request<BulkAnswer>('POST', `/api/queues/${encodeURIComponent(queueId)}/verdicts`, bulk, lasting(bulk)),

  preferences: () => request<StoredPreferences | null>('GET', '/api/preferences'),
  savePreferences: (preferences: StoredPreferences) =>
    request<StoredPreferences>('PUT', '/api/preferences', preferences, LASTING),

  views: () => request<{ views: SavedView[] }>('GET', '/api/views'),
  saveViews: (views: readonly SavedView[]) => request<{ views: SavedView[] }>('PUT', '/api/views', { views }),

  /** Why the picture of an image cannot be shown; '' where the core has no objection to it. */
  pictureProblem: async (id: number): Promise<string> => {
    const response = await fetch(`/api/samples/${id}/image`).catch(() => null);
    return response === null || response.ok ? '' : (await failureFrom(response)).message;
  },
  neighbours: (id: number, count: number, signal: AbortSignal) =>
    request<SampleNeighbours>('GET', `/api/samples/${id}/neighbours?count=${count}`, undefined, { signal }),
  sample: (id: number) => request<Revised<SampleDetail>>('GET', `/api/samples/${id}`),
  /** A request of the same `requestId`, as after no answer, is answered and not heard twice; so are undo and redo. */
  saveVerdict: (verdict: VerdictRequest) =>
    request<VerdictAnswer>('POST', '/api/verdicts', verdict, lasting(verdict)),
  /** All that waits at once and in its order, as the page is being left: one request each could overtake another. */
  saveWaiting: (saves: readonly WaitingSave[]) =>
    request<unknown>('POST', '/api/verdicts/waiting', { saves }, lasting(saves, 40_000)),
  undo: (requestId: string) => request<Revised<UndoResult>>('POST', '/api/undo', { requestId }, LASTING),
  redo: (requestId: string) => request<Revised<UndoResult>>('POST', '/api/redo', { requestId }, LASTING),
  savePlace: (place: Place) => request<unknown>('PUT', '/api/place', place, LASTING),

  map: () => request<Revised<MapState>>('GET', '/api/map'),
  actOnMap: (action: MapAction) => request<Revised<MapState>>('POST', '/api/map', { action }),
  mapPoints: () => requestBytes('/api/map/points'),
  /** Makes these images the queue of `show: 'selection'`. */
  select: (sampleIds: number[]) => request<unknown>('PUT', '/api/selection', { sampleIds }),

  overview: () => request<Revised<Overview>>('GET', '/api/overview'),
  slices: ([column = '', within]: readonly string[]) =>
    request<Slices>(
      'GET',
      `/api/overview/slices?${new URLSearchParams(within === undefined ? { column } : { column, within })}`,
    ),
  setThreshold: (flaggedAt: number) =>
    request<Revised<Pick<ProjectSummary, 'counts' | 'flaggedAt'>>>('PUT', '/api/threshold', { flaggedAt }),
  drawAudit: (size: number) => request<Revised<Overview>>('POST', '/api/audit', { size }),

  exportFormats: () => request<ExportFormatChoice[]>('GET', '/api/export/formats'),
  exportFolder: (what: ExportRequest, folder: string) =>
    request<{ files: number; folder: string }>('POST', '/api/export/folder', { request: what, folder }),
  exportPlaces: () => request<{ folder: string | null }>('GET', '/api/export/places'),
  previewExport: (what: ExportRequest) => request<ExportPreview>('POST', '/api/export/preview', what),
};

export const exportAddress = (what: ExportRequest): string => `/api/export/file?${exportQuery(what)}`;
export const reportAddress = (what: ExportRequest): string => `/api/report.html?${exportQuery(what)}`;

function exportQuery(what: ExportRequest): URLSearchParams {
  return new URLSearchParams({ ...what, above: String(what.above) });
}
