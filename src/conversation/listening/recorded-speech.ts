import type { Clock, Timer } from '../../core/clock.ts';
import type { TurnEnded } from '../events.ts';
import type { RecordingResult } from '../proactive/requests.ts';
import type { TurnState } from '../turn/turn-machine.ts';

/** So much of a recording is heard at once, samples at 16 kHz: 200 ms. Then other devices have their turn. */
const SLICE_SAMPLES = 3_200;

/** What hearing a recording needs of its conversation. */
export interface RecordedSpeechOptions {
  readonly clock: Clock;
  readonly state: () => TurnState;
  /** The turn in progress. */
  readonly turn: () => { readonly number: number; readonly heard: string } | undefined;
  /** The user begins to speak, as with a button that is held. */
  readonly begin: () => void;
  /** Mono s16 at 16 kHz, any length. */
  readonly audio: (samples: Int16Array) => void;
  /** The user has finished. */
  readonly end: () => void;
}

/** The recording being heard, or recognised. */
interface Hearing {
  readonly turn: number;
  readonly samples: Int16Array;
  at: number;
  readonly settle: (result: RecordingResult) => void;
}

/** Has a conversation hear what its device has recorded, faster than it was said: one recording at a time. */
export class RecordedSpeech {
  readonly #options: RecordedSpeechOptions;
  #hearing: Hearing | undefined;
  #timer: Timer | undefined;

  constructor(options: RecordedSpeechOptions) {
    this.#options = options;
  }

  /** Whether a recording is taking the place of the microphone. */
  get isBeingHeard(): boolean {
    return this.#timer !== undefined;
  }

  /** Resolves when it is recognised. `busy`: the user is speaking, or what they said is not recognised yet. */
  hear(samples: Int16Array): 'busy' | Promise<RecordingResult> {
    const { clock, state, turn, begin } = this.#options;
    const before = state();
    if (this.#hearing || before === 'hearing' || before === 'transcribing') return 'busy';
    begin();
    const begun = turn();
    if (!begun || state() !== 'hearing') return 'busy';
    return new Promise((settle) => {
      this.#hearing = { turn: begun.number, samples, at: 0, settle };
      this.#timer = clock.setTimer(() => this.#next(), 0);
    });
  }

  /** The conversation is at something else. */
  stateChanged(): void {
    const { state, turn } = this.#options;
    const now = turn();
    if (!now || now.number !== this.#hearing?.turn || state() === 'hearing' || state() === 'transcribing') return;
    if (now.heard !== '') this.#settle({ outcome: 'heard', turn: now.number, text: now.heard });
  }

  /** A turn is over. */
  turnEnded({ turn, outcome, heard, error }: TurnEnded): void {
    if (turn !== this.#hearing?.turn) return;
    if (error) this.#settle({ outcome: 'failed', error: { code: error.code, message: error.message } });
    else if (outcome === 'answered') this.#settle({ outcome: 'heard', turn, text: heard });
    else if (outcome === 'no_speech') this.#settle({ outcome, turn });
    else this.#settle({ outcome: outcome === 'disconnected' ? outcome : 'interrupted' });
  }

  /** The session is gone. */
  lost(): void {
    this.#settle({ outcome: 'disconnected' });
  }

  #next(): void {
    const hearing = this.#hearing;
    this.#timer = undefined;
    if (!hearing) return;
    const { clock, audio, end } = this.#options;
    const slice = hearing.samples.subarray(hearing.at, hearing.at + SLICE_SAMPLES);
    hearing.at += slice.length;
    audio(slice);
    // What the audio itself has ended: the longest that a user may speak is over, or the turn is.
    if (!this.#isHearing(hearing)) return;
    if (hearing.at < hearing.samples.length) this.#timer = clock.setTimer(() => this.#next(), 0);
    else end();
  }

  #isHearing({ turn }: Hearing): boolean {
    return this.#options.state() === 'hearing' && this.#options.turn()?.number === turn;
  }

  #settle(result: RecordingResult): void {
    this.#options.clock.clearTimer(this.#timer);
    this.#timer = undefined;
    const hearing = this.#hearing;
    this.#hearing = undefined;
    hearing?.settle(result);
  }
}
