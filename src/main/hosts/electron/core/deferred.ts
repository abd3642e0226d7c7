/** A promise that is settled from outside. One that is rejected while nobody waits is no error. */
export class Deferred<Value> {
  readonly promise: Promise<Value>;
  #resolve!: (value: Value) => void;
  #reject!: (error: Error) => void;
  #settled = false;

  constructor() {
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.promise.catch(() => {});
  }

  get settled(): boolean {
    return this.#settled;
  }

  resolve(value: Value): void {
    this.#settled = true;
    this.#resolve(value);
  }

  reject(error: Error): void {
    this.#settled = true;
    this.#reject(error);
  }
}
