import { keyTitle } from '../actions/keys.ts';

interface TourStep {
  title: string;
  text: string;
  /** Selector of what it is about; without it, the step is shown in the middle. */
  about: string;
}

/** Five things to know before the first decision. */
export const TOUR_STEPS: readonly TourStep[] = [
  {
    title: 'Label and suggestion',
    text: 'Likely wrong labels come first. This line shows the label of the image and what the model suggests instead.',
    about: '[data-testid="verdict-line"]',
  },
  {
    title: 'One key decides',
    text: `Enter accepts the suggestion, Space keeps the label, a number picks another class. The decision is saved and the next image appears. ${keyTitle('$mod+z').replace(' ', '+')} undoes it.`,
    about: 'fieldset.classes',
  },
  {
    title: 'Evidence',
    text: 'Unfold Why to see the most similar images with their labels and what the prediction is based on.',
    about: 'aside[aria-label="Evidence"]',
  },
  {
    title: 'Filters',
    text: 'Choose what to review: a class, a split, an issue, a file name. Save a selection to return to it.',
    about: 'aside[aria-label="Filters"]',
  },
  {
    title: 'Overview and Export',
    text: 'Overview shows how many wrong labels are left and when to stop. Export saves the cleaned labels to a new file; the dataset stays unchanged.',
    about: 'nav[aria-label="Screens"]',
  },
];

/** The guided tour, which can be left at any time. */
export class Tour {
  #place = $state(-1);

  /** Null while it is closed. */
  get step(): TourStep | null {
    return TOUR_STEPS[this.#place] ?? null;
  }

  /** From 1. */
  get number(): number {
    return this.#place + 1;
  }

  get isFirst(): boolean {
    return this.#place === 0;
  }

  get isLast(): boolean {
    return this.#place === TOUR_STEPS.length - 1;
  }

  start(): void {
    this.#place = 0;
  }

  next(): void {
    this.#place++;
  }

  back(): void {
    if (this.#place > 0) this.#place--;
  }

  leave(): void {
    this.#place = -1;
  }
}
