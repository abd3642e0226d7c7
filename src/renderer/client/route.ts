import type { z } from 'zod';
import { type MetadataFilter, restricts } from '../../domain/metadata.ts';
import { type QueueFilter, queueRequestSchema, VIEWS, type View } from '../../protocol/queue.ts';

/** A queue request with every default filled in. */
export type CompleteQueueRequest = z.output<typeof queueRequestSchema>;

const SCREENS = ['open', 'review', 'overview', 'map', 'team', 'export'] as const;
export type Screen = (typeof SCREENS)[number];

interface Route {
  screen: Screen;
  request: CompleteQueueRequest;
  view: View;
  sampleId: number | null;
  /** False where the address names no queue, so that the place kept by the project counts. */
  explicit: boolean;
}

export const defaultRequest: CompleteQueueRequest = queueRequestSchema.parse({});

const integers = (values: string[]): number[] => values.filter((value) => /^\d+$/.test(value)).map(Number);
const fraction = (value: string | null, otherwise: number): number => {
  const parsed = Number.parseFloat(value ?? '');
  return parsed >= 0 && parsed <= 1 ? parsed : otherwise;
};

/** Filters by further columns: `is.gender=female`, `from.age=20&to.age=30`. */
function metadataFilters(parameters: URLSearchParams): MetadataFilter[] {
  const filters = new Map<string, MetadataFilter>();
  for (const [name, text] of parameters) {
    const [, kind, column] = /^(is|from|to)\.(.+)$/s.exec(name) ?? [];
    if (kind === undefined || column === undefined) continue;
    const filter = filters.get(column) ?? { column, values: [], from: null, to: null };
    const value = Number.parseFloat(text);
    if (kind === 'is') filter.values.push(text);
    else if (Number.isFinite(value)) filter[kind as 'from' | 'to'] = value;
    filters.set(column, filter);
  }
  return [...filters.values()].filter(restricts);
}

/**
 * Parses an address hash such as `#/review?show=all&given=1&given=6&sample=12`; invalid parts get their
 * defaults.
 */
export function routeFromHash(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const parameters = new URLSearchParams(query);
  const parsed = queueRequestSchema.safeParse({
    filter: {
      show: parameters.get('show') ?? undefined,
      given: integers(parameters.getAll('given')),
      suggested: integers(parameters.getAll('suggested')),
      earlier: integers(parameters.getAll('earlier')),
      splits: parameters.getAll('split'),
      statuses: parameters.getAll('status'),
      minScore: fraction(parameters.get('min'), 0),
      maxScore: fraction(parameters.get('max'), 1),
      minConfidence: fraction(parameters.get('sure-from'), 0),
      maxConfidence: fraction(parameters.get('sure-to'), 1),
      name: parameters.get('name') ?? '',
      metadata: metadataFilters(parameters),
    },
    score: parameters.get('score') ?? undefined,
    group: parameters.get('group') ?? undefined,
  });
  const sample = parameters.get('sample') ?? '';
  return {
    screen: SCREENS.find((screen) => screen === path) ?? 'review',
    request: parsed.success ? parsed.data : defaultRequest,
    view: VIEWS.find((view) => view === parameters.get('view')) ?? 'single',
    sampleId: /^\d+$/.test(sample) ? Number(sample) : null,
    explicit: parsed.success && query !== '',
  };
}

/** The hash of a queue, an image in it and the view; defaults are omitted. */
export function reviewHash(
  request: CompleteQueueRequest,
  sampleId: number | null,
  view: View = 'single',
): string {
  const { filter, score, group } = request;
  const parameters = new URLSearchParams();
  parameters.set('show', filter.show);
  for (const given of filter.given) parameters.append('given', String(given));
  for (const suggested of filter.suggested) parameters.append('suggested', String(suggested));
  for (const earlier of filter.earlier) parameters.append('earlier', String(earlier));
  for (const split of filter.splits) parameters.append('split', split);
  for (const status of filter.statuses) parameters.append('status', status);
  if (filter.minScore > 0) parameters.set('min', String(filter.minScore));
  if (filter.maxScore < 1) parameters.set('max', String(filter.maxScore));
  if (filter.minConfidence > 0) parameters.set('sure-from', String(filter.minConfidence));
  if (filter.maxConfidence < 1) parameters.set('sure-to', String(filter.maxConfidence));
  if (filter.name) parameters.set('name', filter.name);
  for (const { column, values, from, to } of filter.metadata) {
    for (const value of values) parameters.append(`is.${column}`, value);
    if (from !== null) parameters.set(`from.${column}`, String(from));
    if (to !== null) parameters.set(`to.${column}`, String(to));
  }
  if (score !== defaultRequest.score) parameters.set('score', score);
  if (group !== 'none') parameters.set('group', group);
  if (view !== 'single') parameters.set('view', view);
  if (sampleId !== null) parameters.set('sample', String(sampleId));
  return `#/review?${parameters}`;
}

/** The address of a queue by its filter alone. */
export function queueHash(filter: Partial<QueueFilter>): string {
  return reviewHash({ ...defaultRequest, filter: { ...defaultRequest.filter, ...filter } }, null);
}

/** Whether two requests ask for the same queue. */
export function sameRequest(left: CompleteQueueRequest, right: CompleteQueueRequest): boolean {
  return reviewHash(left, null) === reviewHash(right, null);
}

/** Whether filters narrow a queue down. */
export function isFiltered(request: CompleteQueueRequest): boolean {
  const { show } = request.filter;
  return !sameRequest(request, { ...request, filter: { ...defaultRequest.filter, show } });
}
