import type { Pacer } from '../../audio/pacer.ts';
import type { Clock, Timer } from '../../core/clock.ts';
import { toDialtoneError } from '../../core/errors.ts';
import type { EngineSet } from '../../engines/engine.ts';
import type { EngineKind } from '../../engines/events.ts';
import type { DeviceSession } from '../../protocols/protocol.ts';
import type { ConversationEvent } from '../events.ts';
import type { Turn } from '../turn/turn.ts';
import type { TurnFailure, TurnInput } from '../turn/turn-machine.ts';
import { ReplyFailure, type WriteReply } from './synthesis.ts';

/** A held answer goes on when no words have come within this time, milliseconds. */
const HOLD_MS = 2_000;

/** While somebody speaks on it is held so much longer each time, milliseconds. */
const HOLD_ON_MS = 500;

/** What speaking needs, and whom it tells. */
export interface SpeakerOptions {
  readonly clock: Clock;
  readonly pacer: Pacer;
  /** Those of the turn in progress. */
  readonly engines: () => Pick<EngineSet, 'tts'>;
  /** The device's name. */
  readonly device: string;
  readonly report: (event: ConversationEvent) => void;
  readonly dispatch: (input: TurnInput) => void;
  readonly fail: (turn: Turn, kind: EngineKind, cause: unknown) => void;
  /** Whether a held answer may go on: nobody is speaking whose words are still to come. */
  readonly mayResume: () => boolean;
  /** A frame is being sent and will sound at this time, monotonic milliseconds. */
  readonly onFrame: (frame: Int16Array, sampleRate: number, atMs: number) => void;
}

/** How a reply is to be spoken. */
export interface Spoken {
  readonly write: WriteReply;
  readonly voice: string;
  readonly language: string;
}

/** The mouth of a conversation: has a turn's reply made, played, held and resumed, and tells how far it is. */
export class Speaker {
  readonly #options: SpeakerOptions;
  #holdTimer: Timer | undefined;

  constructor(options: SpeakerOptions) {
    this.#options = options;
  }

  /** Begins the reply of a turn. */
  start(turn: Turn, session: DeviceSession, spoken: Spoken): void {
    const { fail, engines } = this.#options;
    session.send({ type: 'reply_started' });
    this.#openPlayout(turn, session);
    turn.reply({ session, tts: engines().tts, ...spoken }).catch((error: unknown) => {
      if (error instanceof ReplyFailure) fail(turn, error.kind, error.error);
      else fail(turn, 'tts', error);
    });
  }

  /** Stops the answer where it is, until there are words or it turns out that there are none. */
  hold(turn: Turn, session: DeviceSession): void {
    turn.hold();
    session.send({ type: 'reply_interrupted' });
    this.#holdFor(HOLD_MS);
  }

  /** Goes on with the word that was cut. */
  resume(turn: Turn, session: DeviceSession): void {
    session.send({ type: 'reply_started' });
    turn.resume(session).catch((error: unknown) => this.#options.fail(turn, 'tts', error));
  }

  /** Tells the user by sound and the device by message that the turn has failed, behind what was said already. */
  notice(turn: Turn, session: DeviceSession, { error }: TurnFailure): void {
    turn.stopWork();
    session.send({ type: 'notice', code: error.code, message: error.message });
    if (!turn.playout) {
      session.send({ type: 'reply_started' });
      this.#openPlayout(turn, session);
    }
    turn.chime(session).catch((cause: unknown) => {
      const failure = { kind: 'tts', error: toDialtoneError(cause) } as const;
      this.#options.dispatch({ type: 'failed', turn: turn.number, failure });
    });
  }

  /** The turn is over. */
  ended(): void {
    this.#options.clock.clearTimer(this.#holdTimer);
  }

  #holdFor(ms: number): void {
    const { clock, dispatch, mayResume } = this.#options;
    clock.clearTimer(this.#holdTimer);
    this.#holdTimer = clock.setTimer(() => {
      if (mayResume()) dispatch({ type: 'pause_over' });
      else this.#holdFor(HOLD_ON_MS);
    }, ms);
  }

  #openPlayout(turn: Turn, session: DeviceSession): void {
    const { clock, pacer, report, device, dispatch, onFrame } = this.#options;
    const { number } = turn;
    turn.openPlayout(session, pacer, {
      onStarted: () => {
        turn.note('first_sent', clock.now());
        report({ type: 'turn.speaking', device, turn: number, stages: turn.stages });
        dispatch({ type: 'reply_started', turn: number });
      },
      onSent: () => dispatch({ type: 'reply_sent', turn: number }),
      onPlayed: () => dispatch({ type: 'reply_played', turn: number }),
      onLate: (lateMs) => report({ type: 'playout.late', device, lateMs }),
      onFrame: (frame, sampleRate, inMs) => onFrame(frame, sampleRate, clock.now() + inMs),
    });
  }
}
