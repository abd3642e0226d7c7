import type { Revision } from '../../protocol/revision.ts';

/** The cores that have answered, in order: one runs after the other, and the last is the current one. */
export class HeardCores {
  readonly #cores: string[] = [];

  hear({ core }: Revision): void {
    if (!this.#cores.includes(core)) this.#cores.push(core);
  }

  isNewer(one: Revision, other: Revision): boolean {
    const later = this.#cores.indexOf(one.core) - this.#cores.indexOf(other.core);
    return later === 0 ? one.number > other.number : later > 0;
  }
}

/** A page talks to one core after the other. */
export const heardByPage = new HeardCores();

/** The newest statement of the core about one thing, in whatever order its statements arrive. */
export class Newest<Said> {
  #newest = $state.raw<{ said: Said; revision: Revision } | null>(null);
  readonly #heard: HeardCores;

  constructor(heard: HeardCores = heardByPage) {
    this.#heard = heard;
  }

  /** Null before the first. */
  get said(): Said | null {
    return this.#newest?.said ?? null;
  }

  get revision(): Revision | null {
    return this.#newest?.revision ?? null;
  }

  /** @returns whether it is newer than the previous one, and now the newest */
  take(said: Said, revision: Revision): boolean {
    this.#heard.hear(revision);
    if (this.#newest !== null && !this.#heard.isNewer(revision, this.#newest.revision)) return false;
    this.#newest = { said, revision };
    return true;
  }

  /** A newer statement about the same opening of a dataset; `otherwise` if there is none. */
  after<Otherwise>(revision: Revision, otherwise: Otherwise): Said | Otherwise {
    const newest = this.#newest;
    return newest !== null && this.isOfOpening(revision) && this.#heard.isNewer(newest.revision, revision)
      ? newest.said
      : otherwise;
  }

  /** Whether the newest is of the same opening of a dataset as something else that was said. */
  isOfOpening({ core, opening }: Revision): boolean {
    const revision = this.#newest?.revision;
    return revision !== undefined && revision.core === core && revision.opening === opening;
  }
}
