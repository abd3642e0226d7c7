import { z } from 'zod';

/** Further columns of a source beyond this many are kept and exported, but are no filters. */
export const MOST_COLUMNS = 32;

/** Most values of a column that a queue counts; the most common if it has more. */
export const MOST_CHOICES = 200;

/** A filter by a further column of the source, such as a subject or an age; `values` of choices, `from` and `to` of numbers. */
export const metadataFilterSchema = z.object({
  column: z.string().min(1).max(500),
  /** An empty list means any; '' is the value of images that have none. */
  values: z.array(z.string()).max(1000).default([]),
  /** Both inclusive; null where it is open. Images without a number are in no range. */
  from: z.number().nullable().default(null),
  to: z.number().nullable().default(null),
});
export type MetadataFilter = z.infer<typeof metadataFilterSchema>;

/** Does a filter leave anything out? */
export function restricts({ values, from, to }: MetadataFilter): boolean {
  return values.length > 0 || from !== null || to !== null;
}

/** A value of a further column of the source. */
export const nameOfValue = (value: string): string => (value === '' ? 'no value' : value);

/** What a filter by one of the dataset's columns matches: "female, male", "20 to 30", "from 0.5". */
export function describeMetadata({ values, from, to }: MetadataFilter): string {
  if (from !== null && to !== null) return `${formatNumber(from)} to ${formatNumber(to)}`;
  if (from !== null) return `from ${formatNumber(from)}`;
  if (to !== null) return `up to ${formatNumber(to)}`;
  return values.map(nameOfValue).join(', ');
}

const formatNumber = (value: number): string => String(Number(value.toPrecision(3)));

/** How many images each choice of a further column would show, all the other filters staying as they are. */
export type MetadataFacet =
  | {
      kind: 'choice';
      column: string;
      /** In natural order, or the most common first if there are more than are listed. */
      choices: { value: string; count: number }[];
      /** Values that are not among the choices. */
      further: number;
    }
  | {
      kind: 'number';
      column: string;
      low: number;
      high: number;
      /** Bins of equal width from `low` to `high`. */
      histogram: number[];
    };
