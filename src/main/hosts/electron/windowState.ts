import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { BrowserWindow, Rectangle } from 'electron';
import { z } from 'zod';

const stateSchema = z.object({
  x: z.int(),
  y: z.int(),
  width: z.int().positive(),
  height: z.int().positive(),
  isMaximized: z.boolean(),
});
export type WindowState = z.infer<typeof stateSchema>;

/** So much of the title bar must be on a display, in pixels, for a person to be able to move the window. */
const GRIP = { width: 120, height: 32 };
const SAVE_AFTER_MS = 500;

/** Where the window was; null the first time, or where that place is on no display any more. */
export function readWindowState(file: string, workAreas: readonly Rectangle[]): WindowState | null {
  try {
    const state = stateSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
    return workAreas.some((area) => canBeGripped(state, area)) ? state : null;
  } catch {
    return null; // a first start, or a damaged file: the window's place is only a convenience
  }
}

function canBeGripped(state: WindowState, area: Rectangle): boolean {
  const visible =
    Math.min(state.x + state.width, area.x + area.width) - Math.max(state.x, area.x) >= GRIP.width;
  return visible && state.y >= area.y && state.y + GRIP.height <= area.y + area.height;
}

/** Keeps the window's place in `file` from now on. */
export function keepWindowState(window: BrowserWindow, file: string): void {
  let timer: NodeJS.Timeout | undefined;
  const save = () => {
    clearTimeout(timer);
    const state: WindowState = { ...window.getNormalBounds(), isMaximized: window.isMaximized() };
    try {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, JSON.stringify(state));
    } catch (error) {
      console.error(`the window's place is not kept: ${error}`);
    }
  };
  const saveSoon = () => {
    clearTimeout(timer);
    timer = setTimeout(save, SAVE_AFTER_MS);
  };
  window.on('resize', saveSoon).on('move', saveSoon).on('close', save);
}
