// Finds the Electron that can show a window here, or why there is none. Plain JavaScript that runs on Node
// 20.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './node24.js';

const installer = join(root, 'node_modules', 'electron', 'install.js');
/** Before this version the core does not run in Electron itself. */
const OLDEST_ELECTRON = 36;
const DOWNLOAD_TIMEOUT_MS = 300_000;

/** `{ path, isOld }`, or `{ reason }` as a clause. */
export async function findElectron(args) {
  const { DISPLAY, WAYLAND_DISPLAY } = process.env;
  if (process.platform === 'linux') {
    if (!DISPLAY && !WAYLAND_DISPLAY) return { reason: 'there is no display' };
    if (process.getuid() === 0 && !args.includes('--no-sandbox'))
      return { reason: 'Electron keeps its sandbox only for a user other than root' };
  }
  const dist = process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(root, 'node_modules', 'electron', 'dist');
  const path = join(dist, executable());
  if (!existsSync(path)) fetchElectron();
  if (!existsSync(path)) return { reason: 'the Electron runtime is not installed' };
  return { path, isOld: majorVersion(dist) < OLDEST_ELECTRON };
}

/** npm brings Electron's installer only; the runtime comes at the first start, where the network allows. */
function fetchElectron() {
  if (!existsSync(installer) || process.env.ELECTRON_OVERRIDE_DIST_PATH) return;
  if (process.env.ELECTRON_SKIP_BINARY_DOWNLOAD) return;
  console.error('Fetching the Electron runtime, once (about 120 MB).');
  spawnSync(process.execPath, [installer], { stdio: 'ignore', timeout: DOWNLOAD_TIMEOUT_MS });
}

function executable() {
  if (process.platform === 'darwin') return 'Electron.app/Contents/MacOS/Electron';
  return process.platform === 'win32' ? 'electron.exe' : 'electron';
}

function majorVersion(dist) {
  return Number.parseInt(readFileSync(join(dist, 'version'), 'utf8').replace(/^v/, ''), 10);
}
