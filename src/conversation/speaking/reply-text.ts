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
  /** The whole reply is written. @param cut undefined: it ends by itself */
  readonly onText: (whole: string, cut: CutReply | undefined) => void;
}

/** A reply that the limit of tokens has cut. */
export interface CutReply {
  /** The text behind the last whole sentence, which is not spoken; empty when it is. */
  readonly stump: string;
}

/**
 * Has the language model write a reply and hands out its sentences, fit to be spoken, as they come. Of one that was cut by the
 * limit of tokens only whole sentences, unless there is none. When the model fails, what it wrote before is handed out first; the
 * iteration of `sentences` then throws the same error.
 * @throws ReplyFailure of kind `llm`, an AbortError when `signal` aborts
 */
export async function writeSentences(options: ReplyTextOptions, sentences: AsyncQueue<string>): Promise<void> {
  const { write, language, signal, onToken, onSentence, onText } = options;
  const splitter = new SentenceSplitter();
  let whole = '';
  let isCut = false;
  let given = 0;
  const give = (texts: readonly string[]) => {
    for (const text of texts) {
      const speakable = toSpokenText(text, language);
      if (speakable === '') continue;
      onSentence();
      sentences.push(speakable);
      given += 1;
    }
  };
  try {
    for await (const delta of modelReply(write, signal)) {
      // A model that goes on after it was told to stop is ignored.
      signal.throwIfAborted();
      if (delta.type === 'finish') isCut = true;
      if (delta.type !== 'token') continue;
      whole += delta.text;
      onToken(delta.text);
      give(splitter.push(delta.text));
    }
    signal.throwIfAborted();
    let cut: CutReply | undefined;
    if (isCut) {
      const { pieces, stump } = splitter.flushWhole();
      give(pieces);
      const isAll = given === 0;
      // Better a stump than nothing.
      if (isAll) give([stump]);
      cut = { stump: isAll ? '' : stump };
    } else {
      give(splitter.flush());
    }
    onText(whole, cut);
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
