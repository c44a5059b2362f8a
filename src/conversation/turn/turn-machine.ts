import type { DialtoneError } from '../../core/errors.ts';
import type { EngineKind } from '../../engines/events.ts';
import type { TurnKind, TurnOutcome } from '../events.ts';

/** Where a conversation stands. */
export type TurnState =
  /** Nobody speaks. */
  | 'idle'
  /** The user speaks. */
  | 'hearing'
  /** The user has finished; the last words are being recognised. */
  | 'transcribing'
  /** The answer is being made; nothing of it was sent yet. */
  | 'thinking'
  /** The answer is being sent, or the loudspeaker still plays it. */
  | 'speaking';

/** What is heard over an answer. */
export type BargeInState =
  | 'none'
  /** Somebody may be speaking: it is being recognised, the answer goes on. */
  | 'listening'
  /** It lasts: the answer is held until there are words, or it turns out that there are none. */
  | 'paused';

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
  readonly kind: TurnKind;
  readonly bargeIn: BargeInState;
  /** The answer was held for nothing once: from now on only words interrupt it. */
  readonly deceived: boolean;
  /** A question was asked over REST: what the user says next is its answer, and is not replied to. */
  readonly expecting: boolean;
  /** Set once the turn has failed: the user is told, or will be as soon as they have finished speaking. */
  readonly failure: TurnFailure | null;
}

/** Kinds of turn in which we speak without having been spoken to. */
export type SpokenFirst = Exclude<TurnKind, 'user' | 'answer'>;

/** What can happen. Whatever an engine or a playout says carries the turn it speaks of. */
export type TurnInput =
  /** Somebody begins to speak; over an answer only where the microphone is believed meanwhile. */
  | { readonly type: 'speech_started' }
  | { readonly type: 'speech_ended' }
  /** The speech over the answer has lasted long enough to be meant. */
  | { readonly type: 'barge_in_sustained' }
  /** Words over the answer that are neither its echo nor a "mhm". */
  | { readonly type: 'barge_in_words' }
  /** The speech over the answer is over, and there was nothing in it. */
  | { readonly type: 'barge_in_ended' }
  /** The answer was held long enough for words to come. */
  | { readonly type: 'pause_over' }
  /** The device's button: starts to listen, ends listening, or interrupts the answer and listens. */
  | { readonly type: 'button' }
  /** We have something to say of our own accord. */
  | { readonly type: 'speak'; readonly kind: SpokenFirst }
  /** The user has not answered what was asked over REST. */
  | { readonly type: 'expect_over' }
  | { readonly type: 'transcript'; readonly turn: number; readonly text: string }
  /** The first audio of the answer was sent. */
  | { readonly type: 'reply_started'; readonly turn: number }
  /** All audio of the answer was sent. */
  | { readonly type: 'reply_sent'; readonly turn: number }
  /** The loudspeaker has played it all. */
  | { readonly type: 'reply_played'; readonly turn: number }
  | { readonly type: 'failed'; readonly turn: number; readonly failure: TurnFailure }
  /** Not by the user's voice or button: over REST, or by the device. */
  | { readonly type: 'interrupt' }
  /** The line is gone. */
  | { readonly type: 'detached' };

/** What must be done, in order. */
export type TurnEffect =
  /**
   * @property adopt the turn takes over what was being heard over the last answer
   * @property unsure what is taken over has not interrupted that answer: it may show no more than that somebody listens
   */
  | {
      readonly type: 'begin_turn';
      readonly turn: number;
      readonly kind: TurnKind;
      readonly adopt: boolean;
      readonly unsure: boolean;
    }
  | { readonly type: 'finish_stt' }
  | { readonly type: 'cancel_stt' }
  /** @property text what the user said; empty when we speak first */
  | { readonly type: 'start_reply'; readonly text: string }
  /** Stops engines and playout: nothing more of this turn is sent. */
  | { readonly type: 'cancel_reply' }
  /** Begins to recognise what is said over the answer. */
  | { readonly type: 'open_barge_in' }
  /** Throws away what was heard over the answer. */
  | { readonly type: 'close_barge_in' }
  /** Stops the playout where it is: it may go on later. */
  | { readonly type: 'pause_reply' }
  | { readonly type: 'resume_reply' }
  /** Tells the device that the answer is complete. */
  | { readonly type: 'send_reply_done' }
  /** Tells the device to throw away what it has not played. */
  | { readonly type: 'send_interrupted' }
  /** Tells the user by sound and the device by message; after what was already said, if anything. */
  | { readonly type: 'play_notice'; readonly failure: TurnFailure }
  | { readonly type: 'end_turn'; readonly outcome: TurnOutcome; readonly failure: TurnFailure | null };

export const INITIAL_TURN_MACHINE: TurnMachine = {
  state: 'idle',
  turn: 0,
  kind: 'user',
  bargeIn: 'none',
  deceived: false,
  expecting: false,
  failure: null,
};

interface Step {
  readonly machine: TurnMachine;
  readonly effects: readonly TurnEffect[];
}

/** One step of a conversation: pure. What means nothing in the present state, or speaks of an old turn, changes nothing. */
export function stepTurn(machine: TurnMachine, input: TurnInput): Step {
  if ('turn' in input && (input.turn !== machine.turn || machine.state === 'idle')) return same(machine);
  switch (input.type) {
    case 'speech_started':
      return speechStarted(machine);
    case 'speech_ended':
      return machine.state === 'hearing' ? finishHearing(machine) : same(machine);
    case 'barge_in_sustained':
    case 'barge_in_words':
    case 'barge_in_ended':
    case 'pause_over':
      return bargeInChanged(machine, input.type);
    case 'button':
      return button(machine);
    case 'speak':
      return machine.state === 'idle' ? speakFirst(machine, input.kind) : same(machine);
    case 'expect_over':
      return { machine: { ...machine, expecting: false }, effects: [] };
    case 'transcript':
      return machine.state === 'transcribing' ? transcribed(machine, input.text) : same(machine);
    case 'reply_started':
      return machine.state === 'thinking' ? to(machine, 'speaking', []) : same(machine);
    case 'reply_sent':
      return isReplying(machine.state) ? to(machine, machine.state, [{ type: 'send_reply_done' }]) : same(machine);
    case 'reply_played':
      return isReplying(machine.state) ? played(machine) : same(machine);
    case 'failed':
      return failed(machine, input.failure);
    case 'interrupt':
      return isReplying(machine.state) ? interrupted(machine, false) : same(machine);
    case 'detached':
      return detached(machine);
  }
}

/** Whether an answer is being thought of or spoken. */
function isReplying(state: TurnState): boolean {
  return state === 'thinking' || state === 'speaking';
}

function same(machine: TurnMachine): Step {
  return { machine, effects: [] };
}

function to(machine: TurnMachine, state: TurnState, effects: readonly TurnEffect[]): Step {
  return { machine: { ...machine, state }, effects };
}

function next(machine: TurnMachine, state: TurnState, kind: TurnKind): TurnMachine {
  return { ...machine, state, kind, turn: machine.turn + 1, bargeIn: 'none', deceived: false, failure: null };
}

function begin(machine: TurnMachine, adopt = false, unsure = false): Step {
  const begun = next(machine, 'hearing', machine.expecting ? 'answer' : 'user');
  return { machine: begun, effects: [{ type: 'begin_turn', turn: begun.turn, kind: begun.kind, adopt, unsure }] };
}

function speakFirst(machine: TurnMachine, kind: SpokenFirst): Step {
  const begun = { ...next(machine, 'thinking', kind), expecting: false };
  const { turn } = begun;
  return {
    machine: begun,
    effects: [
      { type: 'begin_turn', turn, kind, adopt: false, unsure: false },
      { type: 'start_reply', text: '' },
    ],
  };
}

function speechStarted(machine: TurnMachine): Step {
  if (machine.state === 'idle') return begin(machine);
  if (machine.state === 'hearing' || machine.bargeIn !== 'none') return same(machine);
  return { machine: { ...machine, bargeIn: 'listening' }, effects: [{ type: 'open_barge_in' }] };
}

function finishHearing(machine: TurnMachine): Step {
  const { failure } = machine;
  return failure
    ? to(machine, 'speaking', [{ type: 'play_notice', failure }])
    : to(machine, 'transcribing', [{ type: 'finish_stt' }]);
}

function transcribed(machine: TurnMachine, text: string): Step {
  if (text === '') {
    // Who goes on speaking is heard anew.
    const keep = machine.bargeIn !== 'none';
    const ended = over(machine, 'no_speech', [], keep);
    return keep ? followedBy(ended, true, true) : ended;
  }
  if (machine.kind === 'answer') return over({ ...machine, expecting: false }, 'answered');
  return to(machine, 'thinking', [{ type: 'start_reply', text }]);
}

function bargeInChanged(
  machine: TurnMachine,
  what: 'barge_in_sustained' | 'barge_in_words' | 'barge_in_ended' | 'pause_over',
): Step {
  const { bargeIn, state, deceived } = machine;
  if (bargeIn === 'none') return same(machine);
  switch (what) {
    case 'barge_in_words':
      // Before the transcript is there, what came first would be lost.
      return isReplying(state) ? interrupted(machine, true) : same(machine);
    case 'barge_in_sustained':
      if (bargeIn === 'paused' || deceived || machine.failure || !isReplying(state)) return same(machine);
      return { machine: { ...machine, bargeIn: 'paused' }, effects: [{ type: 'pause_reply' }] };
    case 'barge_in_ended':
      return bargeIn === 'listening'
        ? { machine: { ...machine, bargeIn: 'none' }, effects: [{ type: 'close_barge_in' }] }
        : same(machine);
    case 'pause_over':
      if (bargeIn !== 'paused') return same(machine);
      return {
        machine: { ...machine, bargeIn: 'none', deceived: true },
        effects: [{ type: 'close_barge_in' }, { type: 'resume_reply' }],
      };
  }
}

function followedBy(ended: Step, adopt: boolean, unsure: boolean): Step {
  const begun = begin(ended.machine, adopt, unsure);
  return { machine: begun.machine, effects: [...ended.effects, ...begun.effects] };
}

/** @param keep whether what is heard over the answer lives on in the next turn */
function over(machine: TurnMachine, outcome: TurnOutcome, before: readonly TurnEffect[] = [], keep = false): Step {
  const closing: TurnEffect[] = machine.bargeIn === 'none' || keep ? [] : [{ type: 'close_barge_in' }];
  return {
    machine: { ...machine, state: 'idle', bargeIn: 'none', deceived: false, failure: null },
    effects: [...before, ...closing, { type: 'end_turn', outcome, failure: machine.failure }],
  };
}

function played(machine: TurnMachine): Step {
  const keep = machine.bargeIn !== 'none';
  const expecting = machine.kind === 'ask' && !machine.failure;
  const ended = over({ ...machine, expecting }, machine.failure ? 'failed' : 'answered', [], keep);
  return keep ? followedBy(ended, true, true) : ended;
}

/**
 * Whoever stops the answer: who speaks over it just then is heard out.
 * @param byUser who speaks or presses over a question answers it all the same
 */
function interrupted(machine: TurnMachine, byUser: boolean): Step {
  const keep = machine.bargeIn !== 'none';
  const effects: TurnEffect[] = [{ type: 'cancel_reply' }];
  // A held answer was flushed when it was held.
  if (machine.bargeIn !== 'paused') effects.push({ type: 'send_interrupted' });
  const expecting = byUser && machine.kind === 'ask' && !machine.failure;
  const ended = over({ ...machine, expecting }, 'interrupted', effects, keep);
  return keep || byUser ? followedBy(ended, keep, keep && !byUser) : ended;
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
    case 'speaking':
      return interrupted(machine, true);
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
  if (machine.bargeIn !== 'none') effects.push({ type: 'close_barge_in' });
  if (machine.bargeIn === 'paused') effects.push({ type: 'resume_reply' });
  effects.push({ type: 'play_notice', failure });
  return { machine: { ...machine, state: 'speaking', bargeIn: 'none', failure }, effects };
}

function detached(machine: TurnMachine): Step {
  const calm = { ...machine, expecting: false };
  switch (machine.state) {
    case 'idle':
      return same(calm);
    case 'hearing':
    case 'transcribing':
      return over(calm, 'disconnected', [{ type: 'cancel_stt' }]);
    case 'thinking':
    case 'speaking':
      return over(calm, 'disconnected', [{ type: 'cancel_reply' }, { type: 'send_interrupted' }]);
  }
}
