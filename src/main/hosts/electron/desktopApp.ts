import { app, type BrowserWindow, Menu, session } from 'electron';
import type { ApiError } from '../../../protocol/api.ts';
import type { MenuContent } from '../../../protocol/desktop.ts';
import { findInstallation } from '../../installation.ts';
import type { CoreSettings } from '../core/messages.ts';
import { showAbout } from './about.ts';
import { startCore } from './core/startCore.ts';
import { CoreSupervisor } from './core/supervisor.ts';
import { saveExports } from './exports.ts';
import { buildMenu } from './menu.ts';
import { answerNativeCalls, chooseFolder, reveal } from './nativeCalls.ts';
import { showRecent } from './recentFolders.ts';
import { answerScheme } from './scheme.ts';
import { refuseEverythingElse } from './security.ts';
import { tellPage } from './tellPage.ts';
import { createWindow } from './window.ts';

const EMPTY_MENU: MenuContent = { actions: [], folder: null, recent: [] };

/** The desktop app while it runs: one core, one window. */
export class DesktopApp {
  readonly #core: CoreSupervisor;
  #window: BrowserWindow | null = null;
  /** The app's arguments, until the page asks for them. */
  #folder: string | null;

  constructor(folder: string | null, settings: CoreSettings) {
    this.#folder = folder;
    this.#core = new CoreSupervisor(startCore, settings);
    this.#core.on('restarted', (failure) => this.#sayRestarted(failure));
  }

  /** Once Electron is ready: no utility process can be started before. */
  show(): void {
    this.#core.start();
    const { defaultSession } = session;
    refuseEverythingElse(defaultSession);
    answerScheme(defaultSession, findInstallation().pageFolder, this.#core);
    saveExports(defaultSession, this.#core, () => this.#window);
    answerNativeCalls({
      core: this.#core,
      window: () => this.#window,
      takeFolder: () => this.#takeFolder(),
      showMenu: (content) => this.#showMenu(content),
    });
    this.#showMenu(EMPTY_MENU);
    this.#openWindow();
  }

  /** Brings the window forward, also for another start of the app, and opens the folder that it was given. */
  bringForward(folder: string | null): void {
    if (this.#window === null) {
      this.#folder = folder;
      if (app.isReady()) this.#openWindow();
      return;
    }
    if (this.#window.isMinimized()) this.#window.restore();
    this.#window.focus();
    if (folder !== null) tellPage(this.#window, 'openFolder', folder);
  }

  async stop(): Promise<void> {
    await this.#core.stop();
  }

  #openWindow(): void {
    this.#window = createWindow(session.defaultSession);
    this.#window.on('closed', () => {
      this.#window = null;
    });
  }

  #takeFolder(): string | null {
    const folder = this.#folder;
    this.#folder = null;
    return folder;
  }

  #showMenu(content: MenuContent): void {
    const tell = (name: 'action' | 'openFolder', value: string) => {
      if (this.#window) tellPage(this.#window, name, value);
    };
    const menu = buildMenu(content, {
      runAction: (id) => tell('action', id),
      openFolder: (folder) => tell('openFolder', folder),
      reveal,
      about: () => {
        if (this.#window) void showAbout(this.#window);
      },
      chooseFolder: () => {
        if (this.#window)
          void chooseFolder(this.#window).then((folder) => folder && tell('openFolder', folder));
      },
    });
    Menu.setApplicationMenu(menu);
    showRecent(content.recent, (folder) => tell('openFolder', folder));
  }

  #sayRestarted(openFailure: ApiError | null): void {
    if (this.#window === null) return;
    tellPage(this.#window, 'notice', {
      tone: 'bad',
      message: openFailure?.message ?? 'Part of the program stopped and was restarted',
      hint: openFailure?.hint ?? 'Saved work is safe. Press Scan to continue a scan.',
      file: null,
    });
  }
}
