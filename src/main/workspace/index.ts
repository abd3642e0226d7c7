/** One opened dataset with all that can be done in it. */
export { Workspace } from './workspace.ts';
