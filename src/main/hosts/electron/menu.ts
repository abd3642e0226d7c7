import { Menu, type MenuItemConstructorOptions } from 'electron';
import type { MenuAction, MenuContent } from '../../../protocol/desktop.ts';
import { acceleratorOf } from './accelerator.ts';

export interface MenuCommands {
  runAction(id: string): void;
  newWindow(): void;
  chooseFolder(): void;
  openFolder(folder: string): void;
  reveal(path: string): void;
  about(): void;
}

/** Actions that belong to Help. */
const HELP = ['view.help', 'view.tour'];

const isMac = process.platform === 'darwin';

/** The native menu: the page's own registry of actions, and desktop functions. */
export function buildMenu(content: MenuContent, commands: MenuCommands): Menu {
  const { actions, folder, recent } = content;
  const item = (action: MenuAction): MenuItemConstructorOptions => ({
    id: action.id,
    label: action.label.charAt(0).toUpperCase() + action.label.slice(1),
    enabled: action.enabled,
    click: () => commands.runAction(action.id),
    // the page handles the keys itself, because it knows when a key is typed into a field
    registerAccelerator: false,
    ...acceleratorOf(action.keys[0], isMac),
  });
  const group = (name: string) =>
    actions.filter((action) => action.group === name && !HELP.includes(action.id)).map(item);
  const groups = [...new Set(actions.map((action) => action.group))].filter((name) => name !== 'Project');

  const file: MenuItemConstructorOptions[] = [
    { id: 'new-window', label: 'New window', accelerator: 'CmdOrCtrl+N', click: () => commands.newWindow() },
    { label: 'Open folder...', accelerator: 'CmdOrCtrl+Shift+O', click: () => commands.chooseFolder() },
    {
      label: 'Open recent',
      enabled: recent.length > 0,
      submenu: recent.map((path) => ({ label: path, click: () => commands.openFolder(path) })),
    },
    {
      label: 'Show dataset folder',
      enabled: folder !== null,
      click: () => folder !== null && commands.reveal(folder),
    },
    { type: 'separator' },
    ...group('Project'),
    { type: 'separator' },
    isMac ? { role: 'close' } : { role: 'quit' },
  ];
  return Menu.buildFromTemplate([
    ...(isMac ? [{ role: 'appMenu' } as const] : []),
    { label: 'File', submenu: file },
    { label: 'Edit', submenu: [{ role: 'cut' }, { role: 'copy' }, { role: 'paste' }, { role: 'selectAll' }] },
    ...groups.map((name) => ({ label: name, submenu: group(name) })),
    {
      role: 'windowMenu',
      submenu: [
        { role: 'minimize' },
        { role: 'zoom' },
        { role: 'togglefullscreen' },
        { type: 'separator' },
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { type: 'separator' },
        { role: 'reload' },
        { role: 'toggleDevTools' },
      ],
    },
    {
      role: 'help',
      submenu: [
        ...actions.filter(({ id }) => HELP.includes(id)).map(item),
        { type: 'separator' },
        { id: 'about', label: 'About GReFEL Relabel', click: () => commands.about() },
      ],
    },
  ]);
}
