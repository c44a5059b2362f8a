import { levelDb } from '../../../audio/level.ts';
import { FRAME_MS } from '../../../audio/rates.ts';
import type { Voicing } from '../../../engines/vad.ts';
import { SpeakerLevel } from './speaker-level.ts';
import type { Sound } from './utterance-voice.ts';
import { VoiceWindow } from './voice-window.ts';

/** Speech without a voice goes on for so long: consonants, and the breathy end of a sentence. Frames. */
const HOLD_FRAMES = 20;

/** A background ends with so long a quiet, frames, or with a voice that is so much louder, dB. */
const BREAK_FRAMES = 12;
const LOUDER_DB = 6;

/** After a sound without words only a voice for sure begins anything, for so long, frames: 30 s. */
const WARY_FRAMES = 1_500;

/** With what loudness is compared. */
export type Against =
  /** The last speaker: what begins. */
  | 'last'
  /** The loudest of the utterance so far. */
  | { readonly loudestDb: number };

/**
 * Makes of voice activity what may be a person who speaks to the device: enough of it must be a voice, and it must be neither much
 * softer than the speaker nor what goes on in the background. On the 20 ms path.
 */
export class Ear {
  readonly #window = new VoiceWindow();
  readonly #level = new SpeakerLevel();
  readonly #sound: Sound = {
    noticed: false,
    speech: false,
    activity: false,
    isVoice: false,
    voiced: false,
    loudnessDb: 0,
  };
  #hold = 0;
  #quietFrames = 0;
  #waryFrames = 0;
  /** How loud the background is; undefined: there is none. */
  #backgroundDb: number | undefined;

  /** What was about to be said is forgotten. */
  afresh(): void {
    this.#window.clear();
    this.#hold = 0;
  }

  /** What is heard now belongs to nothing that is said: it does not count until it pauses, or a louder voice comes. */
  isBackground(): void {
    this.#backgroundDb = this.#level.loudnessDb;
    this.afresh();
  }

  /** The user has said something, so loud at its loudest, dB of full scale. */
  spoke(loudestDb: number): void {
    this.#waryFrames = 0;
    this.#level.spoke(loudestDb);
  }

  /** What seemed to be speech had no words. */
  wasDeceived(): void {
    this.#waryFrames = WARY_FRAMES;
  }

  /** Whether in the last 600 ms a person may have begun to speak. */
  get begins(): boolean {
    return this.#window.isVoice || (this.#waryFrames === 0 && this.#window.mayBeVoice);
  }

  /** Whether in the last 600 ms a person speaks for sure. */
  get isVoice(): boolean {
    return this.#sound.isVoice;
  }

  /** Whether there was a sound a moment ago, of whatever kind. */
  get stillSounds(): boolean {
    return this.#quietFrames < BREAK_FRAMES;
  }

  /** Milliseconds since it began. */
  get begunMs(): number {
    return this.#window.sinceSpeech * FRAME_MS;
  }

  /** Milliseconds of voice in the last 600 ms. */
  get clearMs(): number {
    return this.#window.voiced * FRAME_MS;
  }

  /** How loud the last 300 ms of speech are, dB of full scale. */
  get loudnessDb(): number {
    return this.#level.loudnessDb;
  }

  /**
   * One frame of 20 ms.
   * @param speech whether it may be speech
   * @param voicing undefined: the detector takes no second look
   */
  hear(frame: Int16Array, speech: boolean, voicing: Voicing | undefined, against: Against): Sound {
    const kind = voicing ?? (speech ? 'voiced' : 'none');
    const sound = this.#sound;
    sound.noticed = this.#notice(frame, speech);
    const counts = sound.noticed && !this.#isSofter(against);
    this.#window.push(counts, kind);
    if (this.#waryFrames > 0) this.#waryFrames -= 1;
    if (counts && (this.#window.goesOn || this.begins)) this.#hold = HOLD_FRAMES;
    else if (this.#hold > 0) this.#hold -= 1;
    sound.speech = counts && (voicing === undefined || this.#hold > 0);
    sound.activity = counts && kind !== 'held';
    sound.isVoice = this.#window.isVoice;
    sound.voiced = counts && kind === 'voiced';
    sound.loudnessDb = this.#level.loudnessDb;
    return sound;
  }

  /** Whether it is speech that is no background. */
  #notice(frame: Int16Array, speech: boolean): boolean {
    if (!speech) {
      this.#level.quiet(FRAME_MS);
      this.#quietFrames += 1;
      if (this.#quietFrames >= BREAK_FRAMES) this.#backgroundDb = undefined;
      return false;
    }
    this.#quietFrames = 0;
    this.#level.speech(levelDb(frame));
    if (this.#backgroundDb !== undefined && this.#level.loudnessDb < this.#backgroundDb + LOUDER_DB) return false;
    this.#backgroundDb = undefined;
    return true;
  }

  #isSofter(against: Against): boolean {
    return against === 'last' ? this.#level.isSofterThanLast : this.#level.isSofterThan(against.loudestDb);
  }
}
