const GIVEN_UP_AFTER_MS = 10_000;

let waiting: (() => void)[] = [];

/** The core answers again: requests that failed are repeated. */
export function announceReturn(): void {
  for (const goOn of waiting) goOn();
  waiting = [];
}

/**
 * Reads from the core, and once more if it went away during the first request: when it is back, or has had
 * time to be. Not for requests that change anything: nobody knows whether the first one was processed.
 */
export async function readThroughReturn<Answer>(read: () => Promise<Answer>): Promise<Answer> {
  try {
    return await read();
  } catch (error) {
    if (!isConnection(error)) throw error;
  }
  await new Promise<void>((resolve) => {
    waiting.push(resolve);
    setTimeout(resolve, GIVEN_UP_AFTER_MS);
  });
  return read();
}

const isConnection = (error: unknown): boolean =>
  error instanceof Error && 'isConnection' in error && error.isConnection === true;
