import type { Voicing } from '../../../engines/vad.ts';
import { FrameCounts, KINDS } from './frame-counts.ts';

/** What is looked back at, frames of 20 ms: 600 ms. */
export const WINDOW_FRAMES = 30;

/** What may begin something: 100 ms of speech with a little voice in it, as "stop" has. Door knocks may have so much too. */
const MAY_SPEECH = 5;
const MAY_VOICED = 2;
const MAY_VOICED_OF_SPEECH = 0.2;
const MAY_VOICED_OF_PITCHED = 0.6;

/** A voice for sure: 200 ms of speech. */
const ENOUGH_SPEECH = 10;

/** And so much of it a voice for sure. The first frames of a vowel are never found: 100 ms found are about 200 of voice. */
const ENOUGH_VOICED = 5;
const VOICED_OF_SPEECH = 0.3;
/** Music is held most of the time, speech seldom. */
const VOICED_OF_PITCHED = 0.65;
/** One vowel that lasts, or many: a knock is a voice for four frames. */
const VOWEL = 5;
const MANY_VOICED = 14;

/** What goes on needs less: a sentence has stretches without a voice. */
const ON_VOICED = 3;
const ON_VOICED_OF_SPEECH = 0.2;
const ON_VOICED_OF_PITCHED = 0.5;

/**
 * Music: 800 ms of held notes within 3 s, and more of them than of anything like a voice. While it plays, a voice must stand
 * out: melodies and drums over chords reach 0.67.
 */
const MUSIC_FRAMES = 150;
const MUSIC_HELD = 40;
const VOICED_OF_PITCHED_IN_MUSIC = 0.75;

/** How much of the last 600 ms was speech, and how much of that a voice. On the 20 ms path. */
export class VoiceWindow {
  readonly #last = new FrameCounts(WINDOW_FRAMES);
  /** What was heard before tells music from speech. */
  readonly #long = new FrameCounts(MUSIC_FRAMES);

  /** One frame of 20 ms. */
  push(speech: boolean, voicing: Voicing): void {
    const kind = speech ? KINDS[voicing] : 0;
    this.#last.push(kind);
    this.#long.push(kind);
  }

  /** What was heard begins nothing. Whether music plays is still known. */
  clear(): void {
    this.#last.clear();
  }

  /** Whether this is a person who speaks for sure: 200 ms of speech, with enough voice in it. */
  get isVoice(): boolean {
    const ofPitched = this.#isMusic ? VOICED_OF_PITCHED_IN_MUSIC : VOICED_OF_PITCHED;
    if (this.#last.speech < ENOUGH_SPEECH || !this.#has(ENOUGH_VOICED, VOICED_OF_SPEECH, ofPitched)) return false;
    return this.#last.voiced >= MANY_VOICED || this.#last.longestVoiced >= VOWEL;
  }

  /** Whether it may be a person: a short word, or a knock. */
  get mayBeVoice(): boolean {
    const ofPitched = this.#isMusic ? VOICED_OF_PITCHED_IN_MUSIC : MAY_VOICED_OF_PITCHED;
    return this.#last.speech >= MAY_SPEECH && this.#has(MAY_VOICED, MAY_VOICED_OF_SPEECH, ofPitched);
  }

  /** Whether speech that was a voice may still be one. */
  get goesOn(): boolean {
    return this.#has(ON_VOICED, ON_VOICED_OF_SPEECH, ON_VOICED_OF_PITCHED);
  }

  /** Frames of voice in it. */
  get voiced(): number {
    return this.#last.voiced;
  }

  /** Frames since the oldest speech in it. */
  get sinceSpeech(): number {
    return this.#last.sinceSpeech;
  }

  get #isMusic(): boolean {
    return this.#long.held >= MUSIC_HELD && this.#long.held > this.#long.voiced;
  }

  #has(least: number, ofSpeech: number, ofPitched: number): boolean {
    const { speech, voiced, held } = this.#last;
    return voiced >= least && voiced >= ofSpeech * speech && voiced >= ofPitched * (voiced + held);
  }
}
