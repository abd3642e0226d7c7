import { resolve } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'electron-vite';

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
    plugins: [svelte()],
    build: {
      outDir: 'out/renderer',
      rollupOptions: { input: entry('src/renderer/index.html') },
    },
  },
});
