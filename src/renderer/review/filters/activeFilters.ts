import { describeMetadata } from '../../../domain/metadata.ts';
import { STATUS_TITLES } from '../../../domain/verdicts.ts';
import { type ScoreId, scores } from '../../../labelQuality/scores/index.ts';
import type { QueueFilter } from '../../../protocol/queue.ts';

export interface ActiveFilter {
  words: string;
  /** What of the filter changes when this one is removed. */
  without: Partial<QueueFilter>;
}

/** The filters of a queue one by one, as a person sees them; what is shown (flagged, all, ...) is none of them. */
export function activeFilters(
  filter: QueueFilter,
  score: ScoreId,
  classTitle: (index: number) => string,
): ActiveFilter[] {
  const valuesOf = <Key extends 'given' | 'suggested' | 'earlier' | 'splits' | 'statuses'>(
    key: Key,
    titled: (value: QueueFilter[Key][number]) => string,
  ): ActiveFilter[] => {
    const values: QueueFilter[Key][number][] = filter[key];
    return values.map((value) => ({
      words: titled(value),
      without: { [key]: values.filter((other) => other !== value) },
    }));
  };
  const range = (name: string, from: number, to: number, without: Partial<QueueFilter>): ActiveFilter[] =>
    from <= 0 && to >= 1
      ? []
      : [{ words: `${name}: ${Math.round(from * 100)} to ${Math.round(to * 100)} %`, without }];
  return [
    ...(filter.name === '' ? [] : [{ words: `Name: ${filter.name}`, without: { name: '' } }]),
    ...valuesOf('given', (index) => `Given: ${classTitle(index)}`),
    ...valuesOf('earlier', (index) => `Previously suggested: ${classTitle(index)}`),
    ...valuesOf('suggested', (index) => `Suggested: ${classTitle(index)}`),
    ...range(scores[score].title, filter.minScore, filter.maxScore, { minScore: 0, maxScore: 1 }),
    ...range('Model confidence', filter.minConfidence, filter.maxConfidence, {
      minConfidence: 0,
      maxConfidence: 1,
    }),
    ...valuesOf('splits', (split) => `Split: ${split}`),
    ...filter.metadata.map((each) => ({
      words: `${each.column}: ${describeMetadata(each)}`,
      without: { metadata: filter.metadata.filter((other) => other !== each) },
    })),
    ...valuesOf('statuses', (status) => STATUS_TITLES[status]),
  ];
}
