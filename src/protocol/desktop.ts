/** The address of the page in the desktop window: the app's own scheme, which no other program answers. */
export const SCHEME = 'grefel';
export const PAGE_ORIGIN = `${SCHEME}://app`;

/** Names of the page's calls to the shell. */
export const CALL = {
  chooseFolder: 'choose-folder',
  chooseExportFolder: 'choose-export-folder',
  reveal: 'reveal',
  restartCore: 'restart-core',
  takeFolder: 'take-folder',
  showWindowOf: 'show-window-of',
  showMenu: 'show-menu',
  showJob: 'show-job',
} as const;

/** Names of the shell's messages to the page. */
export const SEND = { action: 'action', openFolder: 'open-folder', notice: 'notice' } as const;

/** A notice over the page. */
export interface Notice {
  tone: 'good' | 'bad';
  message: string;
  hint: string;
  /** A file that can be shown in its folder. */
  file: string | null;
}

/** An action of the page as the native menu shows it. */
export interface MenuAction {
  id: string;
  label: string;
  group: string;
  /** In the form of tinykeys; the first is the one that is shown. */
  keys: readonly string[];
  enabled: boolean;
}

/** Content of the native menu: the page's registry of actions, and its folders. */
export interface MenuContent {
  actions: MenuAction[];
  /** The dataset that is open. */
  folder: string | null;
  recent: string[];
}

/** What the system shows of a job. */
export interface JobSigns {
  /** 0 to 1; null while none is running. */
  progress: number | null;
  /** A sentence for someone who is not looking, when a long job has ended. */
  ended: string | null;
}

/** What a page in the desktop window can do beyond a page in a browser; `window.desktop` there. */
export interface Desktop {
  /** Asks for a folder; null where the person thought better of it. */
  chooseFolder(): Promise<string | null>;
  /** Asks for a folder to write exports to, which the core then accepts; null where the person thought better of it. */
  chooseExportFolder(): Promise<string | null>;
  /** Absolute path of a file or folder that was dropped on the page. */
  pathOf(file: object): string;
  /** Shows a file or folder in the system's file manager. */
  reveal(path: string): Promise<void>;
  /** Starts the core again after it was given up. */
  restartCore(): Promise<void>;
  /** The folder that the app was started with, once. */
  takeFolder(): Promise<string | null>;
  /** Brings another window that has this dataset open forward; false if there is none. */
  showWindowOf(folder: string): Promise<boolean>;
  showMenu(content: MenuContent): Promise<void>;
  showJob(signs: JobSigns): Promise<void>;
  onAction(listener: (id: string) => void): void;
  onOpenFolder(listener: (folder: string) => void): void;
  onNotice(listener: (notice: Notice) => void): void;
}
