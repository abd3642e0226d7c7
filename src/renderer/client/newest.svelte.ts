import type { Revision } from '../../protocol/revision.ts';

/** The cores that have answered, in order: one runs after the other, and the last is the current one. */
export class CoreOrder {
  readonly #cores: string[] = [];

  add({ core }: Revision): void {
    if (!this.#cores.includes(core)) this.#cores.push(core);
  }

  isNewer(one: Revision, other: Revision): boolean {
    const later = this.#cores.indexOf(one.core) - this.#cores.indexOf(other.core);
    return later === 0 ? one.number > other.number : later > 0;
  }
}

/** A page talks to one core after the other. */
export const coresOfPage = new CoreOrder();

/** The newest statement of the core about one thing, in whatever order its statements arrive. */
export class Newest<Value> {
  #newest = $state.raw<{ value: Value; revision: Revision } | null>(null);
  readonly #cores: CoreOrder;

  constructor(cores: CoreOrder = coresOfPage) {
    this.#cores = cores;
  }

  /** Null before the first. */
  get value(): Value | null {
    return this.#newest?.value ?? null;
  }

  get revision(): Revision | null {
    return this.#newest?.revision ?? null;
  }

  /** @returns whether it is newer than the previous one, and now the newest */
  take(value: Value, revision: Revision): boolean {
    this.#cores.add(revision);
    if (this.#newest !== null && !this.#cores.isNewer(revision, this.#newest.revision)) return false;
    this.#newest = { value, revision };
    return true;
  }

  /** A newer statement about the same opening of a dataset; `otherwise` if there is none. */
  after<Otherwise>(revision: Revision, otherwise: Otherwise): Value | Otherwise {
    const newest = this.#newest;
    return newest !== null && this.isOfOpening(revision) && this.#cores.isNewer(newest.revision, revision)
      ? newest.value
      : otherwise;
  }

  /** Whether the newest is of the same opening of a dataset as another statement. */
  isOfOpening({ core, opening }: Revision): boolean {
    const revision = this.#newest?.revision;
    return revision !== undefined && revision.core === core && revision.opening === opening;
  }
}
