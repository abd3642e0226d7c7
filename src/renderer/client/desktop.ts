import type { Desktop } from '../../protocol/desktop.ts';

declare global {
  interface Window {
    /** In the desktop app only. */
    readonly desktop?: Desktop;
  }
}

/** The abilities of a page in the desktop window; null in a browser. */
export const desktop: Desktop | null = globalThis.window?.desktop ?? null;
