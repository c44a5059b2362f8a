import type { AsyncQueue } from '../../core/async-queue.ts';
import type { LlmDelta } from '../../engines/llm.ts';
import { toSpokenText } from '../../text/spoken-text.ts';
import { replyFailure } from './reply-failure.ts';
import { SentenceSplitter } from './sentences.ts';

/** Begins to write a reply. The iteration throws what the language model throws. */
export type WriteReply = (signal: AbortSignal) => AsyncIterable<LlmDelta>;

/** What writing needs, and what it reports. */
export interface ReplyTextOptions {
  readonly write: WriteReply;
  /** BCP 47 language of the reply. */
  readonly language: string;
  /** Aborting it ends the writing. */
  readonly signal: AbortSignal;
  readonly onToken: (text: string) => void;
  /** A sentence is complete. */
  readonly onSentence: () => void;
  /** The whole reply is written. */
  readonly onText: (whole: string) => void;
}

/**
 * Has the language model write a reply and hands out its sentences, fit to be spoken, as they come. When the model fails,
 * what it wrote before is handed out first; the iteration of `sentences` then throws the same error.
 * @throws ReplyFailure of kind `llm`, an AbortError when `signal` aborts
 */
export async function writeSentences(options: ReplyTextOptions, sentences: AsyncQueue<string>): Promise<void> {
  const { write, language, signal, onToken, onSentence, onText } = options;
  const splitter = new SentenceSplitter();
  let whole = '';
  const give = (texts: readonly string[]) => {
    for (const text of texts) {
      const speakable = toSpokenText(text, language);
      if (speakable === '') continue;
      onSentence();
      sentences.push(speakable);
    }
  };
  try {
    for await (const delta of modelReply(write, signal)) {
      // A model that goes on after it was told to stop is ignored.
      signal.throwIfAborted();
      if (delta.type !== 'token') continue;
      whole += delta.text;
      onToken(delta.text);
      give(splitter.push(delta.text));
    }
    signal.throwIfAborted();
    give(splitter.flush());
    onText(whole);
    sentences.end();
  } catch (error) {
    give(splitter.flush());
    sentences.fail(error);
    throw error;
  }
}

/** The model's reply, its errors named as the model's. */
async function* modelReply(write: WriteReply, signal: AbortSignal): AsyncGenerator<LlmDelta> {
  try {
    yield* write(signal);
  } catch (error) {
    throw replyFailure('llm', error);
  }
}
