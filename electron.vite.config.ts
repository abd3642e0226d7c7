import { resolve } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'electron-vite';
import type { Plugin } from 'vite';

/** Vite's client tries the page's own host first, then that of the server; security.ts lets only the second through. */
const allowHotReload: Plugin = {
  name: 'allow-hot-reload',
  apply: 'serve',
  transformIndexHtml: (html) => html.replace("connect-src 'self'", "connect-src 'self' ws:"),
};

const entry = (path: string) => resolve(import.meta.dirname, path);

export default defineConfig({
  main: {
    build: {
      outDir: 'out/main',
      target: 'node20', // that of the Electron that tests run
      rollupOptions: {
        input: {
          cli: entry('src/main/hosts/cli/main.ts'),
          core: entry('src/main/hosts/core/coreProcess.ts'),
          decoder: entry('src/main/decoding/decoderProcess.ts'),
          electron: entry('src/main/hosts/electron/main.ts'),
          engine: entry('src/main/engine/engineProcess.ts'),
          map: entry('src/main/map/mapWorker.ts'),
        },
        output: { format: 'es' },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      rollupOptions: {
        input: { preload: entry('src/preload/preload.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'src/renderer',
    plugins: [svelte(), allowHotReload],
    server: { host: '127.0.0.1' },
    build: {
      outDir: 'out/renderer',
      rollupOptions: { input: entry('src/renderer/index.html') },
    },
  },
});
