import {
  type ActionUnit,
  type Activation,
  type Expression,
  expressions,
  recipes,
} from './drawing/actionUnits.ts';
import { characters } from './drawing/characters.ts';
import { faceOf, type Pose } from './drawing/head.ts';
import { type Backdrop, drawPortrait, type Light } from './drawing/portrait.ts';
import { between, type Random, seededRandom, shuffled } from './drawing/random.ts';
import type { Point } from './drawing/svg.ts';

/** One picture of the dataset: `name` does not tell the class. */
export interface PlannedImage {
  name: string;
  label: Expression;
  /** The class folder it lies in: another one where the label is planted wrong. */
  labelGiven: Expression;
  activation: Activation;
  svg: string;
}

/** The seed of the pictures that ship. */
export const sampleSeed = 20260517;
export const imagesPerCharacterAndClass = 6;
export const plantedShare = 0.1;

/** Pairs that people confuse: half of the planted errors are of this kind, half go to any other class. */
const lookAlikes: Record<Expression, readonly Expression[]> = {
  anger: ['disgust'],
  disgust: ['anger'],
  fear: ['surprise'],
  happiness: ['neutral'],
  neutral: ['sadness', 'happiness'],
  sadness: ['neutral', 'fear'],
  surprise: ['fear'],
};

function pick<Item>(random: Random, items: readonly Item[]): Item {
  return items[Math.floor(random() * items.length)] as Item;
}

/** A recipe of the class at one intensity, each unit a little off, as people are. */
function activationFor(random: Random, label: Expression, variant: number): Activation {
  const options = recipes[label];
  const strength = between(random, 0.78, 1);
  const activation: Activation = {};
  for (const [unit, intensity] of Object.entries(options[variant % options.length] ?? {})) {
    activation[Number(unit) as ActionUnit] = Math.min(1, intensity * strength * between(random, 0.9, 1.1));
  }
  return activation;
}

function poseFor(random: Random): Pose {
  const spread = (limit: number) => between(random, -limit, limit) * between(random, 0.4, 1);
  return { yaw: spread(19), pitch: spread(9), roll: spread(9), scale: between(random, 1.03, 1.12) };
}

function lightFor(random: Random): Light {
  return {
    side: between(random, -1, 1),
    tint: pick(random, ['#ffb25e', '#ffd9a0', '#8fb8ff', '#c9d6ff', '#ffffff']),
    tintStrength: between(random, 0, 0.09),
    exposure: between(random, -0.1, 0.04),
  };
}

function backdropFor(random: Random): Backdrop {
  const hue = Math.floor(random() * 360);
  const [saturation, lightness] = [Math.floor(between(random, 6, 32)), Math.floor(between(random, 34, 74))];
  const spots = Array.from({ length: Math.floor(random() * 7) }, () => {
    return [between(random, 0, 200), between(random, 0, 140), between(random, 8, 28)] as const;
  });
  return {
    near: `hsl(${hue}, ${saturation}%, ${lightness}%)`,
    far: `hsl(${(hue + 20) % 360}, ${saturation}%, ${Math.floor(lightness * 0.62)}%)`,
    spots,
  };
}

/** Every picture of the dataset, the same for the same seed, on any machine. */
export function planImages(seed: number): PlannedImage[] {
  const random = seededRandom(seed);
  const images = characters.flatMap((character) => {
    const drawn = expressions.flatMap((label) =>
      Array.from({ length: imagesPerCharacterAndClass }, (_, variant) => {
        const activation = activationFor(random, label, variant);
        const gaze: Point = random() < 0.6 ? [0, 0] : [between(random, -2.6, 2.6), between(random, -1, 1.2)];
        const face = faceOf(character, activation, poseFor(random), gaze, between(random, -0.09, 0.09));
        return {
          label,
          labelGiven: label,
          activation,
          svg: drawPortrait(face, lightFor(random), backdropFor(random)),
        };
      }),
    );
    return shuffled(random, drawn).map((image, index) => {
      return { ...image, name: `${character.name}_${String(index + 1).padStart(3, '0')}.jpg` };
    });
  });
  return withPlantedErrors(random, images);
}

/** Swaps a tenth of the labels, spread evenly over the true classes. */
function withPlantedErrors(random: Random, images: readonly PlannedImage[]): PlannedImage[] {
  const total = Math.round(images.length * plantedShare);
  const byClass = expressions.map((label) =>
    shuffled(
      random,
      images.filter((image) => image.label === label),
    ),
  );
  const planted = new Map<string, Expression>();
  for (let index = 0; index < total; index++) {
    const image = byClass[index % expressions.length]?.[
      Math.floor(index / expressions.length)
    ] as PlannedImage;
    const others = expressions.filter((label) => label !== image.label);
    planted.set(image.name, pick(random, random() < 0.5 ? lookAlikes[image.label] : others));
  }
  return images.map((image) => ({ ...image, labelGiven: planted.get(image.name) ?? image.labelGiven }));
}
