import type { DialtoneError } from '../errors.ts';
import type { EngineKind, TurnOutcome } from '../telemetry/events.ts';

/** Where a conversation stands. */
export type TurnState =
  /** Nobody speaks; the microphone is believed. */
  | 'idle'
  /** The user speaks. */
  | 'hearing'
  /** The user has finished; the last words are being recognised. */
  | 'transcribing'
  /** The answer is being made; nothing of it was sent yet. */
  | 'thinking'
  /** The answer is being sent, or the loudspeaker still plays it. */
  | 'speaking';

/** What went wrong in a turn. */
export interface TurnFailure {
  readonly kind: EngineKind;
  readonly error: DialtoneError;
}

/** The machine's memory. */
export interface TurnMachine {
  readonly state: TurnState;
  /** Number of the newest turn. What is said of an older one is not believed. */
  readonly turn: number;
  /** Set once the turn has failed: the user is told, or will be as soon as they have finished speaking. */
  readonly failure: TurnFailure | null;
}

/** What can happen. Whatever an engine or a playout says carries the turn it speaks of. */
export type TurnInput =
  | { readonly type: 'speech_started' }
  | { readonly type: 'speech_ended' }
  /** The device's button: starts to listen, ends listening, or interrupts the answer and listens. */
  | { readonly type: 'button' }
  | { readonly type: 'transcript'; readonly turn: number; readonly text: string }
  /** The first audio of the answer was sent. */
  | { readonly type: 'reply_started'; readonly turn: number }
  /** All audio of the answer was sent. */
  | { readonly type: 'reply_sent'; readonly turn: number }
  /** The loudspeaker has played it all. */
  | { readonly type: 'reply_played'; readonly turn: number }
  | { readonly type: 'failed'; readonly turn: number; readonly failure: TurnFailure }
  | { readonly type: 'interrupt' }
  /** The line is gone. */
  | { readonly type: 'detached' };

/** What must be done, in order. */
export type TurnEffect =
  | { readonly type: 'begin_turn'; readonly turn: number }
  | { readonly type: 'finish_stt' }
  | { readonly type: 'cancel_stt' }
  | { readonly type: 'start_reply'; readonly text: string }
  /** Stops engines and playout: nothing more of this turn is sent. */
  | { readonly type: 'cancel_reply' }
  /** Tells the device that the answer is complete. */
  | { readonly type: 'send_reply_done' }
  /** Tells the device to throw away what it has not played. */
  | { readonly type: 'send_interrupted' }
  /** Tells the user by sound and the device by message; after what was already said, if anything. */
  | { readonly type: 'play_notice'; readonly failure: TurnFailure }
  | { readonly type: 'end_turn'; readonly outcome: TurnOutcome; readonly failure: TurnFailure | null };

export const INITIAL_TURN_MACHINE: TurnMachine = { state: 'idle', turn: 0, failure: null };

interface Step {
  readonly machine: TurnMachine;
  readonly effects: readonly TurnEffect[];
}

/** One step of a conversation: pure. What means nothing in the present state, or speaks of an old turn, changes nothing. */
export function stepTurn(machine: TurnMachine, input: TurnInput): Step {
  if ('turn' in input && (input.turn !== machine.turn || machine.state === 'idle')) return same(machine);
  switch (input.type) {
    case 'speech_started':
      return machine.state === 'idle' ? begin(machine) : same(machine);
    case 'speech_ended':
      return machine.state === 'hearing' ? finishHearing(machine) : same(machine);
    case 'button':
      return button(machine);
    case 'transcript':
      if (machine.state !== 'transcribing') return same(machine);
      return input.text === ''
        ? over(machine, 'no_speech')
        : to(machine, 'thinking', [{ type: 'start_reply', text: input.text }]);
    case 'reply_started':
      return machine.state === 'thinking' ? to(machine, 'speaking', []) : same(machine);
    case 'reply_sent':
      return isReplying(machine.state) ? to(machine, machine.state, [{ type: 'send_reply_done' }]) : same(machine);
    case 'reply_played':
      return isReplying(machine.state) ? over(machine, machine.failure ? 'failed' : 'answered') : same(machine);
    case 'failed':
      return failed(machine, input.failure);
    case 'interrupt':
      return isReplying(machine.state) ? interrupted(machine) : same(machine);
    case 'detached':
      return detached(machine);
  }
}

/** Whether the microphone is believed: not while we answer. */
export function isListening(state: TurnState): boolean {
  return state === 'idle' || state === 'hearing';
}

function isReplying(state: TurnState): boolean {
  return state === 'thinking' || state === 'speaking';
}

function same(machine: TurnMachine): Step {
  return { machine, effects: [] };
}

function to(machine: TurnMachine, state: TurnState, effects: readonly TurnEffect[]): Step {
  return { machine: { ...machine, state }, effects };
}

function begin(machine: TurnMachine): Step {
  const turn = machine.turn + 1;
  return { machine: { state: 'hearing', turn, failure: null }, effects: [{ type: 'begin_turn', turn }] };
}

function finishHearing(machine: TurnMachine): Step {
  const { failure } = machine;
  return failure
    ? to(machine, 'speaking', [{ type: 'play_notice', failure }])
    : to(machine, 'transcribing', [{ type: 'finish_stt' }]);
}

function over(machine: TurnMachine, outcome: TurnOutcome, before: readonly TurnEffect[] = []): Step {
  return {
    machine: { ...machine, state: 'idle', failure: null },
    effects: [...before, { type: 'end_turn', outcome, failure: machine.failure }],
  };
}

function interrupted(machine: TurnMachine): Step {
  return over(machine, 'interrupted', [{ type: 'cancel_reply' }, { type: 'send_interrupted' }]);
}

function button(machine: TurnMachine): Step {
  switch (machine.state) {
    case 'idle':
      return begin(machine);
    case 'hearing':
      return finishHearing(machine);
    case 'transcribing':
      return same(machine);
    case 'thinking':
    case 'speaking': {
      const stopped = interrupted(machine);
      const next = begin(stopped.machine);
      return { machine: next.machine, effects: [...stopped.effects, ...next.effects] };
    }
  }
}

function failed(machine: TurnMachine, failure: TurnFailure): Step {
  if (machine.state === 'hearing') {
    // Not over the user's words: and what is left of them must not pass for a new utterance.
    return machine.failure ? same(machine) : { machine: { ...machine, failure }, effects: [{ type: 'cancel_stt' }] };
  }
  // Telling the user failed too: there is nothing left to try.
  if (machine.failure) return over(machine, 'failed', [{ type: 'cancel_reply' }, { type: 'send_interrupted' }]);
  const effects: TurnEffect[] = [];
  if (machine.state === 'transcribing') effects.push({ type: 'cancel_stt' });
  effects.push({ type: 'play_notice', failure });
  return { machine: { ...machine, state: 'speaking', failure }, effects };
}

function detached(machine: TurnMachine): Step {
  switch (machine.state) {
    case 'idle':
      return same(machine);
    case 'hearing':
    case 'transcribing':
      return over(machine, 'disconnected', [{ type: 'cancel_stt' }]);
    case 'thinking':
    case 'speaking':
      return over(machine, 'disconnected', [{ type: 'cancel_reply' }, { type: 'send_interrupted' }]);
  }
}
