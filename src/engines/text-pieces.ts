import { untilAborted } from '../core/until-aborted.ts';
import { splitText } from './split-text.ts';

/** How a text is cut. */
export interface TextPiecesOptions {
  /** Aborting it ends the iteration with the signal's reason, also while it waits for text. */
  readonly signal: AbortSignal;
  /** Longest piece, UTF-16 units: a longer one is cut as {@link splitText} does. Default: no limit. */
  readonly maxCharacters?: number;
}

/**
 * The pieces of a text for an engine that speaks whole sentences: each as it comes, trimmed, cut where it is too long;
 * empty ones are left out. Asks for the next piece only when the last one was taken.
 */
export async function* textPieces(text: AsyncIterable<string>, options: TextPiecesOptions): AsyncGenerator<string> {
  const { signal, maxCharacters = Number.POSITIVE_INFINITY } = options;
  const source = text[Symbol.asyncIterator]();
  let isOver = false;
  try {
    for (;;) {
      const { done, value } = await untilAborted(() => source.next(), signal);
      isOver = done === true;
      if (done) return;
      yield* splitText(value, maxCharacters);
    }
  } finally {
    // Not awaited: a source that waits for its own next text would answer only then.
    if (!isOver) source.return?.()?.then(undefined, () => undefined);
  }
}
