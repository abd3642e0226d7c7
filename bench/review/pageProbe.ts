export interface LongTask {
  startTime: number;
  duration: number;
}

/** Milliseconds from the key until the next picture was painted, and until the core had answered. */
export interface DecisionTime {
  shown: number;
  saved: number;
}

export interface Probe {
  state: {
    longTasks: LongTask[];
    /** Of each key that took at least 16 ms, until the browser had its frame on the screen, in steps of 8 ms. */
    drawn: number[];
  };
  decision(): Promise<DecisionTime>;
  queue(): Promise<number>;
  scroll(step: number, frames: number): Promise<number[]>;
  pan(step: number, frames: number): Promise<number[]>;
}

/**
 * Runs in the page before its own scripts. Measures from the next key or click to the frame that shows what it led
 * to: painted once the page has handed that frame over, with its style, layout and paint done.
 */
export function installProbe(): void {
  const state = { longTasks: [] as LongTask[], drawn: [] as number[] };
  const eachKey: PerformanceObserverInit & { durationThreshold: number } = {
    type: 'event',
    durationThreshold: 16,
  };
  let onSaved = () => {};
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) state.longTasks.push({ startTime, duration });
  }).observe({ type: 'longtask', buffered: true });
  new PerformanceObserver((list) => {
    for (const { name, duration } of list.getEntries()) if (name === 'keydown') state.drawn.push(duration);
  }).observe(eachKey);
  const fetchBefore = window.fetch;
  window.fetch = async (...request) => {
    const answer = await fetchBefore(...request);
    if (String(request[0]).endsWith('/verdicts')) onSaved();
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
  /** Watches every change of the page, to catch the frame in which it appears. */
  const until = (ready: () => boolean) =>
    new Promise<void>((resolve) => {
      if (ready()) return resolve();
      const observer = new MutationObserver(() => {
        if (!ready()) return;
        observer.disconnect();
        resolve();
      });
      observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
    });
  const pictureOf = () => document.querySelector('[data-testid="sample-image"]')?.getAttribute('src') ?? '';
  const placeOf = () => document.querySelector('[data-testid="queue-position"]')?.textContent?.trim() ?? '';
  /** When the core answers the next decision. */
  const nextSave = () =>
    new Promise<number>((resolve) => {
      onSaved = () => resolve(performance.now());
    });
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
      /** From a key to its decision saved and another picture painted. */
      async decision() {
        const [picture, saving] = [pictureOf(), nextSave()];
        const from = await begin('keydown');
        await until(() => pictureOf() !== '' && pictureOf() !== picture);
        const shown = await painted();
        return { shown: shown - from, saved: (await saving) - from };
      },
      /** From a click to another queue and its first picture painted. */
      async queue() {
        const place = placeOf();
        const from = await begin('click');
        await until(() => pictureOf() !== '' && placeOf() !== place);
        return (await painted()) - from;
      },
      /** Scrolls for a while by `step` pixels a frame; returns the time between frames. */
      async scroll(step: number, frames: number) {
        const grid = document.querySelector('[data-testid="grid"]') as HTMLElement;
        return eachFrame(frames, () => grid.scrollBy(0, step));
      },
      /** Drags the map back and forth with the button down; returns the time between frames. */
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
