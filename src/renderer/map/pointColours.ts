import { STATUS_TITLES, STATUSES, type Status } from '../../domain/verdicts.ts';
import type { DatasetClass } from '../../protocol/api.ts';
import type { MapPoints } from '../../protocol/map.ts';
import type { QueueFilter } from '../../protocol/queue.ts';
import { classColour } from '../ui/classColour.ts';

export const COLOURINGS = ['given', 'suggested', 'verdict', 'flag'] as const;
export type Colouring = (typeof COLOURINGS)[number];

export const COLOURING_TITLES: Record<Colouring, string> = {
  given: 'Given label',
  suggested: 'Suggested label',
  verdict: 'Decision',
  flag: 'Flag',
};

/** A kind of point: its name, its colour as a CSS value, how many there are, and the queue of its images. */
export interface PointKind {
  title: string;
  colour: string;
  count: number;
  filter: Partial<QueueFilter>;
}

const STATUS_COLOURS: Record<Status, string> = {
  unreviewed: 'var(--line-strong)',
  kept: 'var(--green-fill)',
  relabelled: 'var(--accent)',
  excluded: 'var(--red)',
  ambiguous: 'var(--own-3)',
};

/** The kinds of a colouring, and each point's: an index into them. */
export function kindsOf(
  points: MapPoints,
  colouring: Colouring,
  classes: readonly DatasetClass[],
): { kinds: PointKind[]; kindOf: Uint8Array } {
  const { kinds, code } = described(points, colouring, classes);
  const kindOf = Uint8Array.from(points.ids, (_, index) => code(index));
  for (const kind of kindOf) (kinds[kind] as PointKind).count++;
  return { kinds, kindOf };
}

function described(
  points: MapPoints,
  colouring: Colouring,
  classes: readonly DatasetClass[],
): { kinds: PointKind[]; code: (index: number) => number } {
  const kind = (title: string, colour: string, filter: Partial<QueueFilter>): PointKind => ({
    title,
    colour,
    count: 0,
    filter,
  });
  switch (colouring) {
    case 'given':
    case 'suggested': {
      const filterOf = (label: number): Partial<QueueFilter> =>
        colouring === 'given' ? { show: 'all', given: [label] } : { show: 'all', suggested: [label] };
      const labels = points[colouring];
      return {
        kinds: [
          ...classes.map((datasetClass) =>
            kind(datasetClass.title, classColour(datasetClass), filterOf(datasetClass.index)),
          ),
          kind('none', 'var(--faint)', { show: colouring === 'given' ? 'unlabelled' : 'all' }),
        ],
        code: (index) => ((labels[index] as number) < 0 ? classes.length : (labels[index] as number)),
      };
    }
    case 'verdict':
      return {
        kinds: STATUSES.map((status) =>
          kind(STATUS_TITLES[status], STATUS_COLOURS[status], { show: 'all', statuses: [status] }),
        ),
        code: (index) => points.status[index] as number,
      };
    case 'flag':
      return {
        kinds: [
          kind('Not flagged', 'var(--line-strong)', { show: 'all', maxScore: 0.5 }),
          kind('Likely wrong', 'var(--amber-fill)', { show: 'flagged' }),
        ],
        code: (index) => points.flagged[index] as number,
      };
  }
}

const FULL = 235;
const DIMMED = 40;

/**
 * RGBA bytes of each point.
 * @param resolve a CSS value as red, green, blue
 * @param selected 1 for selected points; null if there are none, and nothing is dimmed
 */
export function paintPoints(
  kinds: readonly PointKind[],
  kindOf: Uint8Array,
  selected: Uint8Array | null,
  resolve: (colour: string) => [number, number, number],
): Uint8Array {
  const packed = (alpha: number) =>
    new Uint32Array(
      Uint8Array.from(kinds.flatMap(({ colour }) => [...resolve(colour), alpha])).buffer, // in this machine's order of bytes
    );
  const [full, dimmed] = [packed(FULL), packed(DIMMED)];
  const colours = new Uint32Array(kindOf.length);
  for (let index = 0; index < kindOf.length; index++) {
    const palette = selected === null || selected[index] === 1 ? full : dimmed;
    colours[index] = palette[kindOf[index] as number] as number;
  }
  return new Uint8Array(colours.buffer);
}

/** A CSS colour of the page as bytes, whatever notation it resolves to. */
export function resolveColour(colour: string): [number, number, number] {
  const probe = document.createElement('i');
  probe.style.color = colour;
  document.body.append(probe);
  const [red = 0, green = 0, blue = 0] = (getComputedStyle(probe).color.match(/[\d.]+/g) ?? []).map(Number);
  probe.remove();
  return [red, green, blue];
}
