// The desktop window on Vite's server: a changed component is replaced in the open window, a changed preload loads the
// page again, and a change in the main process restarts the app.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { bundledNode, root } from './node24.js';

const electronVite = join(root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js');

/** @param electron as findElectron found it */
export function developInWindow({ path, isOld }, args) {
  const child = spawn(process.execPath, [electronVite, 'dev', '--watch', '--', ...args], {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...process.env,
      ELECTRON_EXEC_PATH: path,
      ...(isOld && { GREFEL_CORE_NODE: bundledNode() }),
    },
  });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code) => {
    process.exitCode = code ?? 1;
  });
}
