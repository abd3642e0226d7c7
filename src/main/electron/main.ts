import { join } from 'node:path';
import { app, type BrowserWindow, session } from 'electron';
import { findInstallation } from '../installation.ts';
import { startCore } from './core/startCore.ts';
import { CoreSupervisor } from './core/supervisor.ts';
import { answerScheme, registerScheme } from './scheme.ts';
import { refuseEverythingElse } from './security.ts';
import { readStartArguments } from './startArguments.ts';
import { createWindow } from './window.ts';

/** The desktop app's shell: windows, menu, dialogs, one instance. Data and models are the core's business. */
const dataFolder = process.env.GREFEL_DATA_DIR;
if (dataFolder) app.setPath('userData', join(dataFolder, 'desktop')); // the lock and the window's place go along

const { folder, settings } = readStartArguments(process.argv.slice(1), process.cwd(), app.isPackaged);
if (app.requestSingleInstanceLock({ folder })) start();
else app.quit();

function start(): void {
  registerScheme();
  const core = new CoreSupervisor(startCore, settings);
  core.start();
  let window: BrowserWindow | null = null;
  // no await: Electron becomes ready when this module has been evaluated
  void app.whenReady().then(() => {
    refuseEverythingElse(session.defaultSession);
    answerScheme(session.defaultSession, findInstallation().pageFolder, core);
    window = createWindow(session.defaultSession);
  });
  app.on('second-instance', () => {
    if (window?.isMinimized()) window.restore();
    window?.focus();
  });
  app.on('window-all-closed', () => app.quit());

  let isStopped = false;
  app.on('will-quit', (event) => {
    if (isStopped) return;
    event.preventDefault();
    void core.stop().then(() => {
      isStopped = true;
      app.quit();
    });
  });
}
