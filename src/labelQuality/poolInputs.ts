/**
 * One distribution over a data set's classes for each image, from the shipped model and from a head fitted to
 * the data set's own labels. The model knows faces; the head knows this data set, its errors too. How far the
 * head is followed is estimated from the labels alone: by how much more of them it foresees (cross-validated)
 * than the model does. Where errors are systematic both miss them, and the model stays in charge; where the
 * model does not fit the data (drawings, another meaning of a class) the head takes over.
 */
export interface PoolInputs {
  /** [N*C] the model's corrected distributions, C model classes */
  model: ArrayLike<number>;
  modelClasses: number;
  /** [L] the model's classes that each class of the data set stands for; empty for one that it does not know */
  classMap: readonly (readonly number[])[];
  /** [N*L] of the cross-validated head; 0 for classes that it does not have. Null without a head. */
  head: ArrayLike<number> | null;
  /** [N] class, or -1 */
  labels: ArrayLike<number>;
  classes: number;
}
