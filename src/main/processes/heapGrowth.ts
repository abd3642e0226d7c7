import { setFlagsFromString } from 'node:v8';

/** Percentage of the memory in use that may be added before V8 collects garbage. */
const GROWTH = 40;

/**
 * Limits this process's memory relative to its use. By default V8 lets a heap grow to several times what is
 * in use before it collects, if memory is available: reading a million rows then takes twice the memory that
 * it needs. A fixed limit would end the process with a dataset that is really larger.
 */
export function boundHeapGrowth(): void {
  setFlagsFromString(`--heap-growing-percent=${GROWTH}`);
}
