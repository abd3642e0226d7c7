/**
 * One distribution over a dataset's classes for each image, from the base model and from a model tuned to the
 * dataset's own labels. The model knows faces; the tuned model knows this dataset, including its errors. The weight
 * of the tuned model is estimated from the labels alone: by how many more of them it predicts (cross-validated) than
 * the model. Where errors are systematic both miss them, and the model keeps its weight; where the model does
 * not fit the data (drawings, another meaning of a class) the tuned model takes over.
 */
export interface PoolInputs {
  /** [N*C] the model's corrected distributions, C model classes */
  model: ArrayLike<number>;
  modelClasses: number;
  /**
   * [L] the model's classes that each class of the dataset maps to; empty for a class that the model does not
   * know
   */
  classMap: readonly (readonly number[])[];
  /** [N*L] of the cross-validated tuned model; 0 for classes that it does not have. Null without a tuned model. */
  tuned: ArrayLike<number> | null;
  /** [N] class, or -1 */
  labels: ArrayLike<number>;
  classes: number;
}
