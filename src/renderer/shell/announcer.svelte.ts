/** Messages for screen readers, without moving the focus. */
export class Announcer {
  #verdict = $state('');
  #place = $state('');

  /** The last action. */
  get verdict(): string {
    return this.#verdict;
  }

  /** The image on the screen now; announced after the decision, so that neither replaces the other. */
  get place(): string {
    return this.#place;
  }

  say(message: string): void {
    // A no-break space at the end makes a repeated text a change, which is read aloud again.
    this.#verdict = this.#verdict === message ? `${message}\u00a0` : message;
  }

  follow(message: string): void {
    this.#place = message;
  }
}
