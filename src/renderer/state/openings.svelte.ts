import { Turns } from './turns.ts';

/** Queues that are being opened: only the last that was asked for is. */
export class Openings {
  readonly #turns = new Turns();
  #leaving = $state(false);

  /** Another queue was asked for than the one on the screen, which is about to go: no key may judge it any more. */
  get leaving(): boolean {
    return this.#leaving;
  }

  /**
   * @param toAnother the queue is another than the one on the screen
   * @param open is told whether this opening is still the last
   */
  async begin(toAnother: boolean, open: (isLast: () => boolean) => Promise<void>): Promise<void> {
    const isLast = this.#turns.begin();
    this.#leaving ||= toAnother;
    try {
      await open(isLast);
    } finally {
      if (isLast()) this.#leaving = false;
    }
  }
}
