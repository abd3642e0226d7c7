const STEP = 0.05;
const MOST_STEPS = 200;
const NEAR_ENOUGH = 1e-4;

interface Corner {
  place: number[];
  value: number;
}

/**
 * The place near `start` where a function of a few numbers is least: Nelder and Mead's simplex, which needs no derivative.
 * doi:10.1093/comjnl/7.4.308
 */
export function minimise(value: (place: number[]) => number, start: number[]): number[] {
  const cornerAt = (place: number[]): Corner => ({ place, value: value(place) });
  const corners = [start, ...start.map((_, axis) => start.map((x, at) => (at === axis ? x + STEP : x)))].map(
    cornerAt,
  );
  for (let step = 0; step < MOST_STEPS; step++) {
    corners.sort((a, b) => a.value - b.value);
    const [best, worst, second] = [corners[0], corners.at(-1), corners.at(-2)] as [Corner, Corner, Corner];
    const spread = Math.max(...worst.place.map((x, at) => Math.abs(x - (best.place[at] as number))));
    if (spread < NEAR_ENOUGH) break;
    const others = corners.slice(0, -1);
    const middle = start.map(
      (_, at) => others.reduce((sum, { place }) => sum + (place[at] as number), 0) / others.length,
    );
    /** On the line from the worst corner through the middle of the others: 0 is the worst, 1 the middle. */
    const along = (share: number) =>
      cornerAt(
        middle.map((x, at) => (worst.place[at] as number) + share * (x - (worst.place[at] as number))),
      );
    const reflected = along(2);
    let next = reflected;
    if (reflected.value < best.value) {
      const further = along(3);
      if (further.value < reflected.value) next = further;
    } else if (reflected.value >= second.value) {
      next = along(reflected.value < worst.value ? 1.5 : 0.5);
    }
    if (next.value < worst.value) corners[corners.length - 1] = next;
    else {
      const shrunk = corners
        .slice(1)
        .map(({ place }) => cornerAt(place.map((x, at) => (x + (best.place[at] as number)) / 2)));
      corners.splice(1, corners.length - 1, ...shrunk);
    }
  }
  return corners.reduce((a, b) => (b.value < a.value ? b : a)).place;
}
