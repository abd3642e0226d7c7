import type { BrowserWindow } from 'electron';
import { type Notice, SEND } from '../../../protocol/desktop.ts';

interface Messages {
  action: string;
  openFolder: string;
  notice: Notice;
}

/** Tells the page in the window something: see Desktop in src/protocol/desktop.ts. */
export function sendToPage<Name extends keyof Messages>(
  window: BrowserWindow,
  name: Name,
  value: Messages[Name],
): void {
  if (!window.isDestroyed()) window.webContents.send(SEND[name], value);
}
