import type { JobProgress, ProjectCounts, ServerEvents } from '../../shared/api.ts';
import type { MapState } from '../../shared/map.ts';
import type { VerdictChange } from '../../shared/review.ts';

export type Connection = 'connecting' | 'live' | 'lost';

export interface EventListeners {
  job(job: JobProgress): void;
  counts(counts: ProjectCounts): void;
  verdicts(changes: VerdictChange[] | null): void;
  map(map: MapState): void;
  state(): void;
  connection(connection: Connection): void;
  /** The core answered, but not with events: a request of another kind may say why. */
  refused(): void;
}

const RECONNECT_AFTER_MS = 2000;

/** Listens to the core's events until the answer is called; reconnects for as long as it takes. */
export function listenToEvents(listeners: EventListeners): () => void {
  let source: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const connect = () => {
    const current = new EventSource('/api/events');
    source = current;
    const on = <Name extends keyof ServerEvents>(name: Name, listener: (data: ServerEvents[Name]) => void) =>
      current.addEventListener(name, (event: MessageEvent<string>) => listener(JSON.parse(event.data)));
    on('job', listeners.job);
    on('counts', listeners.counts);
    on('verdicts', listeners.verdicts);
    on('map', listeners.map);
    on('state', () => listeners.state());
    current.onopen = () => listeners.connection('live');
    current.onerror = () => {
      listeners.connection('lost');
      // A browser tries again by itself after a broken line, but not after a refused one.
      if (current.readyState !== EventSource.CLOSED) return;
      timer = setTimeout(connect, RECONNECT_AFTER_MS);
      listeners.refused();
    };
  };
  connect();
  return () => {
    clearTimeout(timer);
    source?.close();
  };
}
