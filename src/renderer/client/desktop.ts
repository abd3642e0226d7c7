import type { Desktop } from '../../protocol/desktop.ts';

declare global {
  interface Window {
    /** In the desktop app only. */
    readonly desktop?: Desktop;
  }
}

/** What the page can do beyond a page in a browser; null in a browser. */
export const desktop: Desktop | null = globalThis.window?.desktop ?? null;
