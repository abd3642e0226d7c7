import { join } from 'node:path';
import { app } from 'electron';
import { z } from 'zod';
import { errorMessage } from '../../../domain/errors.ts';
import { DesktopApp } from './desktopApp.ts';
import { developmentServer } from './developmentServer.ts';
import { registerScheme } from './scheme.ts';
import { closeNetwork } from './security.ts';
import { readStartArguments, type StartArguments } from './startArguments.ts';

/** The desktop app's shell: window, menu, dialogs, one instance. Data and models are the core's business. */
const secondStartSchema = z.object({ folder: z.string().nullable() });

// A terminal that was closed is no reason to stop: without this Electron would ask about an uncaught error.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
const dataFolder = process.env.GREFEL_DATA_DIR;
if (dataFolder) app.setPath('userData', join(dataFolder, 'desktop')); // the lock and the window's place go along
try {
  const start = readStartArguments(process.argv.slice(1), process.cwd(), app.isPackaged);
  if (app.requestSingleInstanceLock({ folder: start.folder })) run(start);
  else app.exit();
} catch (error) {
  console.error(`grefel: ${errorMessage(error)}`);
  app.exit(2);
}

function run({ folder, settings }: StartArguments): void {
  registerScheme();
  closeNetwork();
  const desktop = new DesktopApp(folder, settings);
  // no await: Electron becomes ready when this module has been evaluated
  void app.whenReady().then(() => desktop.show());
  app.on('second-instance', (_event, _arguments, _workingFolder, data) =>
    desktop.bringForward(secondStartSchema.parse(data).folder),
  );
  // macOS names a file that was double-clicked in this way, other systems as an argument
  app.on('open-file', (event, path) => {
    event.preventDefault();
    desktop.bringForward(path);
  });
  app.on('activate', () => desktop.bringForward(null)); // a click on the dock of macOS
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });

  // electron-vite starts the next one at once, which must find the instance's lock and the project free
  if (developmentServer() !== null) process.on('SIGTERM', () => app.exit());
  app.on('will-quit', (event) => {
    event.preventDefault();
    void desktop.stop().finally(() => app.exit());
  });
}
