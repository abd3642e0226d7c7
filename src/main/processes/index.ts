/** How programs of the application start each other and talk. */
export {
  type ChildLink,
  type ChildListener,
  type ForkOptions,
  forkChild,
  OutputTail,
  type StartProcess,
} from './childLink.ts';
export { type ParentLink, parentLink } from './parentLink.ts';
