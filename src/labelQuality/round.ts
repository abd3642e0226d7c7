import { z } from 'zod';
import { drawSample } from './random.ts';

/** What a round consists of: images to review in one go, without knowing why each is among them. */
export const roundRequestSchema = z.object({
  /** Images without a decision, the most likely wrong first. */
  fromQueue: z.int().min(0).max(5000).default(50),
  /** Images drawn at random from all without a decision: they show what the queue misses. */
  atRandom: z.int().min(0).max(5000).default(50),
  /**
   * Percentage of this annotator's reviewed images that are asked again: they show how consistent the answers
   * are.
   */
  repeatPercent: z.number().min(0).max(100).default(5),
});
export type RoundRequest = z.input<typeof roundRequestSchema>;

/** Progress of a round. Which image is in it for which reason stays hidden. */
export interface RoundProgress {
  images: number;
  reviewed: number;
}

/**
 * Mixes [m] images into a list of [n]: each at a place of its own, every choice of places equally likely; the list keeps its
 * order.
 */
export function mixInto(list: readonly number[], extra: readonly number[], random: () => number): number[] {
  const length = list.length + extra.length;
  const places = new Set(
    drawSample(
      Array.from({ length }, (_, place) => place),
      extra.length,
      random,
    ),
  );
  const shuffled = drawSample(extra, extra.length, random);
  let [fromList, fromExtra] = [0, 0];
  return Array.from({ length }, (_, place) =>
    places.has(place) ? (shuffled[fromExtra++] as number) : (list[fromList++] as number),
  );
}
