import type { PauseEstimate } from './pause-estimate.ts';
import { isComplete, type Unfinished, unfinished } from './utterance-text.ts';

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
  /**
   * Speech that brings no new words for so long belongs to nothing that is said: a television; null: a recogniser without
   * partials cannot tell.
   */
  readonly nothingNewMs: number | null;
  /** No utterance is longer. */
  readonly maxMs: number;
  /** Languages that may be spoken, BCP 47, the likeliest first: which last words mean that the user goes on. */
  readonly languages: readonly string[];
}

export const DEFAULT_ENDPOINTING: EndpointingOptions = {
  minSilenceMs: 500,
  maxSilenceMs: 2_500,
  settledMs: 200,
  noWordsMs: 1_200,
  likelyMs: 200,
  nothingNewMs: 2_200,
  maxMs: 30_000,
  languages: ['en'],
};

/** A recogniser that says nothing before the end: silence alone tells, so it must be a little longer. */
export const SHORTEST_BLIND_SILENCE_MS = 700;

/** So long before speech without new words ends the utterance, an answer may be prepared, milliseconds. */
const PREPARES_MS = 1_000;

/** And so much speech must have come without them: who has paused has only begun to go on, milliseconds. */
const NOTHING_NEW_SPEECH_MS = 1_200;

/** So much longer is waited behind a word that seldom ends a sentence ("and", "the"), milliseconds. */
const CLOSED_CLASS_MS = 700;

/** Speech this long, within a window slightly longer, is a beginning: a click is not. Milliseconds. */
export const ONSET_MS = 60;

/** Speech that begins nothing is not remembered for longer than it takes to begin twice, milliseconds. */
const LONGEST_RUN_MS = 2 * ONSET_MS;

/** Tells speech that begins from a click. */
export class SpeechOnset {
  #runMs = 0;

  /** Whether this frame makes it speech. */
  begins(speech: boolean, frameMs: number): boolean {
    // One frame of doubt takes back only one: plosives have gaps.
    this.#runMs = Math.min(LONGEST_RUN_MS, Math.max(0, this.#runMs + (speech ? frameMs : -frameMs)));
    return this.#runMs >= ONSET_MS;
  }

  reset(): void {
    this.#runMs = 0;
  }
}

/** Why an utterance was held to be over; `nothing_new`: speech goes on, but there are no words in it. */
export type EndReason = 'silence' | 'recogniser' | 'no_words' | 'nothing_new' | 'too_long';

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
  /** Speech since the words changed. */
  #wordlessMs = 0;
  #longestPauseMs = 0;
  #text = '';
  #unfinished: Unfinished | null = null;
  /** Silence so far when the recogniser said that the utterance is over; undefined: it does not. */
  #recogniserEndMs: number | undefined;
  #isOver = false;

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
    if (this.#text === '' || this.#unfinished === 'hesitation') return false;
    const { likelyMs, nothingNewMs } = this.#options;
    if (this.#silenceMs >= likelyMs + (this.#unfinished ? CLOSED_CLASS_MS : 0)) return true;
    return nothingNewMs !== null && this.#bringsNothing(nothingNewMs - PREPARES_MS);
  }

  /** So much of it was said before it was noticed, milliseconds. */
  begun(speechMs: number): void {
    this.#utteranceMs += speechMs;
    this.#speechMs += speechMs;
  }

  /** What the recogniser makes of the utterance so far. */
  partial(text: string, recogniserEnd: boolean): void {
    if (text !== this.#text) {
      this.#text = text;
      this.#unfinished = unfinished(text, this.#options.languages);
      this.#settledMs = 0;
      this.#wordlessMs = 0;
    }
    this.#recogniserEndMs = recogniserEnd ? (this.#recogniserEndMs ?? this.#silenceMs) : undefined;
  }

  /**
   * One more frame: why the utterance is over with it, or null when it goes on.
   * @param isAsking the recogniser is about to say what was said so far: worth waiting for
   */
  ends(speech: boolean, frameMs: number, isAsking = false): EndReason | null {
    this.#count(speech, frameMs);
    const reason = this.#reason(isAsking);
    if (reason && !this.#isOver && this.#wasSpeech) this.#pauses.ended(this.#longestPauseMs);
    this.#isOver ||= reason !== null;
    return reason;
  }

  /** Whether this was speech, as far as is known: noise teaches nothing about a speaker. */
  get #wasSpeech(): boolean {
    return this.#text !== '' || this.#options.noWordsMs === null;
  }

  #count(speech: boolean, frameMs: number): void {
    this.#utteranceMs += frameMs;
    this.#settledMs += frameMs;
    if (speech) {
      // A user who has not begun does not pause.
      if (this.#speechMs > 0) this.#paused();
      this.#speechMs += frameMs;
      this.#wordlessMs += frameMs;
      this.#silenceMs = 0;
    } else {
      this.#silenceMs += frameMs;
    }
  }

  /** Whether for so long no new words have come, of all that speech. */
  #bringsNothing(ms: number): boolean {
    return this.#settledMs >= ms && this.#wordlessMs >= NOTHING_NEW_SPEECH_MS;
  }

  #paused(): void {
    this.#pauses.paused(this.#silenceMs);
    this.#longestPauseMs = Math.max(this.#longestPauseMs, this.#silenceMs);
  }

  #reason(isAsking: boolean): EndReason | null {
    const { settledMs, noWordsMs, nothingNewMs, maxMs, maxSilenceMs } = this.#options;
    if (this.#utteranceMs >= maxMs) return 'too_long';
    if (this.#recogniserEndMs !== undefined && this.#unfinished === null) return 'recogniser';
    if (this.#text === '' && noWordsMs !== null) return this.#silenceMs >= noWordsMs ? 'no_words' : null;
    if (nothingNewMs !== null && this.#silenceMs === 0 && this.#bringsNothing(nothingNewMs)) return 'nothing_new';
    const neededMs = isAsking ? maxSilenceMs : this.#neededMs();
    return this.#silenceMs >= neededMs && this.#settledMs >= settledMs ? 'silence' : null;
  }

  #neededMs(): number {
    const { maxSilenceMs } = this.#options;
    if (this.#unfinished === 'hesitation') return maxSilenceMs;
    const otherwiseMs = this.#recogniserEndMs ?? this.#usualMs();
    return Math.min(otherwiseMs + (this.#unfinished ? CLOSED_CLASS_MS : 0), maxSilenceMs);
  }

  #usualMs(): number {
    const { minSilenceMs, maxSilenceMs } = this.#options;
    if (isComplete(this.#text)) return minSilenceMs;
    return Math.min(Math.max(this.#pauses.expectedMs, minSilenceMs), maxSilenceMs);
  }
}
