import { AsyncQueue } from '../../core/async-queue.ts';
import type { LlmDelta } from '../../engines/llm.ts';
import type { Endpointing } from '../listening/endpointing.ts';
import { saysTheSame } from '../listening/utterance-text.ts';

/** So often an answer to the same utterance is begun on suspicion. */
const MAX_TRIES = 3;

/** A user who speaks longer is about to say more. Milliseconds. */
const LONGEST_UTTERANCE_MS = 10_000;

interface Running {
  readonly text: string;
  readonly abort: AbortController;
  readonly out: AsyncQueue<LlmDelta>;
  failed: boolean;
}

/** Begins to answer. Called at once; tokens may be read later. */
export type BeginAnswer = (text: string, signal: AbortSignal) => AsyncIterable<LlmDelta>;

/**
 * Lets the language model begin once the user has likely finished, before that is decided: the answer is then that much
 * sooner, or is thrown away. It says nothing and calls no tool: the caller that takes the stream does.
 */
export class EarlyResponse {
  readonly #begin: BeginAnswer;
  #tries = 0;
  #running: Running | undefined;

  constructor(begin: BeginAnswer) {
    this.#begin = begin;
  }

  /** One more frame of the utterance was heard. */
  consider(endpointing: Endpointing): void {
    const { isLikelyOver, text, utteranceMs } = endpointing;
    if (this.#running && (!isLikelyOver || this.#running.text !== text)) this.drop();
    if (!isLikelyOver || this.#running || this.#tries >= MAX_TRIES || utteranceMs > LONGEST_UTTERANCE_MS) return;
    this.#tries += 1;
    const abort = new AbortController();
    this.#running = { text, abort, out: new AsyncQueue<LlmDelta>(), failed: false };
    void read(this.#begin(text, abort.signal), this.#running);
  }

  /** The answer begun to this text, which is the caller's from now on; undefined when there is none. */
  take(text: string, signal: AbortSignal): AsyncIterable<LlmDelta> | undefined {
    const running = this.#running;
    // What failed before it was wanted is asked for again.
    if (!running || running.failed || !saysTheSame(running.text, text)) {
      this.drop();
      return undefined;
    }
    this.#running = undefined;
    signal.addEventListener('abort', () => running.abort.abort(), { once: true });
    return running.out;
  }

  /** The user goes on. */
  drop(): void {
    this.#running?.abort.abort();
    this.#running = undefined;
  }
}

async function read(deltas: AsyncIterable<LlmDelta>, running: Running): Promise<void> {
  try {
    for await (const delta of deltas) running.out.push(delta);
    running.out.end();
  } catch (error) {
    running.failed = true;
    running.out.fail(error);
  }
}
