export const THEMES = ['system', 'dark', 'light'] as const;
export type Theme = (typeof THEMES)[number];

const STORAGE_KEY = 'grefel-relabel.preferences';

interface Stored {
  theme: Theme;
  pixelated: boolean;
}

function readStored(): Stored {
  const defaults: Stored = { theme: 'system', pixelated: false };
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(STORAGE_KEY) ?? '{}');
    if (typeof stored !== 'object' || stored === null) return defaults;
    const theme = THEMES.find((candidate) => 'theme' in stored && candidate === stored.theme);
    return { theme: theme ?? 'system', pixelated: 'pixelated' in stored && stored.pixelated === true };
  } catch {
    // A browser may forbid storage, and anyone may have edited it: the defaults serve.
    return defaults;
  }
}

/** How this person wants the page to look; kept in this browser. */
export class Preferences {
  #theme = $state<Theme>('system');
  #pixelated = $state(false);

  constructor() {
    const stored = readStored();
    this.#theme = stored.theme;
    this.#pixelated = stored.pixelated;
    this.#apply();
  }

  get theme(): Theme {
    return this.#theme;
  }

  /** Small faces are enlarged as squares instead of smoothly. */
  get pixelated(): boolean {
    return this.#pixelated;
  }

  nextTheme(): void {
    this.#theme = THEMES[(THEMES.indexOf(this.#theme) + 1) % THEMES.length] ?? 'system';
    this.#apply();
  }

  togglePixelated(): void {
    this.#pixelated = !this.#pixelated;
    this.#apply();
  }

  #apply(): void {
    document.documentElement.dataset.theme = this.#theme;
    try {
      localStorage.setItem(STORAGE_KEY, JSON.stringify({ theme: this.#theme, pixelated: this.#pixelated }));
    } catch {
      // Not kept then; the choice still holds for this visit.
    }
  }
}
