const GIVEN_UP_AFTER_MS = 10_000;

let waiting: (() => void)[] = [];

/** The core answers again: what could not be read from it is asked for once more. */
export function announceReturn(): void {
  for (const goOn of waiting) goOn();
  waiting = [];
}

/**
 * Reads from the core, and once more where it went away over the first question: when it is back, or has had time to be.
 * What changes anything is not for this: nobody knows whether the first question was heard.
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
