import { setFlagsFromString } from 'node:v8';

/** Per cent of what is in use that may be added before V8 looks for garbage. */
const GROWTH = 40;

/**
 * Bounds this process's memory by what it uses. By itself V8 lets a heap grow to several times that before it collects,
 * where memory is there: reading a million rows then takes twice the memory that it needs. A fixed limit would end the
 * process with a dataset that is really larger.
 */
export function boundHeapGrowth(): void {
  setFlagsFromString(`--heap-growing-percent=${GROWTH}`);
}
