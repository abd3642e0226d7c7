/** What a screen reader is told, without moving the focus. */
export class Announcer {
  #verdict = $state('');
  #place = $state('');

  /** What was done last. */
  get verdict(): string {
    return this.#verdict;
  }

  /** What is on the screen now; said after the verdict, so that neither swallows the other. */
  get place(): string {
    return this.#place;
  }

  say(message: string): void {
    // A no-break space at the end makes the same words twice a change, which is spoken twice.
    this.#verdict = this.#verdict === message ? `${message}\u00a0` : message;
  }

  follow(message: string): void {
    this.#place = message;
  }
}
