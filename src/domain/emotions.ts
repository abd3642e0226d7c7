/**
 * Emotion classes that datasets of facial expressions use, with the names that they go by.
 *
 * A class that is not here is kept under its own name: see classSpace.ts.
 */
export const EMOTIONS = [
  'neutral',
  'happiness',
  'surprise',
  'sadness',
  'anger',
  'disgust',
  'fear',
  'contempt',
] as const;

/** The ten vote columns of FER+ in its file's order: https://github.com/microsoft/FERPlus. */
export const FER_PLUS_COLUMNS: readonly string[] = [...EMOTIONS, 'unknown', 'NF'];

export type Emotion = (typeof EMOTIONS)[number];

const ALIASES: Record<Emotion, readonly string[]> = {
  neutral: ['neutrality', 'ne', 'neu', 'calm', 'none expression', 'no expression'],
  happiness: ['happy', 'joy', 'joyful', 'ha', 'hap', 'smile', 'smiling'],
  surprise: ['surprised', 'su', 'sur', 'astonishment'],
  sadness: ['sad', 'sa', 'unhappy', 'sorrow'],
  anger: ['angry', 'an', 'ang', 'mad', 'rage'],
  disgust: ['disgusted', 'di', 'dis'],
  fear: ['fearful', 'afraid', 'scared', 'fe', 'fea', 'fright'],
  contempt: ['contemptuous', 'co', 'con', 'scorn', 'disdain'],
};

const EMOTION_BY_NAME = new Map<string, Emotion>(
  EMOTIONS.flatMap((emotion) => [emotion, ...ALIASES[emotion]].map((name) => [name, emotion] as const)),
);

/**
 * A class name without differences of spelling: case, surrounding space, `_` and `-`, an ordering prefix such
 * as `3_` or `05-`.
 */
export function normaliseClassName(name: string): string {
  const spaced = name
    .normalize('NFC')
    .toLowerCase()
    .replace(/[_\-\s]+/g, ' ')
    .trim();
  return spaced.replace(/^\d+ (?=\D)/, '');
}

/** The emotion of a class name, or null if the name is unknown. */
export function emotionOf(className: string): Emotion | null {
  return EMOTION_BY_NAME.get(normaliseClassName(className)) ?? null;
}

/** All names that an emotion goes by, its own first. */
export function emotionNames(emotion: Emotion): string[] {
  return [emotion, ...ALIASES[emotion]];
}
