import { join, sep } from 'node:path';
import { app } from 'electron';
import { type ChildLink, type ChildListener, forkChild } from '../../../processes/index.ts';
import { startUtility } from './utilityChild.ts';

/** The SQLite module is built for the N-API of Electron 36 and newer; in an older one it crashes. */
const OLDEST_ELECTRON = 36;

export interface StartedCore {
  child: ChildLink;
  /** Its engine has to be started for it. */
  needsEngines: boolean;
}

/** Starts the core: a utility process, or a Node 24 that the environment names where this Electron is too old. */
export function startCore(listener: ChildListener): StartedCore {
  const entry = coreProgram();
  const node = nodeForCore();
  if (node === null) {
    return { child: startUtility({ entry, name: 'GReFEL Relabel core' }, listener), needsEngines: true };
  }
  return {
    child: forkChild({ entry, executable: node, echo: true }, listener),
    needsEngines: process.env.GREFEL_ENGINE === 'utility', // so that tests see the shipped app's way too
  };
}

/** Tests of an Electron that is too old for the core give it a stub. */
function coreProgram(): string {
  const stub = app.isPackaged ? undefined : process.env.GREFEL_CORE_PROGRAM;
  return stub ?? programPath('core.js');
}

/**
 * A program beside this one. Node itself cannot open the archive of a packaged app, so programs are files
 * next to it.
 */
function programPath(name: string): string {
  return join(import.meta.dirname, name).replace(`app.asar${sep}`, `app.asar.unpacked${sep}`);
}

/** Never in a packaged app of a current Electron, where a variable must not choose which program runs. */
function nodeForCore(): string | null {
  const isOld = Number(process.versions.electron.split('.')[0]) < OLDEST_ELECTRON;
  return app.isPackaged && !isOld ? null : (process.env.GREFEL_CORE_NODE ?? null);
}
