/** When the user has begun and finished to speak. All times are audio time, milliseconds. */
export interface EndpointingOptions {
  /** Speech this long, within a window slightly longer, is a beginning: a click is not. */
  readonly onsetMs: number;
  /** Silence that ends an utterance once words were recognised. */
  readonly silenceMs: number;
  /** Words must not have changed for this long: the recogniser is still at work. */
  readonly settledMs: number;
  /** Silence that ends an utterance without any word. */
  readonly noWordsMs: number;
  /** No utterance is longer. */
  readonly maxMs: number;
}

export const DEFAULT_ENDPOINTING: EndpointingOptions = {
  onsetMs: 60,
  silenceMs: 500,
  settledMs: 200,
  noWordsMs: 1_200,
  maxMs: 30_000,
};

/** For a recogniser that says nothing before the end: silence alone tells, so it must be a little longer. */
export const SILENCE_ONLY_ENDPOINTING: EndpointingOptions = { ...DEFAULT_ENDPOINTING, noWordsMs: 700 };

/** Why an utterance was held to be over. */
export type EndReason = 'silence' | 'recogniser' | 'no_words' | 'too_long';

/**
 * Decides from voice activity and the recogniser's partial results when an utterance begins and ends. Pure but for its
 * own counters. The recogniser's word counts also against the voice activity: steady noise is "speech" to the latter.
 */
export class Endpointing {
  readonly #options: EndpointingOptions;
  #speechRunMs = 0;
  #utteranceMs = 0;
  #silenceMs = 0;
  #settledMs = 0;
  #text = '';
  #recogniserEnd = false;

  constructor(options: EndpointingOptions = DEFAULT_ENDPOINTING) {
    this.#options = options;
  }

  /** While nobody speaks: whether this frame makes it speech. */
  begins(speech: boolean, frameMs: number): boolean {
    // One frame of doubt takes back only one: plosives have gaps.
    this.#speechRunMs = speech ? this.#speechRunMs + frameMs : Math.max(0, this.#speechRunMs - frameMs);
    return this.#speechRunMs >= this.#options.onsetMs;
  }

  /** A new utterance has begun. */
  start(): void {
    this.#utteranceMs = 0;
    this.#silenceMs = 0;
    this.#settledMs = 0;
    this.#text = '';
    this.#recogniserEnd = false;
  }

  /** What the recogniser makes of the utterance so far. */
  partial(text: string, recogniserEnd: boolean): void {
    if (text !== this.#text) {
      this.#text = text;
      this.#settledMs = 0;
    }
    this.#recogniserEnd = recogniserEnd;
  }

  /** While somebody speaks: why the utterance is over with this frame, or null when it goes on. */
  ends(speech: boolean, frameMs: number): EndReason | null {
    const { silenceMs, settledMs, noWordsMs, maxMs } = this.#options;
    this.#utteranceMs += frameMs;
    this.#settledMs += frameMs;
    this.#silenceMs = speech ? 0 : this.#silenceMs + frameMs;
    if (this.#utteranceMs >= maxMs) return 'too_long';
    if (this.#recogniserEnd) return 'recogniser';
    if (this.#text === '') return this.#silenceMs >= noWordsMs ? 'no_words' : null;
    return this.#silenceMs >= silenceMs && this.#settledMs >= settledMs ? 'silence' : null;
  }

  /** Forgets speech that was about to begin. */
  reset(): void {
    this.#speechRunMs = 0;
  }
}
