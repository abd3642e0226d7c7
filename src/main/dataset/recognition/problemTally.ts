import { formatCount } from '../../../domain/plural.ts';
import { compareCodePoints } from './codePoints.ts';
import type { NamedCount, Problem } from './layout.ts';

const EXAMPLES = 5;

/** The message for each kind, with its number. */
export type Sentences = Record<string, (count: string, one: boolean) => string>;

/** Counts what to report about a folder, with a few examples of each kind. */
export class ProblemTally {
  readonly #problems = new Map<string, { count: number; examples: string[] }>();

  add(kind: string, example: string): void {
    const problem = this.#problems.get(kind) ?? { count: 0, examples: [] };
    problem.count += 1;
    if (problem.examples.length < EXAMPLES) problem.examples.push(example);
    this.#problems.set(kind, problem);
  }

  count(kind: string): number {
    return this.#problems.get(kind)?.count ?? 0;
  }

  /** In the order of `sentences`, which say each kind with its number. */
  list(sentences: Sentences): Problem[] {
    return Object.entries(sentences).flatMap(([kind, sentence]) => {
      const problem = this.#problems.get(kind);
      if (problem === undefined) return [];
      const message = sentence(formatCount(problem.count), problem.count === 1);
      return [{ kind, message, ...problem }];
    });
  }
}

/** Counts by name, in the order in which the names first came. */
export class NameTally {
  readonly #counts = new Map<string, number>();

  add(name: string, count = 1): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + count);
  }

  list(): NamedCount[] {
    return Array.from(this.#counts, ([name, count]) => ({ name, count }));
  }

  /** By name; numbers by their value. */
  sorted(): NamedCount[] {
    return this.list().sort((a, b) => byNumber(a.name, b.name) || compareCodePoints(a.name, b.name));
  }
}

function byNumber(a: string, b: string): number {
  const isWhole = /^-?\d{1,15}$/;
  return isWhole.test(a) && isWhole.test(b) ? Number(a) - Number(b) : 0;
}
