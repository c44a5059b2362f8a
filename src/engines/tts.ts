/** A stretch of synthesised speech. */
export interface PcmChunk {
  /** Hz. The same in every chunk of one call. */
  readonly sampleRate: number;
  /** Mono s16. The receiver's to keep. */
  readonly samples: Int16Array;
  /** Words that begin in this chunk, where the engine knows: `atSample` counts from the start of the whole call. */
  readonly words?: readonly { readonly text: string; readonly atSample: number }[];
}

/** How to say a text. */
export interface TtsOptions {
  /** A voice by the name used in devices.json; the engine maps it to one of its own. */
  readonly voice: string;
  /** BCP 47 language, where the engine can use it. */
  readonly language?: string;
  /** Aborting it ends the iteration with an AbortError, and the work behind it. */
  readonly signal: AbortSignal;
}

/** Text to speech. */
export interface Tts {
  /** The engine's name, as in settings and metrics. */
  readonly id: string;
  /** Speaks one sentence or more. Throws DialtoneError (`engine_*`) from the iteration. */
  speak(text: string, options: TtsOptions): AsyncIterable<PcmChunk>;
  close(): Promise<void>;
}
