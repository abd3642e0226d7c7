import { farBelow } from './farBelow.ts';
import type { ImageIssue } from './issue.ts';

export const outlier = {
  id: 'outlier',
  title: 'Outliers',
  empty: {
    title: 'No outliers',
    text: 'Images unlike the rest of the dataset, such as drawings among photographs, appear here.',
  },
  find: ({ similarity }) => {
    const threshold = farBelow(similarity);
    return (image) => (similarity[image] as number) < threshold;
  },
} as const satisfies ImageIssue;
