import { join } from 'node:path';
import { type ElectronApplication, _electron as electron, type Page } from 'playwright-core';
import { onTestFinished } from 'vitest';
import { TINY_MODELS } from './colourDataset.ts';
import { ELECTRON } from './electronRuntime.ts';

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
  env?: Record<string, string>;
}

/** The built desktop app in a real window, on the tiny model; ended when the test ends. */
export async function openDesktop({
  data,
  display,
  args = [],
  env = {},
}: DesktopOptions): Promise<DesktopWindow> {
  const app = await electron.launch({
    executablePath: ELECTRON,
    args: ['--no-sandbox', '--disable-gpu', ROOT, '--model', join(TINY_MODELS, 'tiny.onnx'), ...args],
    env: {
      ...(process.env as Record<string, string>),
      DISPLAY: display,
      GREFEL_DATA_DIR: data,
      GREFEL_CORE_NODE: process.execPath,
      ...env,
    },
  });
  onTestFinished(() => app.close());
  return { app, page: await app.firstWindow() };
}
