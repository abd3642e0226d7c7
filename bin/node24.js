// The project brings its own Node 24: npm scripts and npx find it on the PATH. A script that was started by
// an older Node starts itself again on that one. Plain JavaScript that runs on Node 20.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Runs `script` with Node 24 and takes over its exit code. */
export async function runOnNode24(script, args) {
  if (!existsSync(script)) {
    console.error(`grefel: ${script} is not built. Run: npm run build`);
    process.exitCode = 1;
    return;
  }
  if (Number(process.versions.node.split('.')[0]) >= 24) {
    process.argv = [process.argv[0], script, ...args];
    await import(script);
    return;
  }
  const child = spawn(bundledNode(), [script, ...args], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code) => {
    process.exitCode = code ?? 1;
  });
}

/** The Node 24 that comes with the project. */
export function bundledNode() {
  const require = createRequire(import.meta.url);
  const { platform, arch } = process;
  const system = platform === 'win32' ? 'win' : platform;
  for (const name of [`node-${system}-${arch}`, `node-bin-${system}-${arch}`]) {
    try {
      const folder = dirname(require.resolve(`${name}/package.json`));
      return join(folder, 'bin', platform === 'win32' ? 'node.exe' : 'node');
    } catch {
      // not the package of this system: try the next
    }
  }
  console.error(
    `grefel: Node ${process.versions.node} is too old and no Node 24 comes with this system. Install Node 24.`,
  );
  process.exit(1);
}
