import type { ServerEvent, ServerEventName, ServerEvents } from '../../protocol/api.ts';
import type { Revision } from '../../protocol/revision.ts';

export type Connection = 'connecting' | 'live' | 'lost';

type CoreListener<Name extends ServerEventName> = (data: ServerEvents[Name], revision: Revision) => void;
/** What a page does with each event. */
export type CoreListeners = { [Name in ServerEventName]: CoreListener<Name> };

interface ConnectionListeners {
  connection(connection: Connection): void;
  /** The core answered, but not with events: a request of another kind may say why. */
  refused(): void;
}

const RECONNECT_AFTER_MS = 2000;

/** Listens to the core's events until the answer is called; reconnects for as long as it takes. */
export function listenToEvents(listeners: CoreListeners, on: ConnectionListeners): () => void {
  let source: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const connect = () => {
    const current = new EventSource('/api/events');
    source = current;
    for (const [name, listener] of Object.entries(listeners) as [string, CoreListener<ServerEventName>][]) {
      current.addEventListener(name, (event: MessageEvent<string>) => {
        const { data, revision } = JSON.parse(event.data) as ServerEvent<ServerEventName>;
        listener(data, revision);
      });
    }
    current.onopen = () => on.connection('live');
    current.onerror = () => {
      on.connection('lost');
      // A browser tries again by itself after a broken connection, but not after a refused one.
      if (current.readyState !== EventSource.CLOSED) return;
      timer = setTimeout(connect, RECONNECT_AFTER_MS);
      on.refused();
    };
  };
  connect();
  return () => {
    clearTimeout(timer);
    source?.close();
  };
}
