import { existsSync } from 'node:fs';
import { normalize } from 'node:path';
import { type BrowserWindow, dialog, type IpcMainInvokeEvent, ipcMain, shell } from 'electron';
import { z } from 'zod';
import { CALL, type JobSigns, type MenuContent, PAGE_ORIGIN } from '../../../protocol/desktop.ts';
import type { CoreSupervisor } from './core/supervisor.ts';
import { showJob } from './jobSigns.ts';

const menuContentSchema: z.ZodType<MenuContent> = z.object({
  actions: z.array(
    z.object({
      id: z.string(),
      label: z.string(),
      group: z.string(),
      keys: z.array(z.string()),
      enabled: z.boolean(),
    }),
  ),
  folder: z.string().nullable(),
  recent: z.array(z.string()),
});

const jobSignsSchema: z.ZodType<JobSigns> = z.object({
  progress: z.number().min(0).max(1).nullable(),
  ended: z.string().max(500).nullable(),
});

export interface NativeCalls {
  core: CoreSupervisor;
  window(): BrowserWindow | null;
  /** The folder that the app was started with, the first time it is asked for. */
  takeFolder(): string | null;
  showMenu(content: MenuContent): void;
}

/** Answers the page's native calls, of the app's own page only. */
export function answerNativeCalls(calls: NativeCalls): void {
  const answer = (name: string, handler: (argument: unknown) => unknown) =>
    ipcMain.handle(name, (event, argument: unknown) => {
      if (!isOwnPage(event)) throw new Error('not for this page');
      return handler(argument);
    });
  answer(CALL.chooseFolder, () => {
    const window = calls.window();
    return window === null ? null : chooseFolder(window);
  });
  answer(CALL.chooseExportFolder, async () => {
    const window = calls.window();
    const folder = window === null ? null : await chooseExportFolder(window);
    if (folder !== null) await calls.core.permitOutput(folder);
    return folder;
  });
  answer(CALL.reveal, (path) => reveal(String(path)));
  answer(CALL.restartCore, () => calls.core.start());
  answer(CALL.takeFolder, () => calls.takeFolder());
  answer(CALL.showJob, (signs) => {
    const window = calls.window();
    if (window !== null) showJob(window, jobSignsSchema.parse(signs));
  });
  answer(CALL.showMenu, (content) => calls.showMenu(menuContentSchema.parse(content)));
}

export async function chooseFolder(window: BrowserWindow): Promise<string | null> {
  const { filePaths } = await dialog.showOpenDialog(window, {
    title: 'Open a dataset folder',
    properties: ['openDirectory'],
  });
  return filePaths[0] ?? null;
}

async function chooseExportFolder(window: BrowserWindow): Promise<string | null> {
  const { filePaths } = await dialog.showOpenDialog(window, {
    title: 'Choose a folder for the export',
    properties: ['openDirectory', 'createDirectory'],
  });
  return filePaths[0] ?? null;
}

/** Shows a file in its folder, never opens it. The `#2` of a second face in one file is no part of its name. */
export function reveal(path: string): void {
  const file = existsSync(path) ? path : path.replace(/#\d+$/, '');
  shell.showItemInFolder(normalize(file)); // Windows wants its own separators
}

function isOwnPage({ senderFrame }: IpcMainInvokeEvent): boolean {
  return senderFrame !== null && senderFrame.parent === null && senderFrame.url.startsWith(`${PAGE_ORIGIN}/`);
}
