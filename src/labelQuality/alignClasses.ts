import type { PoolInputs } from './poolInputs.ts';

/** How much more likely a model class must be for a label than for any image, to be its meaning. */
const LEAST_LIFT = 1.5;
/** Images that a label needs before its meaning is guessed. */
const LEAST_IMAGES = 20;

/**
 * What a dataset's classes mean to the model if their names do not say (A to G, or words of another
 * language): the one-to-one pairing under which labels and the model's distributions fit best, by the
 * logarithm of the lift P(model class | label) / P(model class). A class without a convincing partner stays
 * unknown.
 * @returns [L] model classes of each class
 */
export function alignClasses({ model, modelClasses, labels, classes }: PoolInputs): number[][] {
  const joint = Array.from({ length: classes }, () => new Array<number>(modelClasses).fill(0));
  const images = new Array<number>(classes).fill(0);
  for (let i = 0; i < labels.length; i++) {
    const row = joint[labels[i] as number];
    if (row === undefined) continue;
    images[labels[i] as number] = (images[labels[i] as number] as number) + 1;
    for (let m = 0; m < modelClasses; m++)
      row[m] = (row[m] as number) + (model[i * modelClasses + m] as number);
  }
  const total = Math.max(
    1,
    images.reduce((sum, count) => sum + count, 0),
  );
  const shares = Array.from(
    { length: modelClasses },
    (_, m) => joint.reduce((sum, row) => sum + (row[m] as number), 0) / total,
  );
  const lift = joint.map((row, c) =>
    row.map((mass, m) => (mass + 1e-9) / (Math.max(1, images[c] as number) * (shares[m] as number) + 1e-9)),
  );
  const partners = bestPairing(lift.map((row) => row.map((value) => Math.log(value))));
  return partners.map((m, c) => {
    const convincing = m >= 0 && (lift[c]?.[m] as number) >= LEAST_LIFT;
    return convincing && (images[c] as number) >= LEAST_IMAGES ? [m] : [];
  });
}

/**
 * The pairing of rows and columns with the largest sum of gains, each at most once (Kuhn and Munkres, by
 * shortest augmenting paths).
 * @returns [rows] column of each row, -1 for none
 */
export function bestPairing(gains: readonly (readonly number[])[]): number[] {
  const rows = gains.length;
  const columns = Math.max(rows, gains[0]?.length ?? 0);
  const least = Math.min(0, ...gains.flat());
  const cost = (row: number, column: number) => -(gains[row]?.[column] ?? least);
  const rowPrice = new Array<number>(rows + 1).fill(0);
  const columnPrice = new Array<number>(columns + 1).fill(0);
  /** Row (from 1) of each column (from 1); 0 for a free one. */
  const rowOf = new Array<number>(columns + 1).fill(0);
  for (let row = 1; row <= rows; row++) {
    const previous = new Array<number>(columns + 1).fill(0);
    const slack = new Array<number>(columns + 1).fill(Number.POSITIVE_INFINITY);
    const visited = new Array<boolean>(columns + 1).fill(false);
    rowOf[0] = row;
    let column = 0;
    do {
      visited[column] = true;
      const current = rowOf[column] as number;
      let smallest = Number.POSITIVE_INFINITY;
      let next = 0;
      for (let other = 1; other <= columns; other++) {
        if (visited[other]) continue;
        const reduced =
          cost(current - 1, other - 1) - (rowPrice[current] as number) - (columnPrice[other] as number);
        if (reduced < (slack[other] as number)) {
          slack[other] = reduced;
          previous[other] = column;
        }
        if ((slack[other] as number) < smallest) {
          smallest = slack[other] as number;
          next = other;
        }
      }
      for (let other = 0; other <= columns; other++) {
        if (visited[other]) {
          rowPrice[rowOf[other] as number] = (rowPrice[rowOf[other] as number] as number) + smallest;
          columnPrice[other] = (columnPrice[other] as number) - smallest;
        } else slack[other] = (slack[other] as number) - smallest;
      }
      column = next;
    } while (rowOf[column] !== 0);
    while (column !== 0) {
      rowOf[column] = rowOf[previous[column] as number] as number;
      column = previous[column] as number;
    }
  }
  const pairing = new Array<number>(rows).fill(-1);
  for (let column = 1; column <= columns; column++) {
    const row = rowOf[column] as number;
    if (row > 0 && column <= (gains[0]?.length ?? 0)) pairing[row - 1] = column - 1;
  }
  return pairing;
}
