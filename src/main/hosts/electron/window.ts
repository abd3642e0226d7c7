import { join } from 'node:path';
import { app, BrowserWindow, nativeTheme, type Session, screen } from 'electron';
import { PAGE_ORIGIN } from '../../../protocol/desktop.ts';
import { closeOnceSaved } from './closing.ts';
import { keepWindowState, readWindowState, type WindowState } from './windowState.ts';

/** The page's grounds, so that nothing flashes before it is drawn. */
const GROUND = { dark: '#13161c', light: '#fafbfd' };
const FIRST_SIZE = { width: 1440, height: 900 };
/** In pixels. */
const STEP = 28;

/**
 * A window. The page in it has the abilities of a web page, and those of the preload; no others.
 * @param place how many are open already: it does not cover them
 */
export function createWindow(session: Session, place: number): BrowserWindow {
  const stateFile = join(app.getPath('userData'), 'window.json');
  const state = readWindowState(
    stateFile,
    screen.getAllDisplays().map(({ workArea }) => workArea),
  );
  const window = new BrowserWindow({
    title: 'GReFEL Relabel',
    ...(state === null ? FIRST_SIZE : beside(state, place)),
    minWidth: 800,
    minHeight: 560,
    show: false,
    backgroundColor: nativeTheme.shouldUseDarkColors ? GROUND.dark : GROUND.light,
    webPreferences: {
      session,
      preload: join(import.meta.dirname, '../preload/preload.cjs'),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      spellcheck: false,
      navigateOnDragDrop: false,
    },
  });
  if (state?.isMaximized) window.maximize();
  keepWindowState(window, stateFile);
  window.once('ready-to-show', () => window.show());
  closeOnceSaved(window);
  void window.loadURL(`${PAGE_ORIGIN}/`);
  return window;
}

function beside({ x, y, width, height }: WindowState, place: number) {
  return { x: x + STEP * place, y: y + STEP * place, width, height };
}
