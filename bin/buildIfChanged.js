// Before npm start: builds the application, unless what was built is newer than everything that it is built from.
import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from './node24.js';

const SOURCES = ['src', 'electron.vite.config.ts', 'package.json', 'package-lock.json', 'tsconfig.json'];
/** The last that each of the three builds writes. */
const BUILT = ['out/main/cli.js', 'out/preload/preload.cjs', 'out/renderer/index.html'];

/** Whether something that the application is built from is newer than what was built, or nothing was. */
export function needsBuild(folder) {
  const built = BUILT.map((file) => statSync(join(folder, file), { throwIfNoEntry: false })?.mtimeMs ?? 0);
  const oldest = Math.min(...built);
  return SOURCES.some((source) => newestIn(join(folder, source)) > oldest);
}

/** Of a file, or of a folder and all in it: a folder is newer once something in it was deleted or renamed. */
function newestIn(path) {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return 0;
  if (!found.isDirectory()) return found.mtimeMs;
  return Math.max(found.mtimeMs, ...readdirSync(path).map((name) => newestIn(join(path, name))));
}

if (process.argv[1] === fileURLToPath(import.meta.url) && needsBuild(root)) {
  const program = join(root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js');
  const { status } = spawnSync(process.execPath, [program, 'build', '--logLevel', 'error'], {
    cwd: root,
    stdio: 'inherit',
  });
  process.exitCode = status ?? 1;
}
