/** The part of `@echogarden/espeak-ng-emscripten` 0.3.5 that dialtone uses. The package has no types. */
declare module '@echogarden/espeak-ng-emscripten' {
  export interface EspeakEvent {
    readonly type: string;
    /** Of a word: its first character, counted in code points from 1. */
    readonly text_position: number;
    readonly word_length: number;
    /** Milliseconds from the start of the call's audio. */
    readonly audio_position: number;
  }

  export interface EspeakSynthesizer {
    /** 0 when the voice exists; otherwise the voice stays as it was. */
    set_voice(name: string): number;
    /** Words a minute. */
    set_rate(wordsPerMinute: number): void;
    /** 0 to 99, 50 is the voice's own. */
    set_pitch(pitch: number): void;
    get_samplerate(): number;
    /** Every voice, with the names of its languages. */
    list_voices(): readonly { readonly name: string; readonly languages: readonly { readonly name: string }[] }[];
    /**
     * Calls back synchronously about every 100 ms of audio; the array is the receiver's (the package slices it off its
     * heap). Returning true stops. Must not throw.
     */
    synthesize(text: string, callback: (audio: Int16Array | null, events: readonly EspeakEvent[]) => boolean): void;
  }

  export default function init(): Promise<{ readonly eSpeakNGWorker: new () => EspeakSynthesizer }>;
}
