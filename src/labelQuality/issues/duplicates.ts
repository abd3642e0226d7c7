import type { ImageIssue } from './issue.ts';

export const duplicates = {
  id: 'duplicates',
  title: 'Duplicates',
  empty: {
    title: 'No duplicates',
    text: 'Images that occur more than once, exactly or nearly, appear here.',
  },
  find: ({ groups }) => {
    const sizes = new Map<number, number>();
    for (let image = 0; image < groups.length; image++) {
      const group = groups[image] as number;
      sizes.set(group, (sizes.get(group) ?? 0) + 1);
    }
    return (image) => (sizes.get(groups[image] as number) as number) > 1;
  },
} as const satisfies ImageIssue;
