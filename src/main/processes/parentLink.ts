/** Electron's end of a utility process; only the parts used here, so that plain Node needs no types of it. */
interface ParentPort {
  on(event: 'message', listener: (event: { data: unknown }) => void): void;
  postMessage(message: unknown): void;
}

/** How a program talks to the one that started it. */
interface ParentLink {
  send(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
}

/**
 * The link to the process that started this one, with child_process.fork or as Electron's utility process.
 * Ends this process when the other is gone, because nobody else would.
 */
export function parentLink(): ParentLink {
  const port = (process as { parentPort?: ParentPort }).parentPort;
  if (port) {
    return {
      send: (message) => port.postMessage(message),
      onMessage: (listener) => port.on('message', ({ data }) => listener(data)),
    };
  }
  process.on('disconnect', () => process.exit(0));
  return {
    send: (message) => void process.send?.(message),
    onMessage: (listener) => void process.on('message', listener),
  };
}
