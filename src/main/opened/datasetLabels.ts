import { type Emotion, emotionOf } from '../../domain/emotions.ts';

/** Finds a dataset's classes by their names, or by the emotion that they are mapped to where no other class is. */
export class DatasetLabels {
  readonly names: readonly string[];
  readonly #byName: ReadonlyMap<string, number>;
  /** Null for an emotion that several classes mean. */
  readonly #byEmotion = new Map<Emotion, number | null>();

  constructor(names: readonly string[], emotions: ReadonlyMap<string, Emotion | null>) {
    this.names = names;
    this.#byName = new Map(names.map((name, index) => [name, index]));
    for (const [name, index] of this.#byName) {
      const emotion = emotions.get(name) ?? null;
      if (emotion !== null) this.#byEmotion.set(emotion, this.#byEmotion.has(emotion) ? null : index);
    }
  }

  /** Undefined where the dataset has no such class. */
  indexOf(label: string): number | undefined {
    const exact = this.#byName.get(label) ?? this.#byName.get(label.trim().normalize('NFC'));
    if (exact !== undefined) return exact;
    const emotion = emotionOf(label);
    return (emotion === null ? null : this.#byEmotion.get(emotion)) ?? undefined;
  }
}
