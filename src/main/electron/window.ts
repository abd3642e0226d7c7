import { join } from 'node:path';
import { BrowserWindow, type Session } from 'electron';
import { PAGE_ORIGIN } from '../../shared/desktop.ts';

/** The one window. The page in it can do what a web page can, and what the preload offers; nothing else. */
export function createWindow(session: Session): BrowserWindow {
  const window = new BrowserWindow({
    title: 'GReFEL Relabel',
    width: 1440,
    height: 900,
    minWidth: 800,
    minHeight: 560,
    show: false,
    backgroundColor: '#13161c',
    webPreferences: {
      session,
      preload: join(import.meta.dirname, '../preload/preload.cjs'),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      spellcheck: false,
    },
  });
  window.once('ready-to-show', () => window.show());
  void window.loadURL(`${PAGE_ORIGIN}/`);
  return window;
}
