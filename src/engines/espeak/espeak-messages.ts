/** To the worker: one unit of text at a time, the next after `done`. */
export type EspeakRequest =
  | {
      readonly type: 'speak';
      readonly id: number;
      readonly text: string;
      /** espeak voices in the order in which they are tried. */
      readonly voices: readonly string[];
      readonly rate: number;
      readonly pitch: number;
    }
  /** No more of it; `done` follows soon. */
  | { readonly type: 'stop'; readonly id: number };

/** A word that espeak has come to. */
export interface EspeakWordMark {
  /** Code points, from 1. */
  readonly position: number;
  /** From the start of the unit's audio. */
  readonly atMs: number;
}

/** Speech from the worker. */
export type EspeakSpeech =
  /** The samples' buffer was transferred. */
  | {
      readonly type: 'audio';
      readonly id: number;
      readonly samples: Int16Array;
      readonly words: readonly EspeakWordMark[];
    }
  | { readonly type: 'done'; readonly id: number };

/** From the worker. */
export type EspeakReply =
  | { readonly type: 'ready'; readonly sampleRate: number }
  /** espeak cannot be loaded; the worker ends. */
  | { readonly type: 'failed'; readonly missing: boolean; readonly message: string }
  | EspeakSpeech;
