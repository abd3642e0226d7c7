/** How programs of the application start each other and talk. */
export { type ChildLink, type ChildListener, forkChild, OutputTail, type StartProcess } from './childLink.ts';
export { describeEnd } from './describeEnd.ts';
export { boundHeapGrowth } from './heapGrowth.ts';
export { makingWay } from './makingWay.ts';
export { parentLink } from './parentLink.ts';
export { programEntry } from './programEntry.ts';
