/**
 * The action units the drawing knows, numbered and named as in the Facial Action Coding System
 * (Ekman, Friesen & Hager, FACS: The Manual, 2002). Intensities are 0 (absent) to 1 (the manual's E, maximal).
 */
export const actionUnits = {
  1: 'inner brow raiser',
  2: 'outer brow raiser',
  4: 'brow lowerer',
  5: 'upper lid raiser',
  6: 'cheek raiser',
  7: 'lid tightener',
  9: 'nose wrinkler',
  10: 'upper lip raiser',
  12: 'lip corner puller',
  14: 'dimpler',
  15: 'lip corner depressor',
  16: 'lower lip depressor',
  17: 'chin raiser',
  20: 'lip stretcher',
  22: 'lip funneler',
  23: 'lip tightener',
  24: 'lip pressor',
  25: 'lips part',
  26: 'jaw drop',
  27: 'mouth stretch',
  43: 'eye closure',
} as const;

export type ActionUnit = keyof typeof actionUnits;
export type Activation = Partial<Record<ActionUnit, number>>;

export const expressions = [
  'anger',
  'disgust',
  'fear',
  'happiness',
  'neutral',
  'sadness',
  'surprise',
] as const;
export type Expression = (typeof expressions)[number];

/**
 * Prototypes and major variants of each expression at full strength, after the EMFACS table of emotion
 * predictions (Friesen & Ekman, EMFACS-7, 1983; FACS Investigator's Guide, 2002, table 10-1).
 * The combinations are theirs, the intensities are ours.
 */
export const recipes: Record<Expression, readonly Activation[]> = {
  anger: [
    { 4: 1, 5: 0.45, 7: 0.8, 23: 0.8, 24: 0.6, 17: 0.3 },
    { 4: 1, 5: 0.6, 7: 0.7, 10: 0.6, 16: 0.6, 22: 0.25, 23: 0.4, 25: 1, 26: 0.3 },
    { 4: 1, 5: 0.55, 7: 0.9, 23: 1, 17: 0.6, 15: 0.25 },
  ],
  disgust: [
    { 9: 1, 10: 1, 16: 0.5, 25: 0.9, 4: 0.15, 6: 0.35, 7: 0.4 },
    { 9: 1, 10: 0.9, 17: 0.8, 6: 0.4, 7: 0.5, 15: 0.2 },
    { 9: 0.9, 10: 1, 16: 0.7, 25: 1, 26: 0.35, 6: 0.4, 7: 0.4 },
  ],
  fear: [
    { 1: 1, 2: 0.5, 4: 0.6, 5: 1, 20: 0.9, 25: 1, 26: 0.35 },
    { 1: 0.9, 2: 0.55, 4: 0.7, 5: 0.9, 7: 0.3, 20: 1, 25: 0.9, 16: 0.4 },
    { 1: 1, 2: 0.45, 4: 0.6, 5: 1, 20: 0.7, 25: 1, 26: 0.75 },
  ],
  happiness: [
    { 6: 0.9, 12: 1, 25: 1, 26: 0.15 },
    { 6: 0.7, 12: 0.8 },
    { 6: 1, 12: 1, 25: 1, 26: 0.6 },
  ],
  neutral: [{}, { 43: 0.12 }, { 25: 0.12 }],
  sadness: [
    { 1: 1, 4: 0.6, 15: 1, 17: 0.5, 43: 0.2 },
    { 1: 0.9, 4: 0.7, 15: 0.9, 7: 0.25, 43: 0.35 },
    { 1: 1, 4: 0.5, 15: 0.8, 17: 0.8, 6: 0.3, 43: 0.25 },
  ],
  surprise: [
    { 1: 0.95, 2: 1, 5: 0.85, 25: 1, 26: 1 },
    { 1: 1, 2: 1, 5: 0.9, 25: 1, 27: 0.8 },
    { 1: 0.9, 2: 0.95, 5: 0.75, 25: 1, 26: 0.65 },
  ],
};
