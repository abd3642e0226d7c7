import {
  SERVER_EVENT_NAMES,
  type ServerEvent,
  type ServerEventName,
  type ServerEvents,
} from '../../protocol/api.ts';
import type { Revision } from '../../protocol/revision.ts';

export type Connection = 'connecting' | 'live' | 'lost';

type CoreListener<Name extends ServerEventName> = (told: ServerEvents[Name], revision: Revision) => void;
type CoreListeners = { [Name in ServerEventName]: CoreListener<Name> };

export interface EventListeners extends CoreListeners {
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
    const on = <Name extends ServerEventName>(name: Name, listener: CoreListener<Name>) =>
      current.addEventListener(name, ({ data }: MessageEvent<string>) => {
        const { told, revision } = JSON.parse(data) as ServerEvent<Name>;
        listener(told, revision);
      });
    for (const name of SERVER_EVENT_NAMES) on(name, listeners[name] as CoreListener<typeof name>);
    current.onopen = () => listeners.connection('live');
    current.onerror = () => {
      listeners.connection('lost');
      // A browser tries again by itself after a broken connection, but not after a refused one.
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
