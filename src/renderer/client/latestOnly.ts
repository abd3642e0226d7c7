/** Result of `ask` if a later turn was begun meanwhile. */
export const OVERTAKEN = Symbol('overtaken');

/**
 * Work of one kind, of which only the latest counts (latest-only requests): an earlier one's answer or
 * failure is ignored.
 */
export class LatestOnly {
  #turn = 0;

  /** Begins a turn; the answer stays true until the next one begins. */
  begin(): () => boolean {
    const turn = ++this.#turn;
    return () => turn === this.#turn;
  }

  /** From now on nothing that was begun counts. */
  end(): void {
    this.#turn++;
  }

  /** A turn of one question. Rejects with its failure only while it is the last that was asked. */
  async ask<Answer>(question: () => Promise<Answer>): Promise<Answer | typeof OVERTAKEN> {
    const isCurrent = this.begin();
    try {
      const answer = await question();
      return isCurrent() ? answer : OVERTAKEN;
    } catch (error) {
      if (isCurrent()) throw error;
      return OVERTAKEN;
    }
  }
}
