import type { PauseEstimate } from './pause-estimate.ts';
import { hesitates, isComplete } from './utterance-text.ts';

/** When the user has finished to speak. All times are audio time, milliseconds. */
export interface EndpointingOptions {
  /** The shortest and the longest silence that end an utterance once words were recognised. */
  readonly minSilenceMs: number;
  readonly maxSilenceMs: number;
  /** Words must not have changed for this long: the recogniser is still at work. */
  readonly settledMs: number;
  /** Silence that ends an utterance without any word; null: the same as with words, for a recogniser without partials. */
  readonly noWordsMs: number | null;
  /** Silence after which the user has likely finished: time to prepare an answer. */
  readonly likelyMs: number;
  /** No utterance is longer. */
  readonly maxMs: number;
}

export const DEFAULT_ENDPOINTING: EndpointingOptions = {
  minSilenceMs: 500,
  maxSilenceMs: 2_500,
  settledMs: 200,
  noWordsMs: 1_200,
  likelyMs: 200,
  maxMs: 30_000,
};

/** A recogniser that says nothing before the end: silence alone tells, so it must be a little longer. */
export const SHORTEST_BLIND_SILENCE_MS = 700;

/** Speech this long, within a window slightly longer, is a beginning: a click is not. Milliseconds. */
const ONSET_MS = 60;

/** Tells speech that begins from a click. */
export class SpeechOnset {
  #runMs = 0;

  /** Whether this frame makes it speech. */
  begins(speech: boolean, frameMs: number): boolean {
    // One frame of doubt takes back only one: plosives have gaps.
    this.#runMs = speech ? this.#runMs + frameMs : Math.max(0, this.#runMs - frameMs);
    return this.#runMs >= ONSET_MS;
  }

  reset(): void {
    this.#runMs = 0;
  }
}

/** Why an utterance was held to be over. */
export type EndReason = 'silence' | 'recogniser' | 'no_words' | 'too_long';

/**
 * Decides from voice activity and the recogniser's partial results when one utterance ends. Pure but for its own counters.
 * The recogniser's word counts also against the voice activity: steady noise is "speech" to the latter.
 */
export class Endpointing {
  readonly #options: EndpointingOptions;
  readonly #pauses: PauseEstimate;
  #utteranceMs = 0;
  #speechMs = 0;
  #silenceMs = 0;
  #settledMs = 0;
  #text = '';
  #recogniserEnd = false;

  /** @param pauses what is known of the speaker; it learns from this utterance */
  constructor(options: EndpointingOptions, pauses: PauseEstimate) {
    this.#options = options;
    this.#pauses = pauses;
  }

  /** Speech so far, without the silence in it. */
  get speechMs(): number {
    return this.#speechMs;
  }

  get utteranceMs(): number {
    return this.#utteranceMs;
  }

  get text(): string {
    return this.#text;
  }

  /** Whether the user may have finished: the words have settled in some silence. */
  get isLikelyOver(): boolean {
    const { likelyMs } = this.#options;
    return this.#text !== '' && this.#silenceMs >= likelyMs && !hesitates(this.#text);
  }

  /** What the recogniser makes of the utterance so far. */
  partial(text: string, recogniserEnd: boolean): void {
    if (text !== this.#text) {
      this.#text = text;
      this.#settledMs = 0;
    }
    this.#recogniserEnd = recogniserEnd;
  }

  /** One more frame: why the utterance is over with it, or null when it goes on. */
  ends(speech: boolean, frameMs: number): EndReason | null {
    const { settledMs, noWordsMs, maxMs } = this.#options;
    this.#utteranceMs += frameMs;
    this.#settledMs += frameMs;
    if (speech) {
      // Who has not begun does not pause.
      if (this.#speechMs > 0) this.#pauses.paused(this.#silenceMs);
      this.#speechMs += frameMs;
      this.#silenceMs = 0;
    } else {
      this.#silenceMs += frameMs;
    }
    if (this.#utteranceMs >= maxMs) return 'too_long';
    if (this.#recogniserEnd && !hesitates(this.#text)) return 'recogniser';
    if (this.#text === '' && noWordsMs !== null) return this.#silenceMs >= noWordsMs ? 'no_words' : null;
    if (this.#silenceMs < this.#neededMs() || this.#settledMs < settledMs) return null;
    return 'silence';
  }

  #neededMs(): number {
    const { minSilenceMs, maxSilenceMs } = this.#options;
    if (hesitates(this.#text)) return maxSilenceMs;
    if (isComplete(this.#text)) return minSilenceMs;
    return Math.min(Math.max(this.#pauses.expectedMs, minSilenceMs), maxSilenceMs);
  }
}
