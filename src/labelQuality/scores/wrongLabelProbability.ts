import type { Score } from './score.ts';

export const wrongLabelProbability = {
  id: 'wrong-label',
  title: 'Wrong-label probability',
  description:
    'How likely the label is wrong, from the prediction, its confidence, and how labels in this dataset tend to be wrong.',
  reference: "Bayes' rule with the noise transition matrix of the dataset, calibrated on FER2013.",
  peer: null,
  from: 'elsewhere',
  score: null,
} as const satisfies Score;
