/** How long a start may take. */
export interface StartLimits {
  /** Loading a provider's libraries for the first time takes seconds; a driver that hangs never ends. */
  loadMs: number;
  /** The model on a blank image; a GPU's driver may compile it first. */
  trialMs: { cpu: number; gpu: number };
}
