import type { EarlierFlag } from '../project/index.ts';

/** The previous run's results, row by row, for comparing the two. */
export class EarlierColumns {
  /** 1 if that run has predicted the image. */
  readonly known: Uint8Array;
  /** -1 for none. */
  readonly suggested: Int16Array;
  /** NaN where it could not say. */
  readonly wrongLabel: Float32Array;
  /** Images that it has predicted. */
  readonly size: number = 0;

  constructor(rows: number, rowOf: (sampleId: number) => number | undefined, flags: Iterable<EarlierFlag>) {
    this.known = new Uint8Array(rows);
    this.suggested = new Int16Array(rows).fill(-1);
    this.wrongLabel = new Float32Array(rows).fill(Number.NaN);
    for (const { sampleId, suggestedClass, wrongLabel } of flags) {
      const row = rowOf(sampleId);
      if (row === undefined) continue;
      this.known[row] = 1;
      this.suggested[row] = suggestedClass ?? -1;
      this.wrongLabel[row] = wrongLabel ?? Number.NaN;
      this.size++;
    }
  }
}
