import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContext } from 'playwright-core';
import { launchChromium } from '../../test/support/chromium.ts';
import { giveName, knowTour } from '../../test/support/giveName.ts';

const CLI = join(import.meta.dirname, '../../out/main/cli.js');

export interface ServedProject {
  url: string;
  context: BrowserContext;
  corePid: number;
  /** Until the core answered. */
  startMs: number;
  stop(): Promise<void>;
}

/** A project served by the built application, and a fresh browser for it. */
export async function serveProject(
  { folder, file }: { folder: string; file: string },
  data: string,
  graphics?: readonly string[],
): Promise<ServedProject> {
  giveName(data);
  knowTour(data);
  const started = performance.now();
  const core = spawn(process.execPath, [CLI, 'serve', folder, '--project', file, '--quiet'], {
    env: { ...process.env, GREFEL_DATA_DIR: data },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(core, 'exit');
  const [line] = await Promise.race([
    once(core.stdout, 'data'),
    ended.then(() => Promise.reject(new Error('grefel serve ended at once'))),
  ]);
  const startMs = performance.now() - started;
  const context = await launchChromium(undefined, graphics);
  return {
    url: String(line).trim(),
    context,
    corePid: core.pid ?? 0,
    startMs,
    async stop() {
      await context.close();
      core.kill('SIGTERM');
      await ended;
    },
  };
}

export function residentMegabytes(pid: number): number {
  const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Math.round(Number(kilobytes) / 1000);
}
