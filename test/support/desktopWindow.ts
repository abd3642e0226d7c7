import { execFile, execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type ElectronApplication, _electron as electron, type Page } from 'playwright-core';
import { expect, onTestFinished } from 'vitest';
import { TINY_MODELS } from './colourDataset.ts';
import { ELECTRON } from './electronRuntime.ts';
import { giveName, knowTour } from './giveName.ts';
import { PATIENCE_MS } from './testBrowser.ts';

const ROOT = join(import.meta.dirname, '../..');

export interface DesktopWindow {
  app: ElectronApplication;
  page: Page;
}

export interface DesktopOptions {
  /** Folder for the app's data, the lock of its one instance included. */
  data: string;
  display: string;
  /** As a user types them. */
  args?: string[];
  /** A program that runs in Electron itself as its core; by default the real one, on Node 24. */
  stubCore?: string;
  env?: Record<string, string>;
}

/** The built desktop app in a real window, on the tiny model; ended when the test ends. */
export async function openDesktop(options: DesktopOptions): Promise<DesktopWindow> {
  giveName(options.data);
  knowTour(options.data);
  const app = await electron.launch({
    executablePath: ELECTRON,
    args: argumentsOf(options),
    env: environmentOf(options),
  });
  app.context().setDefaultTimeout(PATIENCE_MS);
  onTestFinished(() => app.close());
  return { app, page: await app.firstWindow() };
}

/** Starts the app once more, as by a click on its icon; resolves when that start has ended. */
export async function startAgain(options: DesktopOptions): Promise<void> {
  await promisify(execFile)(ELECTRON, argumentsOf(options), { env: environmentOf(options) });
}

function argumentsOf({ args = [] }: DesktopOptions): string[] {
  return ['--no-sandbox', '--disable-gpu', ROOT, '--model', join(TINY_MODELS, 'tiny.onnx'), ...args];
}

function environmentOf({ data, display, env, stubCore }: DesktopOptions): Record<string, string> {
  return {
    ...(process.env as Record<string, string>),
    DISPLAY: display,
    GREFEL_DATA_DIR: data,
    ...(stubCore ? { GREFEL_CORE_PROGRAM: stubCore } : { GREFEL_CORE_NODE: process.execPath }),
    ...env,
  };
}

/** As the list of processes shows them: of a utility process it does not show the program. */
const PROGRAMS = { core: /out\/main\/core\.js/, engine: /out\/main\/engine\.js|node\.mojom\.NodeService/ };

/** Sends a signal to the app's core or engine, wherever the engine was started, once it runs; answers its process id. */
export async function signalProcess(
  app: ElectronApplication,
  program: 'core' | 'engine',
  signal: NodeJS.Signals,
  but = 0,
): Promise<number> {
  let pid: number | undefined;
  const isRunning = () => {
    pid = processOf(app, PROGRAMS[program]);
    return pid !== undefined && pid !== but;
  };
  await expect.poll(isRunning).toBe(true);
  if (pid === undefined) return expect.unreachable();
  process.kill(pid, signal);
  return pid;
}

/** @param but one that was killed before, and may still be listed */
export const killProcess = (app: ElectronApplication, program: 'core' | 'engine', but?: number) =>
  signalProcess(app, program, 'SIGKILL', but);

function processOf(app: ElectronApplication, program: RegExp): number | undefined {
  const shell = app.process().pid;
  const rows = execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .map(([pid, parent, ...args]) => ({ pid: Number(pid), parent: Number(parent), args: args.join(' ') }));
  const family = new Set([shell]);
  for (let size = 0; size < family.size; ) {
    size = family.size;
    for (const { pid, parent } of rows) if (family.has(parent)) family.add(pid);
  }
  return rows.find(({ pid, args }) => family.has(pid) && program.test(args))?.pid;
}
