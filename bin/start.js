// npm start [-- FOLDER]: the desktop app; where it cannot run, the same screen in a browser.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findElectron } from './electron.js';
import { bundledNode, root, runOnNode24 } from './node24.js';

/** An Electron that ends sooner than this with an error has shown no window. */
const STARTED_AFTER_MS = 10_000;

const { args, isOwn } = withLast(process.argv.slice(2));
const electron = await findElectron(args);
if (electron.path === undefined) await serve(electron.reason);
else openWindow(electron);

/** Without a folder the dataset that was opened last is opened, before the first one the sample. */
function withLast(given) {
  const takesValue = { type: 'string' };
  const options = {
    model: takesValue,
    provider: takesValue,
    precision: takesValue,
    views: takesValue,
    threads: takesValue,
    port: takesValue,
    project: takesValue,
  };
  const { positionals } = parseArgs({ args: given, options, strict: false, allowPositionals: true });
  const isOwn = positionals.length > 0;
  return { args: isOwn ? given : ['--last', ...given], isOwn };
}

async function serve(reason) {
  console.error(`No desktop window (${reason}): serving the same pages at a local address.`);
  const check = isOwn ? ['--check'] : []; // as the window does
  await runOnNode24(join(root, 'out', 'main', 'cli.js'), ['serve', ...check, ...args]);
}

function openWindow({ path, isOld }) {
  const startedMs = Date.now();
  const env = isOld ? { ...process.env, GREFEL_CORE_NODE: bundledNode() } : process.env;
  const child = spawn(path, [root, ...args], { stdio: 'inherit', env });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => serve(error.message));
  child.on('exit', (code, signal) => {
    if (
      code !== 0 &&
      signal !== 'SIGINT' &&
      signal !== 'SIGTERM' &&
      Date.now() - startedMs < STARTED_AFTER_MS
    )
      void serve(`Electron ended with ${signal ?? code}`);
    else process.exitCode = code ?? 0;
  });
}
