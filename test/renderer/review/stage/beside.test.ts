import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Beside, BLINK_MS } from '../../../../src/renderer/review/stage/beside.svelte.ts';
import type { Shown } from '../../../../src/renderer/review/stage/shown.ts';

const FRAME_MS = 16;
/** Longer than a frame takes to be drawn. */
const REST_MS = 200;

const imageOf = (id: number): Shown => ({
  id,
  position: id,
  picture: { state: 'ready', width: 48, height: 48 },
});

describe('the panels beside the image', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal('requestAnimationFrame', (act: () => void) => setTimeout(act, FRAME_MS));
    vi.stubGlobal('cancelAnimationFrame', (frame: ReturnType<typeof setTimeout>) => clearTimeout(frame));
    return () => {
      vi.unstubAllGlobals();
      vi.useRealTimers();
    };
  });

  it('follows the image once that is painted', () => {
    const beside = new Beside();
    beside.follow(imageOf(1));
    vi.advanceTimersByTime(REST_MS);
    expect(beside.shown?.id).toBe(1);
    beside.follow(imageOf(2));
    vi.advanceTimersByTime(FRAME_MS);
    expect(beside.shown?.id).toBe(1);
    vi.advanceTimersByTime(REST_MS);
    expect(beside.shown?.id).toBe(2);
  });

  it('is empty rather than of another image while a key is held', () => {
    const beside = new Beside();
    beside.follow(imageOf(1));
    vi.advanceTimersByTime(REST_MS);
    for (let id = 2, heldMs = 0; heldMs <= 10 * BLINK_MS; id++, heldMs += FRAME_MS) {
      beside.follow(imageOf(id));
      const told = beside.shown?.id;
      expect(told).toBe(heldMs > BLINK_MS ? undefined : 1);
      vi.advanceTimersByTime(FRAME_MS);
    }
    beside.follow(imageOf(99));
    vi.advanceTimersByTime(REST_MS);
    expect(beside.shown?.id).toBe(99);
  });

  it('is empty where there is no image, even if one was about to be shown', () => {
    const beside = new Beside();
    beside.follow(imageOf(1));
    beside.clear();
    vi.advanceTimersByTime(REST_MS);
    expect(beside.shown).toBeNull();
  });
});
