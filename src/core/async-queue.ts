/** Hands values from a producer to one `for await`. Unbounded: the producer must be bounded by its nature. */
export class AsyncQueue<T> implements AsyncIterable<T> {
  readonly #values: T[] = [];
  #wake: (() => void) | undefined;
  #ended = false;
  #error: { readonly cause: unknown } | undefined;

  push(value: T): void {
    if (this.#ended) return;
    this.#values.push(value);
    this.#wake?.();
  }

  /** No more values: the iteration ends after those already pushed. */
  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  /** The iteration throws `error` after the values already pushed. */
  fail(error: unknown): void {
    if (this.#ended) return;
    this.#error = { cause: error };
    this.end();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    for (;;) {
      while (this.#values.length > 0) yield this.#values.shift() as T;
      if (this.#error) throw this.#error.cause;
      if (this.#ended) return;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
  }
}
