export interface LongTask {
  startTime: number;
  duration: number;
}

/** Milliseconds from the key until the next picture was painted, and until the core had answered. */
export interface VerdictTime {
  shown: number;
  saved: number;
}

export interface Probe {
  state: { longTasks: LongTask[] };
  verdict(): Promise<VerdictTime>;
  queue(): Promise<number>;
  scroll(step: number, frames: number): Promise<number[]>;
  pan(step: number, frames: number): Promise<number[]>;
}

/**
 * Runs in the page before its own scripts. `probe.next(ready)` measures from the next key or click to the frame in
 * which `ready` is true: painted, as two animation frames have passed since.
 */
export function installProbe(): void {
  const state = { longTasks: [] as LongTask[], savedAt: [] as number[] };
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) state.longTasks.push({ startTime, duration });
  }).observe({ type: 'longtask', buffered: true });
  const fetchBefore = window.fetch;
  window.fetch = async (...request) => {
    const answer = await fetchBefore(...request);
    if (String(request[0]).endsWith('/api/verdicts')) state.savedAt.push(performance.now());
    return answer;
  };
  const painted = () =>
    new Promise<number>((resolve) =>
      requestAnimationFrame(() => {
        const channel = new MessageChannel();
        channel.port1.onmessage = () => resolve(performance.now());
        channel.port2.postMessage(null); // after the frame's style, layout and paint were handed over
      }),
    );
  const until = (ready: () => boolean) =>
    new Promise<void>((resolve) => {
      const look = () => (ready() ? resolve() : setTimeout(look, 1));
      look();
    });
  const pictureOf = () => document.querySelector('[data-testid="sample-image"]')?.getAttribute('src') ?? '';
  const placeOf = () => document.querySelector('[data-testid="queue-position"]')?.textContent?.trim() ?? '';
  const eachFrame = async (frames: number, act: (frame: number) => void) => {
    const times: number[] = [];
    let last = performance.now();
    for (let frame = 0; frame < frames; frame++) {
      act(frame);
      await new Promise((resolve) => requestAnimationFrame(resolve));
      times.push(performance.now() - last);
      last = performance.now();
    }
    return times;
  };
  const begin = (kind: 'keydown' | 'click') =>
    new Promise<number>((resolve) =>
      addEventListener(kind, (event) => resolve(event.timeStamp), { once: true, capture: true }),
    );
  Object.assign(window, {
    probe: {
      state,
      /** From a key to its verdict saved and another picture painted. */
      async verdict() {
        const [picture, saved] = [pictureOf(), state.savedAt.length];
        const from = await begin('keydown');
        await until(() => pictureOf() !== '' && pictureOf() !== picture);
        const shown = await painted();
        await until(() => state.savedAt.length > saved);
        const done = state.savedAt.at(-1) ?? 0;
        return { shown: shown - from, saved: done - from };
      },
      /** From a click to another queue and its first picture painted. */
      async queue() {
        const place = placeOf();
        const from = await begin('click');
        await until(() => pictureOf() !== '' && placeOf() !== place);
        return (await painted()) - from;
      },
      /** Scrolls for a while by `step` pixels a frame; answers the time between frames. */
      async scroll(step: number, frames: number) {
        const grid = document.querySelector('[data-testid="grid"]') as HTMLElement;
        return eachFrame(frames, () => grid.scrollBy(0, step));
      },
      /** Drags the map to and fro while the button is down on it; answers the time between frames. */
      async pan(step: number, frames: number) {
        const map = document.querySelector('[role="application"]') as HTMLElement;
        return eachFrame(frames, (frame) => {
          const movementX = frame % 40 < 20 ? step : -step;
          map.dispatchEvent(
            new PointerEvent('pointermove', { movementX, movementY: step / 2, bubbles: true }),
          );
        });
      },
    },
  });
}
