import { existsSync } from 'node:fs';
import { normalize } from 'node:path';
import {
  type BrowserWindow,
  dialog,
  type IpcMainInvokeEvent,
  ipcMain,
  shell,
  type WebContents,
} from 'electron';
import { z } from 'zod';
import { CALL, type JobSigns, type MenuContent, PAGE_ORIGIN } from '../../../protocol/desktop.ts';
import type { DatasetWindow } from './datasetWindow.ts';
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
  windowOf(contents: WebContents): DatasetWindow | null;
  showMenu(window: DatasetWindow, content: MenuContent): void;
  /** Brings another window that has this dataset open forward. @returns false if there is none */
  showWindowOf(folder: string, asking: WebContents): boolean;
}

/** Answers the page's native calls, of the app's own pages only. */
export function answerNativeCalls(calls: NativeCalls): void {
  const answer = (name: string, handler: (window: DatasetWindow, argument: unknown) => unknown) =>
    ipcMain.handle(name, (event, argument: unknown) => {
      const window = calls.windowOf(event.sender);
      if (!isOwnPage(event) || window === null) throw new Error('not for this page');
      return handler(window, argument);
    });
  answer(CALL.chooseFolder, ({ window }) => chooseFolder(window));
  answer(CALL.chooseExportFolder, async ({ window, core }) => {
    const folder = await chooseExportFolder(window);
    if (folder !== null) await core.permitOutput(folder);
    return folder;
  });
  answer(CALL.reveal, (_window, path) => reveal(String(path)));
  answer(CALL.restartCore, ({ core }) => core.start());
  answer(CALL.takeFolder, (window) => window.takeFolder());
  answer(CALL.showWindowOf, ({ window }, folder) => calls.showWindowOf(String(folder), window.webContents));
  answer(CALL.showJob, ({ window }, signs) => showJob(window, jobSignsSchema.parse(signs)));
  answer(CALL.showMenu, (window, content) => calls.showMenu(window, menuContentSchema.parse(content)));
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
