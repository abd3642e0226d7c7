import { realpathSync } from 'node:fs';
import { app, Menu, session, type WebContents } from 'electron';
import type { MenuContent } from '../../../protocol/desktop.ts';
import type { CoreSettings } from '../core/messages.ts';
import { showAbout } from './about.ts';
import type { CoreSupervisor } from './core/supervisor.ts';
import { DatasetWindow } from './datasetWindow.ts';
import { buildMenu } from './menu.ts';
import { answerNativeCalls, chooseFolder, reveal } from './nativeCalls.ts';
import { showRecent } from './recentFolders.ts';
import { confineContents } from './security.ts';
import { sendToPage } from './sendToPage.ts';

const EMPTY_MENU: MenuContent = { actions: [], folder: null, recent: [] };

/** The desktop app while it runs: a window for each dataset. */
export class DesktopApp {
  readonly #settings: CoreSettings;
  readonly #windows: DatasetWindow[] = [];
  /** Of closed windows too, until they have ended. */
  readonly #cores = new Set<CoreSupervisor>();
  /** The app's first argument, until Electron is ready. */
  #folder: string | null;
  #opened = 0;

  constructor(folder: string | null, settings: CoreSettings) {
    this.#folder = folder;
    this.#settings = settings;
  }

  /** Once Electron is ready: no utility process can be started before. */
  show(): void {
    confineContents();
    answerNativeCalls({
      windowOf: (contents) => this.#windows.find(({ window }) => window.webContents === contents) ?? null,
      showMenu: (shown, content) => {
        shown.menu = content;
        if (shown === this.#current) this.#showMenu(shown);
      },
      showWindowOf: (folder, contents) => this.#showWindowOf(folder, contents),
    });
    this.#showMenu(null);
    this.#openWindow(this.#folder);
  }

  /** After another start of the app: brings the window of its folder forward, or opens one. Without a folder, any window. */
  bringForward(folder: string | null): void {
    if (!app.isReady()) {
      this.#folder = folder;
      return;
    }
    if (folder !== null && this.#showWindowOf(folder, null)) return;
    const window = folder === null ? this.#current : this.#windows.find((each) => each.folder === null);
    if (window === undefined) {
      this.#openWindow(folder);
      return;
    }
    window.bringForward();
    if (folder !== null) sendToPage(window.window, 'openFolder', folder);
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#cores].map((core) => core.stop()));
  }

  /** The window in front, else the newest. */
  get #current(): DatasetWindow | undefined {
    return this.#windows.find(({ window }) => window.isFocused()) ?? this.#windows.at(-1);
  }

  /** @returns false if no other window has this dataset open */
  #showWindowOf(folder: string, asking: WebContents | null): boolean {
    const path = realName(folder);
    const found = this.#windows.find(
      (each) => each.folder !== null && realName(each.folder) === path && each.window.webContents !== asking,
    );
    found?.bringForward();
    return found !== undefined;
  }

  #openWindow(folder: string | null): void {
    // The first keeps what a page stores; the others begin with what the core knows of the person.
    const number = this.#opened++;
    const own = number === 0 ? session.defaultSession : session.fromPartition(`window-${number}`);
    const settings = { ...this.#settings, offersLast: this.#settings.offersLast && number === 0 };
    const opened = new DatasetWindow(settings, own, folder, this.#windows.length);
    this.#windows.push(opened);
    this.#cores.add(opened.core);
    opened.on('focus', () => this.#showMenu(opened));
    opened.on('closed', () => {
      this.#windows.splice(this.#windows.indexOf(opened), 1);
      void opened.core.stop().finally(() => this.#cores.delete(opened.core));
    });
  }

  #showMenu(shown: DatasetWindow | null): void {
    const content = shown?.menu ?? EMPTY_MENU;
    const window = () => (shown !== null && this.#windows.includes(shown) ? shown.window : null);
    const send = (name: 'action' | 'openFolder', value: string) => {
      const target = window();
      if (target) sendToPage(target, name, value);
    };
    const menu = buildMenu(content, {
      runAction: (id) => send('action', id),
      newWindow: () => this.#openWindow(null),
      openFolder: (folder) => send('openFolder', folder),
      reveal,
      about: () => {
        const target = window();
        if (target) void showAbout(target);
      },
      chooseFolder: () => {
        const target = window();
        if (target) void chooseFolder(target).then((folder) => folder && send('openFolder', folder));
      },
    });
    Menu.setApplicationMenu(menu);
    showRecent(content.recent, (folder) => this.bringForward(folder));
  }
}

function realName(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    return folder; // it is gone, which the core says
  }
}
