import type { ImageIssue } from './issue.ts';

/** In the place of the label of a group that has several. */
const SEVERAL = -1;

export const duplicatesWithDifferentLabels = {
  id: 'duplicates-different-labels',
  title: 'Duplicates with different labels',
  empty: {
    title: 'No duplicates with different labels',
    text: 'Images that occur more than once with different labels appear here.',
  },
  find: ({ groups, labels }) => {
    const labelOf = new Map<number, number>();
    for (let image = 0; image < groups.length; image++) {
      const [group, label] = [groups[image] as number, labels[image] as number];
      if (label >= 0) labelOf.set(group, (labelOf.get(group) ?? label) === label ? label : SEVERAL);
    }
    return (image) => labelOf.get(groups[image] as number) === SEVERAL;
  },
} as const satisfies ImageIssue;
