import { type ClientResponse, hc } from 'hono/client';
import type { Api, DatasetApi } from '../../main/api/app.ts';
import { readThroughReturn } from './coreReturn.ts';
import { ApiFailure, datasetChanged, failureFrom, noAnswer } from './failure.ts';
import { datasetAddress, openedDataset } from './openedDataset.svelte.ts';

/** The core's routes. What each takes and answers is known from the routes themselves. */
export const core = hc<Api>('/').api;
/** The routes of a dataset: of the one on the screen unless another opening is named. */
export const datasetOf = (opening?: string | null) => hc<DatasetApi>(datasetAddress('', opening));

type Dataset = ReturnType<typeof datasetOf>;
type Asked<Answer> = Promise<ClientResponse<Answer, number, string>>;

/** Asks for something that changes nothing, and once more where the core went away meanwhile. */
export const read = <Answer>(ask: () => Asked<Answer>): Promise<Answer> =>
  readThroughReturn(() => change(ask()));

/** Asks for a change. Not repeated: nobody knows whether the first request was processed. */
export const change = <Answer>(asked: Asked<Answer>): Promise<Answer> =>
  successOf(asked, (response) => response.json() as Promise<Answer>);

/**
 * Asks for something of the dataset on the screen. Rejects with `dataset-changed` where another one has taken its place
 * by the time the answer is there, so that no step that follows mistakes the one for the other.
 */
export const readOf = <Answer>(ask: (dataset: Dataset) => Asked<Answer>): Promise<Answer> =>
  whileOpen((now) => readThroughReturn(async () => change(ask(now()))));

/** Asks for a change of the dataset on the screen; rejects as `readOf` does. */
export const requestChange = <Answer>(ask: (dataset: Dataset) => Asked<Answer>): Promise<Answer> =>
  whileOpen((now) => change(ask(now())));

/** An answer that is not JSON. */
export const bytesOf = (ask: (dataset: Dataset) => Asked<unknown>): Promise<ArrayBuffer> =>
  whileOpen((now) =>
    readThroughReturn(async () => successOf(ask(now()), (response) => response.arrayBuffer())),
  );

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

async function successOf<Answer, Taken>(
  asked: Asked<Answer>,
  take: (response: Awaited<Asked<Answer>>) => Promise<Taken>,
): Promise<Taken> {
  try {
    const response = await asked;
    if (!response.ok) throw await failureFrom(response);
    return await take(response);
  } catch (error) {
    if (error instanceof ApiFailure || isAbort(error)) throw error;
    throw noAnswer();
  }
}

const isAbort = (error: unknown): boolean => error instanceof DOMException && error.name === 'AbortError';

/** @param ask is given the dataset's routes by the opening that it has at the time: the core may return with another. */
async function whileOpen<Answer>(ask: (now: () => Dataset) => Promise<Answer>): Promise<Answer> {
  const { opening } = openedDataset;
  const checkDataset = holdDataset();
  const answer = await ask(() => {
    const now = openedDataset.nowOf(opening);
    if (opening !== null && now === null) throw datasetChanged();
    return datasetOf(now);
  });
  checkDataset();
  return answer;
}
