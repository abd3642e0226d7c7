import { z } from 'zod';

/** Whether the features of images are kept. */
const FEATURE_FORMS = ['full', 'off'] as const;
export const featureFormSchema = z.enum(FEATURE_FORMS);
export type FeatureForm = z.infer<typeof featureFormSchema>;

export const DEFAULT_FEATURE_FORM: FeatureForm = 'full';

export const FEATURE_CHOICES = ['auto', ...FEATURE_FORMS] as const;
/** The user's choice; `auto` is the default, or what the project was scanned with. */
export type FeatureChoice = (typeof FEATURE_CHOICES)[number];

const FEATURE_STATES = ['present', 'partly', 'absent'] as const;
/** Whether the features of all scanned images, of some, or of none are stored. */
export type FeatureState = (typeof FEATURE_STATES)[number];

/** @param present of `images`, how many have features */
export function featureStateOf(present: number, images: number): FeatureState {
  if (present === 0) return 'absent';
  return present < images ? 'partly' : 'present';
}

/** The features stored with a project. */
export interface FeatureSummary {
  state: FeatureState;
  /** How a scan keeps them. */
  form: FeatureForm;
  /** Whether the model that scanned the images gives features at all. */
  offered: boolean;
  /** Scanned images, and how many of them have features. */
  images: number;
  present: number;
  /** Of the file. */
  bytes: number;
}

/** What a person can do about missing features; null if none are missing. */
export function describeMissingFeatures({
  state,
  form,
  offered,
  images,
  present,
}: FeatureSummary): string | null {
  if (!offered) {
    return 'The model that scanned these images gives no features. A scan with one that does lets the tuned model learn more.';
  }
  if (form === 'off')
    return 'Features are off. A scan with --features full adds them, and the tuned model learns more.';
  if (state === 'present') return null;
  return `Features are missing for ${images - present} of ${images} images. Scan again to add them.`;
}
