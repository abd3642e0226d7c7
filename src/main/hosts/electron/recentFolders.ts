import { app, Menu } from 'electron';
import { jumpListOf } from './jumpList.ts';

const SHOWN = 8;

/** Lists the recent folders where the system has a place for them: the dock of macOS, the task bar of Windows. */
export function showRecent(recent: readonly string[], openFolder: (folder: string) => void): void {
  const folders = recent.slice(0, SHOWN);
  if (process.platform === 'darwin') {
    const items = folders.map((folder) => ({ label: folder, click: () => openFolder(folder) }));
    app.dock?.setMenu(Menu.buildFromTemplate(items));
  } else if (process.platform === 'win32') app.setJumpList([jumpListOf(folders, process.execPath)]);
}
