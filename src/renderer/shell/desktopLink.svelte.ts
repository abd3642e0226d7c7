import type { MenuContent, Notice } from '../../protocol/desktop.ts';
import type { ActionDescription } from '../actions/action.ts';
import { desktop } from '../client/desktop.ts';
import { failureOf } from '../client/failure.ts';
import { JobFollower } from './jobSigns.ts';
import type { Session } from './session.svelte.ts';

/** Nobody looks at menus while pressing keys: they may be this late. */
const MENU_DELAY_MS = 300;

/** What the desktop asks of the page. */
interface DesktopPage {
  readonly session: Session;
  runAction(id: string): void;
  openProject(folder: string): Promise<void>;
  describeActions(): ActionDescription[];
}

/**
 * The page's side of the desktop app: its menu, the folders that it is asked to open, the shell's notices.
 */
export class DesktopLink {
  readonly #page: DesktopPage;
  #notice = $state.raw<Notice | null>(null);
  #menuTimer: ReturnType<typeof setTimeout> | undefined;
  #menuShown = '';
  readonly #jobs = new JobFollower();
  #jobShown = '';

  constructor(page: DesktopPage) {
    this.#page = page;
  }

  get notice(): Notice | null {
    return this.#notice;
  }

  dismissNotice(): void {
    this.#notice = null;
  }

  /** Listens to the shell, where there is one, for as long as the page lives. */
  start(): void {
    if (desktop === null) return;
    desktop.onAction((id) => this.#page.runAction(id));
    desktop.onNotice((notice) => {
      this.#notice = notice;
    });
    desktop.onOpenFolder((folder) => void this.#open(folder));
    void desktop.takeFolder().then((folder) => {
      if (folder !== null) void this.#open(folder);
    });
    addEventListener('dragover', (event) => event.preventDefault());
    addEventListener('drop', (event) => this.#openDropped(event));
    $effect.root(() => {
      $effect(() => this.#showMenu(this.#menuContent()));
      $effect(() => this.#showJob());
    });
  }

  async #open(folder: string): Promise<void> {
    try {
      await this.#page.openProject(folder);
      this.#notice = null;
    } catch (error) {
      const { message, hint } = failureOf(error);
      this.#notice = { tone: 'bad', message, hint, file: null };
    }
  }

  #openDropped(event: DragEvent): void {
    event.preventDefault();
    const [file] = event.dataTransfer?.files ?? [];
    const path = file === undefined ? '' : (desktop?.pathOf(file) ?? '');
    if (path !== '') void this.#open(path);
  }

  #menuContent(): MenuContent {
    const { session } = this.#page;
    return {
      actions: this.#page.describeActions(),
      folder: session.project?.folder ?? null,
      recent: [...(session.state?.recent ?? [])],
    };
  }

  #showJob(): void {
    const signs = this.#jobs.follow(this.#page.session.job, Date.now());
    const shown = JSON.stringify(signs);
    if (shown !== this.#jobShown) void desktop?.showJob(signs);
    this.#jobShown = shown;
  }

  #showMenu(content: MenuContent): void {
    clearTimeout(this.#menuTimer);
    this.#menuTimer = setTimeout(() => {
      const shown = JSON.stringify(content);
      if (shown !== this.#menuShown) void desktop?.showMenu(content);
      this.#menuShown = shown;
    }, MENU_DELAY_MS);
  }
}
