/** Who reads a text from its start. */
export interface TapeReader {
  /** The reader has a piece, or the end, and has to do something with it. */
  readonly works: () => void;
  /** The reader waits for text. */
  readonly waits: () => void;
  /** What was taken before is given as one piece: for a reader that would say each as a sentence of its own. */
  readonly joins: boolean;
}

/** A text as it comes, kept so that it can be read from its start again, by one reader after the other. */
export class TextTape {
  readonly #text: AsyncIterable<string>;
  #source: AsyncIterator<string> | undefined;
  readonly #pieces: string[] = [];
  #isEnded = false;
  #error: { readonly cause: unknown } | undefined;
  /** The next piece is asked for: a reader that takes over waits for the same one. */
  #asked: Promise<void> | undefined;

  constructor(text: AsyncIterable<string>) {
    this.#text = text;
  }

  /** What the text has thrown. */
  get error(): { readonly cause: unknown } | undefined {
    return this.#error;
  }

  /** The whole text. Leaving it early leaves the text open for the next reader. Throws what the text throws. */
  async *read({ works, waits, joins }: TapeReader): AsyncGenerator<string> {
    let at = 0;
    if (joins && this.#pieces.length > 1) {
      at = this.#pieces.length;
      works();
      yield this.#pieces.join(' ');
    }
    for (; ; at++) {
      while (at >= this.#pieces.length && !this.#isEnded) {
        waits();
        await this.#ask();
      }
      works();
      const piece = this.#pieces[at];
      if (piece === undefined) break;
      yield piece;
    }
    if (this.#error) throw this.#error.cause;
  }

  /** No reader will come: what writes the text may stop. */
  close(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    // Not awaited: a source that waits for its own next text would answer only then.
    this.#source?.return?.()?.then(undefined, () => undefined);
  }

  #ask(): Promise<void> {
    this.#source ??= this.#text[Symbol.asyncIterator]();
    this.#asked ??= this.#take(this.#source).finally(() => {
      this.#asked = undefined;
    });
    return this.#asked;
  }

  async #take(source: AsyncIterator<string>): Promise<void> {
    try {
      const { done, value } = await source.next();
      if (done) this.#isEnded = true;
      else this.#pieces.push(value);
    } catch (error) {
      this.#error = { cause: error };
      this.#isEnded = true;
    }
  }
}
