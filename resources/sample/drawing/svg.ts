export type Point = readonly [x: number, y: number];

/** Two decimals: finer than a pixel needs, coarse enough to be the same text wherever it is computed. */
function short(value: number): string {
  return String(Math.round(value * 100) / 100 + 0);
}

/** Points on the Catmull-Rom spline through `points`, `steps` to a span. */
export function sampled(points: readonly Point[], steps = 5): Point[] {
  const at = (index: number) => points[Math.max(0, Math.min(points.length - 1, index))] as Point;
  const result: Point[] = [];
  for (let span = 0; span < points.length - 1; span++) {
    const [a, b, c, d] = [at(span - 1), at(span), at(span + 1), at(span + 2)];
    for (let step = 0; step < steps; step++) {
      const t = step / steps;
      const along = (axis: 0 | 1) =>
        b[axis] +
        0.5 * t * (c[axis] - a[axis]) +
        t * t * (a[axis] - 2.5 * b[axis] + 2 * c[axis] - 0.5 * d[axis]) +
        t * t * t * (1.5 * (b[axis] - c[axis]) + 0.5 * (d[axis] - a[axis]));
      result.push([along(0), along(1)]);
    }
  }
  return [...result, at(points.length - 1)];
}

/** Bezier spans of a Catmull-Rom spline whose control points `at` looks up. */
function spans(at: (index: number) => Point, count: number): string {
  let data = '';
  for (let span = 0; span < count; span++) {
    const [a, b, c, d] = [at(span - 1), at(span), at(span + 1), at(span + 2)];
    const first = [b[0] + (c[0] - a[0]) / 6, b[1] + (c[1] - a[1]) / 6];
    const second = [c[0] - (d[0] - b[0]) / 6, c[1] - (d[1] - b[1]) / 6];
    data += `C${[...first, ...second, ...c].map(short).join(' ')}`;
  }
  return data;
}

/** Path data of the smooth curve through `points`; a continuation is joined to what came before. */
export function curve(points: readonly Point[], continued = false): string {
  const at = (index: number) => points[Math.max(0, Math.min(points.length - 1, index))] as Point;
  return `${continued ? 'L' : 'M'}${at(0).map(short).join(' ')}${spans(at, points.length - 1)}`;
}

/** A closed smooth outline. */
export function loop(points: readonly Point[]): string {
  const at = (index: number) => points[(index + points.length) % points.length] as Point;
  return `M${at(0).map(short).join(' ')}${spans(at, points.length)}Z`;
}

/** Straight joints between several smooth curves, closed: lips, lids and other shapes with corners. */
export function cornered(...curves: readonly (readonly Point[])[]): string {
  return `${curves.map((points, index) => curve(points, index > 0)).join('')}Z`;
}

/** A brush stroke along the spline, `halfWidth` as a function of the position 0 to 1. */
export function brush(points: readonly Point[], halfWidth: (position: number) => number): string {
  const centre = sampled(points);
  const sides: [Point[], Point[]] = [[], []];
  centre.forEach((point, index) => {
    const before = centre[Math.max(0, index - 1)] as Point;
    const after = centre[Math.min(centre.length - 1, index + 1)] as Point;
    const length = Math.hypot(after[0] - before[0], after[1] - before[1]) || 1;
    const half = halfWidth(index / (centre.length - 1));
    const normal: Point = [
      (-(after[1] - before[1]) / length) * half,
      ((after[0] - before[0]) / length) * half,
    ];
    sides[0].push([point[0] + normal[0], point[1] + normal[1]]);
    sides[1].push([point[0] - normal[0], point[1] - normal[1]]);
  });
  return cornered(sides[0], sides[1].reverse());
}

/** Thin at both ends, as a crease in skin is. */
export function tapered(width: number): (position: number) => number {
  return (position) => (width / 2) * Math.sin(Math.PI * (0.06 + 0.88 * position));
}

/** Attribute text; undefined leaves an attribute out, names in camel case become dashed. */
export function attributes(values: Record<string, string | number | undefined>): string {
  return Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` ${name}="${typeof value === 'number' ? short(value) : value}"`)
    .join('');
}

/** How a shape is painted: `blur` names one of the scene's blur filters by its radius. */
export interface Paint {
  opacity?: number;
  blur?: 1 | 2 | 4 | 8;
  clip?: string;
}

export function shape(data: string, colour: string, paint: Paint = {}): string {
  if (paint.opacity !== undefined && paint.opacity < 0.004) return '';
  const clipped = paint.clip === undefined ? undefined : `url(#${paint.clip})`;
  const blurred = paint.blur === undefined ? undefined : `url(#blur${paint.blur})`;
  const path = `<path${attributes({ d: data, fill: colour, opacity: paint.opacity, filter: blurred })}/>`;
  return clipped === undefined ? path : `<g clip-path="${clipped}">${path}</g>`;
}

export function clip(name: string, data: string): string {
  return `<clipPath id="${name}"><path d="${data}"/></clipPath>`;
}

/** Between two #rrggbb colours. */
export function blend(from: string, to: string, share: number): string {
  const channel = (colour: string, index: number) =>
    Number.parseInt(colour.slice(1 + index * 2, 3 + index * 2), 16);
  const mixed = [0, 1, 2].map((index) =>
    Math.round(channel(from, index) + (channel(to, index) - channel(from, index)) * share)
      .toString(16)
      .padStart(2, '0'),
  );
  return `#${mixed.join('')}`;
}
