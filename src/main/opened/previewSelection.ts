import type { SampleRecord } from '../dataset/index.ts';

export type PreviewSample = Pick<
  SampleRecord,
  'image' | 'path' | 'region' | 'split' | 'givenLabel' | 'problem'
>;

const PER_CLASS = 6;
const MOST_CLASSES = 60;
const MOST = 60;

/**
 * A few images of every class, spread over the whole source: reservoir sampling with a fixed seed, so that the
 * same folder shows the same images.
 */
export class PreviewSelection {
  readonly #byClass = new Map<string | null, { seen: number; kept: PreviewSample[] }>();
  #state = 0x2545f491;

  add({ image, path, region, split, givenLabel, problem }: PreviewSample): void {
    const ofClass = this.#byClass.get(givenLabel) ?? { seen: 0, kept: [] };
    if (ofClass.seen === 0) {
      if (this.#byClass.size === MOST_CLASSES) return;
      this.#byClass.set(givenLabel, ofClass);
    }
    const place = ofClass.seen < PER_CLASS ? ofClass.seen : this.#below(ofClass.seen + 1);
    ofClass.seen++;
    if (place < PER_CLASS) ofClass.kept[place] = { image, path, region, split, givenLabel, problem };
  }

  /** Class by class in turn, so that the first ones show as many classes as there are. */
  chosen(): PreviewSample[] {
    const chosen: PreviewSample[] = [];
    for (let turn = 0; turn < PER_CLASS; turn++) {
      for (const { kept } of this.#byClass.values()) {
        const sample = kept[turn];
        if (sample !== undefined) chosen.push(sample);
      }
    }
    return chosen.slice(0, MOST);
  }

  /** A whole number from 0 up to, but without, `limit`: xorshift32. */
  #below(limit: number): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return (this.#state >>> 0) % limit;
  }
}
