import type { Engine, EngineCall } from './engine-call.ts';

/** What the voice of a call can do. */
export interface TtsCapabilities {
  /** Pieces of text may be as short as a word; without it each piece is spoken as a sentence of its own. */
  readonly streamingText: boolean;
  /** Chunks carry `words`: each word of the text is in one of them. One in which no word begins carries none. */
  readonly wordTimings: boolean;
}

/** A stretch of synthesised speech. */
export interface PcmChunk {
  /** Hz. The same in every chunk of one call. */
  readonly sampleRate: number;
  /** Mono s16. The receiver's to keep. */
  readonly samples: Int16Array;
  /**
   * Words of the text, in order, that begin in this chunk, or in one before it when the engine did not know earlier:
   * `atSample` counts from the start of the whole call, and never goes back.
   */
  readonly words?: readonly { readonly text: string; readonly atSample: number }[];
}

/** How to say a text. */
export interface TtsOptions {
  /** A voice by the name used in devices.json; the engine maps it to one of its own. */
  readonly voice: string;
  /** BCP 47 language, where the engine can use it. */
  readonly language?: string;
  /** Aborting it ends the iteration with an AbortError, and the work behind it, also while it waits for text. */
  readonly signal: AbortSignal;
}

/** Speech as it is made. Nothing happens before the first chunk is asked for. May be iterated once. */
export interface TtsStream extends AsyncIterable<PcmChunk>, EngineCall<TtsCapabilities> {}

/** Text to speech. */
export interface Tts extends Engine {
  /**
   * Speaks the pieces of a text in order, each as it comes: whole sentences, or clauses, unless the stream's
   * `capabilities` say `streamingText`. The iteration throws DialtoneError (`engine_*`) that names the engine, and what
   * `text` throws as it is.
   */
  speak(text: AsyncIterable<string>, options: TtsOptions): TtsStream;
  /**
   * The voice by which a language is to be spoken, BCP 47: the given one when it can, or another of the voice book.
   * Undefined: there is none, and the given voice speaks it with the tongue of its own language. Without this function the engine
   * does not know its voices' languages.
   */
  voiceFor?(voice: string, language: string): string | undefined;
}
