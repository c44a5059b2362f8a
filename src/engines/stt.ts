import type { Engine, EngineCall } from './engine-call.ts';

/** What the recogniser of an utterance can do. */
export interface SttCapabilities {
  /** Partial results come while the user speaks; without them only silence tells that the user has finished. */
  readonly partials: boolean;
  /** Results carry `words`. */
  readonly wordTimings: boolean;
}

/** One recognised word. Times are audio time from the first sample of the utterance, milliseconds. */
interface SttWord {
  readonly text: string;
  readonly startMs: number;
  readonly endMs: number;
}

/** What a recogniser says of the audio so far. Words come without a promise of capitals or punctuation. */
export type SttResult =
  | {
      readonly type: 'partial';
      /** Everything recognised so far in this utterance, not only what is new. */
      readonly text: string;
      /** True when the recogniser itself believes that the utterance is over. */
      readonly endpoint: boolean;
      /** The words of `text`, where the engine knows their times. */
      readonly words?: readonly SttWord[];
    }
  | {
      readonly type: 'final';
      readonly text: string;
      readonly words?: readonly SttWord[];
      /** How much the engine doubts that this was said at all, 0 to 1; left out where it does not, or cannot tell. */
      readonly doubt?: number;
    };

/** What a recogniser is opened with. */
export interface SttOptions {
  /** The device's name, for logs and fairness. Nothing else is known of the device here. */
  readonly key: string;
  /** BCP 47 language, where the engine can use it. */
  readonly language?: string;
  /** Aborting it throws away the utterance; `results` then ends without a final one. */
  readonly signal: AbortSignal;
}

/** One utterance being recognised. */
export interface SttStream extends EngineCall<SttCapabilities> {
  /**
   * Takes mono s16 samples at 16 kHz, any length. Copies what it keeps: the caller may reuse the array at once. Never
   * throws; a failure shows in `results`.
   */
  write(samples: Int16Array): void;
  /** No more audio will come: the final result is wanted as soon as it can be had. */
  end(): void;
  /**
   * Partial results, then exactly one final one after `end()`. Throws DialtoneError (`speech_host_down`, `engine_*`) that
   * names the engine when recognition failed. May be iterated once.
   */
  readonly results: AsyncIterable<SttResult>;
}

/** Speech to text. An engine has never heard of devices or sockets. */
export interface Stt extends Engine {
  /** Starts an utterance. Cheap and synchronous; failures show in the stream's results. */
  open(options: SttOptions): SttStream;
}
