import { beforeEach, describe, expect, it, vi } from 'vitest';
import { AfterFrame } from '../../../src/renderer/client/afterFrame.ts';
import { DRAWN_AFTER_MS } from '../../../src/renderer/client/afterPaint.ts';

const FRAME_MS = 16;

describe('work after the next frame', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal('requestAnimationFrame', (act: () => void) => setTimeout(act, FRAME_MS));
    return () => {
      vi.unstubAllGlobals();
      vi.useRealTimers();
    };
  });

  it('is done once for all that want it before the frame is on the screen, and not before', () => {
    const work = vi.fn();
    const afterFrame = new AfterFrame(work);
    afterFrame.want();
    vi.advanceTimersByTime(FRAME_MS + DRAWN_AFTER_MS - 1);
    afterFrame.want();
    expect(work).not.toHaveBeenCalled();
    vi.advanceTimersByTime(2);
    expect(work).toHaveBeenCalledTimes(1);
  });

  it('is not put off by a key that is held', () => {
    const work = vi.fn();
    const afterFrame = new AfterFrame(work);
    for (let frame = 0; frame < 30; frame++) {
      afterFrame.want();
      vi.advanceTimersByTime(FRAME_MS);
    }
    expect(work.mock.calls.length).toBeGreaterThanOrEqual(30 / 4);
  });
});
