import { availableParallelism } from 'node:os';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';
import { COMPILED } from './test/support/compiledPrograms.ts';

// A machine that others share may stand still for longer than any wait: the limits only end what hangs, and what took
// two tries is listed as such.
const retry = process.env.REQUIRE_E2E === '1' ? 1 : 0;

// For the workers, and for every process that a test starts.
process.env.NODE_COMPILE_CACHE ??= COMPILED;

export default defineConfig({
  test: {
    projects: [
      {
        plugins: [svelte()],
        resolve: { conditions: ['browser'] },
        test: {
          name: 'unit',
          // The default leaves one core idle, which on two cores is half of them.
          maxWorkers: Math.max(2, availableParallelism() - 1),
          sequence: { groupOrder: 0 },
          include: ['test/**/*.test.ts'],
          exclude: ['test/e2e/**'],
          globalSetup: 'test/support/compiledPrograms.ts',
          testTimeout: 240_000,
          hookTimeout: 240_000,
          retry,
          expect: { poll: { timeout: 60_000 } },
        },
      },
      {
        test: {
          name: 'e2e',
          sequence: { groupOrder: 1 },
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: 'test/support/buildApplication.ts',
          testTimeout: 240_000,
          hookTimeout: 240_000,
          expect: { poll: { timeout: 60_000 } },
          // Each file has a browser, a core and an engine of its own, so that more than two would wait for each other.
          maxWorkers: 2,
          retry,
        },
      },
    ],
  },
});
