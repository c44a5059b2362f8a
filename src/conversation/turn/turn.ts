import type { FalseInterruption, TurnEnded, TurnKind, TurnOutcome } from '../events.ts';
import type { Utterance } from '../listening/utterance.ts';
import type { TurnRecording } from '../ports.ts';
import type { CutReply } from '../speaking/reply-text.ts';
import type { Speech } from '../speaking/speech.ts';
import { type Moments, noteMoment, stagesOf } from './moments.ts';
import type { TurnFailure } from './turn-machine.ts';

/** One exchange while it lasts: what was heard and said, when, and the signals that stop what works for it. */
export interface Turn {
  readonly number: number;
  readonly kind: TurnKind;
  /** Monotonic milliseconds. */
  readonly startedAtMs: number;
  readonly moments: Moments;
  /** What the user says; undefined when the device speaks first. */
  utterance: Utterance | undefined;
  /** It began while the last answer was still being played, and did not interrupt it. */
  beganOver: boolean;
  /** Words over the last answer have stopped that answer, and belong to this turn. */
  stoppedAnswer: boolean;
  /** The answer was paused for sounds without words, and went on. */
  pausedForNothing: boolean;
  /** What was recognised so far is said to the device: no echo, no backchannel, not without the wake word. */
  isMeant: boolean;
  /** The button has begun it, or is held for it. */
  byButton: boolean;
  /** What was recognised, as far as it is meant. */
  heard: string;
  /** The reply as it was written. */
  text: string;
  /** Whether the language model has finished. */
  isWritten: boolean;
  /** Set when the limit of tokens has cut the reply: what stands behind its last whole sentence, and is not spoken. */
  cut: CutReply | undefined;
  /** Words of the user that the device was shown. */
  wordsSent: number;
  /** The audio of the answer; undefined before there is one. */
  speech: Speech | undefined;
  recording: TurnRecording | undefined;
  /** Stops the engines. */
  readonly abort: AbortController;
  /** Stops what the user is told of the turn's failure. */
  readonly notice: AbortController;
  /** Ends the answer after the sentence that is being spoken. */
  readonly hurry: AbortController;
}

/** A turn that begins. @param nowMs monotonic milliseconds */
export function createTurn(number: number, kind: TurnKind, nowMs: number): Turn {
  return {
    number,
    kind,
    startedAtMs: nowMs,
    moments: { started: nowMs },
    utterance: undefined,
    beganOver: false,
    stoppedAnswer: false,
    pausedForNothing: false,
    isMeant: false,
    byButton: false,
    heard: '',
    text: '',
    isWritten: false,
    cut: undefined,
    wordsSent: 0,
    speech: undefined,
    recording: undefined,
    abort: new AbortController(),
    notice: new AbortController(),
    hurry: new AbortController(),
  };
}

/** The reply as it is spoken: without what the limit of tokens has left of a sentence. */
export function spokenReply({ text, cut }: Turn): string {
  const written = text.trim();
  return cut && written.endsWith(cut.stump) ? written.slice(0, written.length - cut.stump.length).trim() : written;
}

/** Stops the engines; what they have made so far is still played. Calling it twice does nothing. */
export function stopEngines(turn: Turn): void {
  turn.utterance?.cancel();
  turn.abort.abort();
}

/** Stops the engines and the playout. Calling it twice does nothing. */
export function cancelTurn(turn: Turn): void {
  stopEngines(turn);
  turn.notice.abort();
  turn.speech?.playout.stop();
}

/** The report of a turn's end. @param answer the words of the answer that count @param nowMs monotonic milliseconds */
export function reportOf(
  turn: Turn,
  device: string,
  end: {
    readonly outcome: TurnOutcome;
    readonly failure: TurnFailure | null;
    readonly answer: string;
    readonly nowMs: number;
  },
): TurnEnded {
  const { failure, outcome, answer, nowMs } = end;
  const falseInterruption = falseInterruptionOf(turn, outcome);
  noteMoment(turn.moments, 'ended', nowMs);
  return {
    type: 'turn.ended',
    device,
    turn: turn.number,
    kind: turn.kind,
    outcome,
    heard: turn.heard,
    answer,
    written: turn.text,
    ...(turn.cut ? { truncated: true as const } : {}),
    ...(turn.speech?.leftOut ? { leftOut: turn.speech.leftOut } : {}),
    ...(falseInterruption ? { falseInterruption } : {}),
    spokenMs: turn.speech?.playout.sentMs ?? 0,
    stages: stagesOf(turn.moments),
    moments: { ...turn.moments },
    ...(failure ? { error: errorOf(failure) } : {}),
  };
}

/** A user who has pressed the button wanted the answer to stop, words or not. */
function falseInterruptionOf(turn: Turn, outcome: TurnOutcome): FalseInterruption | undefined {
  if (turn.pausedForNothing) return 'paused';
  return outcome === 'no_speech' && turn.stoppedAnswer && !turn.byButton ? 'stopped' : undefined;
}

function errorOf({ kind, error: { engine, code, message } }: TurnFailure): NonNullable<TurnEnded['error']> {
  return { kind, ...(engine === undefined ? {} : { engine }), code, message };
}
