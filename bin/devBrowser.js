// The page in a browser with hot reload, and a core that restarts when its sources change.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { createServer } from 'vite';
import { root } from './node24.js';

const corePort = 47_470;
const core = `http://127.0.0.1:${corePort}`;

export async function developInBrowser(args) {
  const token = randomBytes(24).toString('base64url');
  const coreProcess = startCore(args, token);
  const page = await createServer({
    configFile: false,
    root: join(root, 'src/renderer'),
    plugins: [svelte()],
    server: {
      host: '127.0.0.1',
      // the core knows its own address only, and asks for its token
      proxy: {
        '/api': {
          target: core,
          changeOrigin: true,
          headers: { authorization: `Bearer ${token}`, origin: core },
        },
      },
    },
  });
  await page.listen();
  page.printUrls();

  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.on(signal, () => {
      coreProcess.kill(signal);
      void page.close();
    });
  }
}

function startCore(args, token) {
  const watched = ['main', 'domain', 'labelQuality', 'protocol'];
  const watch = ['--watch', ...watched.map((folder) => `--watch-path=${join(root, 'src', folder)}`)];
  const program = join(root, 'src/main/hosts/cli/main.ts');
  return spawn(
    process.execPath,
    [...watch, program, 'serve', '--quiet', '--port', String(corePort), ...args],
    { stdio: ['inherit', 'ignore', 'inherit'], env: { ...process.env, GREFEL_TOKEN: token } },
  );
}
