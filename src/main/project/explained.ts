/**
 * A table whose errors are explained: whatever one of its methods throws, now or while its result is
 * iterated, goes through `explain` first. So no caller of the project file ever gets a bare SQLite error.
 */
export function explained<Table extends object>(table: Table, explain: (error: unknown) => unknown): Table {
  const attempt = <Result>(work: () => Result): Result => {
    try {
      return work();
    } catch (error) {
      throw explain(error);
    }
  };
  return new Proxy(table, {
    get(target, key) {
      const value: unknown = attempt(() => Reflect.get(target, key, target));
      if (typeof value !== 'function') return value;
      return (...inputs: unknown[]) =>
        follow(
          attempt(() => value.apply(target, inputs)),
          attempt,
        );
    },
    set: (target, key, value) => attempt(() => Reflect.set(target, key, value, target)),
  });
}

type Attempt = <Result>(work: () => Result) => Result;

/**
 * A result that is iterated later (a generator, or an iterable object) fails then, with an explanation too.
 */
function follow(result: unknown, attempt: Attempt): unknown {
  if (!isLazy(result)) return result;
  const begin = result[Symbol.iterator].bind(result);
  return Object.create(result, {
    [Symbol.iterator]: { value: () => explainedIterator(attempt(begin), attempt) },
    next: { value: () => attempt(() => result.next?.()) },
    return: { value: (value: unknown) => result.return?.(value) },
  });
}

function isLazy(result: unknown): result is Iterable<unknown> & Partial<Iterator<unknown>> {
  if (typeof result !== 'object' || result === null || !(Symbol.iterator in result)) return false;
  return !(
    Array.isArray(result) ||
    ArrayBuffer.isView(result) ||
    result instanceof Map ||
    result instanceof Set
  );
}

function* explainedIterator(iterator: Iterator<unknown>, attempt: Attempt): Generator<unknown> {
  try {
    for (;;) {
      const { done, value } = attempt(() => iterator.next());
      if (done === true) return;
      yield value;
    }
  } finally {
    iterator.return?.();
  }
}
