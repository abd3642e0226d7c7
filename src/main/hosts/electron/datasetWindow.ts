import { EventEmitter } from 'node:events';
import type { BrowserWindow, Session } from 'electron';
import type { ApiError } from '../../../protocol/api.ts';
import type { MenuContent } from '../../../protocol/desktop.ts';
import { findInstallation } from '../../installation.ts';
import type { CoreSettings } from '../core/messages.ts';
import { startCore } from './core/startCore.ts';
import { CoreSupervisor } from './core/supervisor.ts';
import { saveExports } from './exports.ts';
import { answerScheme } from './scheme.ts';
import { refuseEverythingElse } from './security.ts';
import { sendToPage } from './sendToPage.ts';
import { createWindow } from './window.ts';

interface DatasetWindowEvents {
  focus: [];
  closed: [];
}

/** A window with a core of its own, in a session of its own: the page in it reaches that core and no other. */
export class DatasetWindow extends EventEmitter<DatasetWindowEvents> {
  readonly core: CoreSupervisor;
  readonly window: BrowserWindow;
  /** Null until the page has told it. */
  menu: MenuContent | null = null;
  /** The folder that it was opened with, until the page asks for it. */
  #folder: string | null;

  /** @param place how many windows are open already */
  constructor(settings: CoreSettings, session: Session, folder: string | null, place: number) {
    super();
    this.#folder = folder;
    this.core = new CoreSupervisor(startCore, settings);
    this.core.on('restarted', (failure) => this.#showRestart(failure));
    this.core.start();
    refuseEverythingElse(session);
    answerScheme(session, findInstallation().pageFolder, this.core);
    this.window = createWindow(session, place);
    saveExports(session, this.core, () => this.window);
    this.window.on('focus', () => this.emit('focus'));
    this.window.on('closed', () => this.emit('closed'));
  }

  /** The dataset that is open in it, or is about to be. */
  get folder(): string | null {
    return this.#folder ?? this.core.folder;
  }

  takeFolder(): string | null {
    const folder = this.#folder;
    this.#folder = null;
    return folder;
  }

  bringForward(): void {
    if (this.window.isMinimized()) this.window.restore();
    this.window.focus();
  }

  #showRestart(openFailure: ApiError | null): void {
    sendToPage(this.window, 'notice', {
      tone: 'bad',
      message: openFailure?.message ?? 'Part of the program stopped and was restarted',
      hint: openFailure?.hint ?? 'Saved work is safe. Press Scan to continue a scan.',
      file: null,
    });
  }
}
