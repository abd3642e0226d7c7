import type { Session } from './session.svelte.ts';

type VerdictQuestion = 'name' | 'test-split';

/** Questions before a decision: who is reviewing, and whether labels of a test split may change. */
export class VerdictGate {
  readonly #session: Session;
  #asked = $state.raw<{ question: VerdictQuestion; goOn: () => void } | null>(null);
  #mayChangeTestSplit = false;

  constructor(session: Session) {
    this.#session = session;
  }

  /** The question to answer before the decision continues. */
  get question(): VerdictQuestion | null {
    return this.#asked?.question ?? null;
  }

  /**
   * @param changesTestSplit the verdict takes or changes a label of a test split
   * @param goOn gives the verdict again, once the question is answered
   * @returns whether a question came up, so that the verdict has to wait
   */
  asks(changesTestSplit: boolean, goOn: () => void): boolean {
    const question = this.#questionBefore(changesTestSplit);
    if (question === null) return false;
    this.#asked = { question, goOn };
    return true;
  }

  /** The question is answered: the decision continues, to the next question if there is one. */
  goOn(): void {
    const asked = this.#asked;
    this.#asked = null;
    if (asked?.question === 'test-split') this.#mayChangeTestSplit = true;
    asked?.goOn();
  }

  /** No verdict then. */
  leave(): void {
    this.#asked = null;
  }

  /** Another dataset was opened: permissions given for the previous one do not apply to it. */
  forget(): void {
    this.#asked = null;
    this.#mayChangeTestSplit = false;
  }

  #questionBefore(changesTestSplit: boolean): VerdictQuestion | null {
    if (this.#session.project?.annotatorKnown === false) return 'name';
    return changesTestSplit && !this.#mayChangeTestSplit ? 'test-split' : null;
  }
}
