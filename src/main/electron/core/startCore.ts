import { join, sep } from 'node:path';
import { app } from 'electron';
import { type ChildLink, type ChildListener, forkChild } from '../../processes/index.ts';
import { startUtility } from './utilityChild.ts';

/** The SQLite module is built for the N-API of Electron 36 and newer; in an older one it crashes. */
const OLDEST_ELECTRON = 36;

/** Starts the core: a utility process, or a Node 24 that the environment names where this Electron is too old. */
export function startCore(listener: ChildListener): ChildLink {
  const entry = programPath('core.js');
  const node = nodeForCore();
  if (node !== null) return forkChild({ entry, executable: node, echo: true }, listener);
  return startUtility({ entry, name: 'GReFEL Relabel core' }, listener);
}

/** A program beside this one. Node itself cannot read the archive of a packaged app, so programs lie beside it. */
export function programPath(name: string): string {
  return join(import.meta.dirname, name).replace(`app.asar${sep}`, `app.asar.unpacked${sep}`);
}

/** Never in a packaged app of a current Electron, where a variable must not choose what is run. */
function nodeForCore(): string | null {
  const isOld = Number(process.versions.electron.split('.')[0]) < OLDEST_ELECTRON;
  return app.isPackaged && !isOld ? null : (process.env.GREFEL_CORE_NODE ?? null);
}
