import type { DialtoneError } from '../../core/errors.ts';
import type { EngineKind } from '../../engines/events.ts';
import type { TurnKind, TurnOutcome } from '../events.ts';

/** Where a conversation stands. */
export type TurnState =
  /** No turn is in progress. */
  | 'idle'
  /** The user speaks. */
  | 'hearing'
  /** The user has finished; the last words are being recognised. */
  | 'transcribing'
  /** The answer is being made; nothing of it was sent yet. */
  | 'thinking'
  /** The answer is being sent, or the loudspeaker still plays it. */
  | 'speaking';

/** What the microphone hears over an answer. */
export type BargeInState =
  | 'none'
  /** Speech, perhaps: it is being recognised, the answer goes on. */
  | 'listening'
  /** It lasts: the answer is paused until words come, or until it turns out that there are none. */
  | 'paused';

/** Whether there is a session to speak through. */
type SessionPresence =
  | 'none'
  | 'up'
  /** The line will go down: the sentence in progress may end, nothing new begins. */
  | 'leaving';

/** What went wrong in a turn. */
export interface TurnFailure {
  readonly kind: EngineKind;
  readonly error: DialtoneError;
}

/** The machine's memory. Times are monotonic milliseconds. */
export interface TurnMachine {
  readonly state: TurnState;
  /** Number of the newest turn. Inputs about an older one change nothing. */
  readonly turn: number;
  readonly kind: TurnKind;
  readonly session: SessionPresence;
  readonly bargeIn: BargeInState;
  /** The answer was paused for nothing once: from now on only words interrupt it. */
  readonly deceived: boolean;
  /** A question was asked over REST: what the user says next is its answer, and is not replied to. */
  readonly expecting: boolean;
  /** What the microphone hears before this time is ignored: it may be the echo of the last answer. */
  readonly deafUntilMs: number;
  /** Set once the turn has failed: the user is told, or will be as soon as they have finished speaking. */
  readonly failure: TurnFailure | null;
}

/** Kinds of turn in which the device speaks first. */
export type SpokenFirst = Exclude<TurnKind, 'user' | 'answer'>;

/** What can happen. An input from an engine or a playout carries the turn that it belongs to. */
export type TurnInput =
  /** A session is there. */
  | { readonly type: 'attached' }
  /** The line will go down: the sentence in progress may end, everything else ends now. `left` follows. */
  | { readonly type: 'leave' }
  /** The session is gone. */
  | { readonly type: 'detached' }
  /** The user begins to speak; over an answer only where the listening mode allows it. */
  | { readonly type: 'speech_started' }
  | { readonly type: 'speech_ended' }
  /** The speech over the answer has lasted long enough to be meant. */
  | { readonly type: 'barge_in_sustained' }
  /** Words over the answer that are neither its echo nor a backchannel. */
  | { readonly type: 'barge_in_words' }
  /** The speech over the answer is over, and there were no words in it. */
  | { readonly type: 'barge_in_ended' }
  /** The answer was paused long enough for words to come. */
  | { readonly type: 'pause_over' }
  /** The device's button: starts to listen, ends listening, or interrupts the answer and listens. */
  | { readonly type: 'button' }
  /** The device is to speak first. */
  | { readonly type: 'speak'; readonly kind: SpokenFirst }
  /** What the user says next is wanted over REST, as the answer to a question would be. */
  | { readonly type: 'expect' }
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
  | { readonly type: 'interrupt' };

/** What must be done, in order. */
export type TurnEffect =
  /**
   * @property adopt the turn takes over what was heard over the last answer
   * @property unsure what is taken over has not interrupted that answer: it may be a backchannel
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
  /** @property text what the user said; empty when the device speaks first */
  | { readonly type: 'start_reply'; readonly text: string }
  /** Stops engines and playout: nothing more of this turn is sent. */
  | { readonly type: 'cancel_reply' }
  /** Begins no further sentence of the answer. */
  | { readonly type: 'hurry_reply' }
  /** Begins to recognise what is said over the answer. */
  | { readonly type: 'open_barge_in' }
  /** Discards what was heard over the answer. */
  | { readonly type: 'close_barge_in' }
  /** Stops the playout where it is: it may go on later. */
  | { readonly type: 'pause_reply' }
  /** @property forNothing there were no words in what it was paused for */
  | { readonly type: 'resume_reply'; readonly forNothing: boolean }
  /** Tells the device that the answer is complete. */
  | { readonly type: 'send_reply_done' }
  /** Tells the device to discard what it has not played. */
  | { readonly type: 'send_interrupted' }
  /** Tells the user by sound and the device by message; after what was already said, if anything. */
  | { readonly type: 'play_notice'; readonly failure: TurnFailure }
  | { readonly type: 'end_turn'; readonly outcome: TurnOutcome; readonly failure: TurnFailure | null }
  /** After `leave`: nothing is being said any more, the line may go down. */
  | { readonly type: 'left' };

/** What a step depends on besides the machine. */
export interface TurnContext {
  /** Monotonic milliseconds. */
  readonly nowMs: number;
  /** Whether the user may speak over an answer (full duplex). */
  readonly bargeIn: boolean;
  /** How long the microphone is ignored after an answer, milliseconds. */
  readonly echoTailMs: number;
  /** What is heard over the answer consists of the answer's own words so far. */
  readonly hearsItself: boolean;
}

export const INITIAL_TURN_MACHINE: TurnMachine = {
  state: 'idle',
  turn: 0,
  kind: 'user',
  session: 'none',
  bargeIn: 'none',
  deceived: false,
  expecting: false,
  deafUntilMs: 0,
  failure: null,
};

interface Step {
  readonly machine: TurnMachine;
  readonly effects: readonly TurnEffect[];
}

/** One step of a conversation: pure. An input that means nothing in the present state, or is about an old turn, changes nothing. */
export function stepTurn(machine: TurnMachine, input: TurnInput, context: TurnContext): Step {
  if ('turn' in input && (input.turn !== machine.turn || machine.state === 'idle')) return same(machine);
  const next = take(machine, input, context);
  const isOver = next.machine.session === 'leaving' && next.machine.state === 'idle';
  const wasOver = machine.session === 'leaving' && machine.state === 'idle';
  return isOver && !wasOver ? { ...next, effects: [...next.effects, { type: 'left' }] } : next;
}

function take(machine: TurnMachine, input: TurnInput, context: TurnContext): Step {
  switch (input.type) {
    case 'attached':
      return same({ ...machine, session: 'up' });
    case 'leave':
      return leave(machine, context);
    case 'detached':
      return disconnected({ ...machine, session: 'none' }, context);
    case 'speech_started':
      return speechStarted(machine);
    case 'speech_ended':
      return machine.state === 'hearing' ? finishHearing(machine) : same(machine);
    case 'barge_in_sustained':
    case 'barge_in_words':
    case 'barge_in_ended':
    case 'pause_over':
      return bargedIn(machine, input.type, context);
    case 'button':
      return button(machine, context);
    case 'speak':
      return isFree(machine) ? speakFirst(machine, input.kind) : same(machine);
    case 'expect':
      return same({ ...machine, expecting: isFree(machine) });
    case 'expect_over':
      return same({ ...machine, expecting: false });
    case 'transcript':
      return machine.state === 'transcribing' ? transcribed(machine, input.text, context) : same(machine);
    case 'reply_started':
      return machine.state === 'thinking' ? to(machine, 'speaking', []) : same(machine);
    case 'reply_sent':
      return isReplying(machine.state) ? to(machine, machine.state, [{ type: 'send_reply_done' }]) : same(machine);
    case 'reply_played':
      return isReplying(machine.state) ? played(machine, context) : same(machine);
    case 'failed':
      return failed(machine, input.failure, context);
    case 'interrupt':
      return isReplying(machine.state) ? interrupted(machine, false, context) : same(machine);
  }
}

/** Whether something new may begin: there is a session, and no turn is in progress. */
export function isFree({ session, state }: TurnMachine): boolean {
  return session === 'up' && state === 'idle';
}

/** Whether an answer is being made or spoken. */
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
  return {
    ...machine,
    state,
    kind,
    turn: machine.turn + 1,
    bargeIn: 'none',
    deceived: false,
    // A user who presses the button over an answer is heard at once.
    deafUntilMs: 0,
    failure: null,
  };
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
  if (machine.state === 'idle') return isFree(machine) ? begin(machine) : same(machine);
  if (machine.state === 'hearing' || machine.bargeIn !== 'none') return same(machine);
  return { machine: { ...machine, bargeIn: 'listening' }, effects: [{ type: 'open_barge_in' }] };
}

function finishHearing(machine: TurnMachine): Step {
  const { failure } = machine;
  return failure
    ? to(machine, 'speaking', [{ type: 'play_notice', failure }])
    : to(machine, 'transcribing', [{ type: 'finish_stt' }]);
}

function transcribed(machine: TurnMachine, text: string, context: TurnContext): Step {
  if (text === '') {
    // A user who goes on speaking is recognised again.
    const keep = machine.bargeIn !== 'none';
    const ended = over(machine, 'no_speech', context, { keep });
    return keep ? followedBy(ended, true, true) : ended;
  }
  if (machine.kind === 'answer') return over({ ...machine, expecting: false }, 'answered', context);
  return to(machine, 'thinking', [{ type: 'start_reply', text }]);
}

function bargedIn(
  machine: TurnMachine,
  what: 'barge_in_sustained' | 'barge_in_words' | 'barge_in_ended' | 'pause_over',
  context: TurnContext,
): Step {
  const { bargeIn, state, deceived } = machine;
  if (bargeIn === 'none') return same(machine);
  switch (what) {
    case 'barge_in_words':
      // Before the transcript is there, what came first would be lost.
      return isReplying(state) ? interrupted(machine, true, context) : same(machine);
    case 'barge_in_sustained':
      if (bargeIn === 'paused' || deceived || machine.failure || !isReplying(state)) return same(machine);
      return { machine: { ...machine, bargeIn: 'paused' }, effects: [{ type: 'pause_reply' }] };
    case 'barge_in_ended':
      return bargeIn === 'listening' ? closeBargeIn(machine) : same(machine);
    case 'pause_over':
      if (bargeIn !== 'paused') return same(machine);
      return {
        machine: { ...machine, bargeIn: 'none', deceived: true },
        effects: [{ type: 'close_barge_in' }, { type: 'resume_reply', forNothing: true }],
      };
  }
}

function closeBargeIn(machine: TurnMachine): Step {
  return { machine: { ...machine, bargeIn: 'none' }, effects: [{ type: 'close_barge_in' }] };
}

function followedBy(ended: Step, adopt: boolean, unsure: boolean): Step {
  const begun = begin(ended.machine, adopt, unsure);
  return { machine: begun.machine, effects: [...ended.effects, ...begun.effects] };
}

interface Ending {
  readonly before?: readonly TurnEffect[];
  /** What is heard over the answer lives on in the next turn. */
  readonly keep?: boolean;
}

function over(
  machine: TurnMachine,
  outcome: TurnOutcome,
  context: TurnContext,
  { before = [], keep = false }: Ending = {},
): Step {
  const closing: TurnEffect[] = machine.bargeIn === 'none' || keep ? [] : [{ type: 'close_barge_in' }];
  return {
    machine: {
      ...machine,
      state: 'idle',
      bargeIn: 'none',
      deceived: false,
      deafUntilMs: isReplying(machine.state) ? deafUntil(outcome, context) : machine.deafUntilMs,
      failure: null,
    },
    effects: [...before, ...closing, { type: 'end_turn', outcome, failure: machine.failure }],
  };
}

/** How long the echo of an answer is ignored. A user who interrupts by speaking has begun before. */
function deafUntil(outcome: TurnOutcome, { nowMs, bargeIn, echoTailMs }: TurnContext): number {
  if (outcome === 'interrupted') return bargeIn ? 0 : nowMs;
  return nowMs + echoTailMs;
}

function played(machine: TurnMachine, context: TurnContext): Step {
  const keep = machine.bargeIn !== 'none' && !context.hearsItself;
  const expecting = machine.kind === 'ask' && !machine.failure;
  const ended = over({ ...machine, expecting }, machine.failure ? 'failed' : 'answered', context, { keep });
  return keep ? followedBy(ended, true, true) : ended;
}

/**
 * Whatever stops the answer: speech over it goes on being recognised.
 * @param byUser a user who speaks or presses over a question answers it all the same
 */
function interrupted(machine: TurnMachine, byUser: boolean, context: TurnContext): Step {
  const keep = machine.bargeIn !== 'none';
  const before: TurnEffect[] = [{ type: 'cancel_reply' }];
  // The device discarded a paused answer when it was paused.
  if (machine.bargeIn !== 'paused') before.push({ type: 'send_interrupted' });
  const expecting = byUser && machine.kind === 'ask' && !machine.failure;
  const ended = over({ ...machine, expecting }, 'interrupted', context, { before, keep });
  if (machine.session !== 'up') return ended;
  return keep || byUser ? followedBy(ended, keep, keep && !byUser) : ended;
}

function button(machine: TurnMachine, context: TurnContext): Step {
  if (machine.session !== 'up') return same(machine);
  switch (machine.state) {
    case 'idle':
      return begin(machine);
    case 'hearing':
      return finishHearing(machine);
    case 'transcribing':
      return same(machine);
    case 'thinking':
    case 'speaking':
      return interrupted(machine, true, context);
  }
}

function failed(machine: TurnMachine, failure: TurnFailure, context: TurnContext): Step {
  if (machine.state === 'hearing') {
    // The notice waits until the user has finished; what is left of their words must not pass for a new utterance.
    return machine.failure ? same(machine) : { machine: { ...machine, failure }, effects: [{ type: 'cancel_stt' }] };
  }
  // Telling the user failed too: there is nothing left to try.
  if (machine.failure) {
    return over(machine, 'failed', context, { before: [{ type: 'cancel_reply' }, { type: 'send_interrupted' }] });
  }
  const effects: TurnEffect[] = [];
  if (machine.state === 'transcribing') effects.push({ type: 'cancel_stt' });
  if (machine.bargeIn !== 'none') effects.push({ type: 'close_barge_in' });
  if (machine.bargeIn === 'paused') effects.push({ type: 'resume_reply', forNothing: false });
  effects.push({ type: 'play_notice', failure });
  return { machine: { ...machine, state: 'speaking', bargeIn: 'none', failure }, effects };
}

/** The sentence in progress may end; a paused one, and everything else, ends now. */
function leave(machine: TurnMachine, context: TurnContext): Step {
  if (machine.session !== 'up') return same(machine);
  const leaving: TurnMachine = { ...machine, session: 'leaving' };
  if (machine.state !== 'speaking' || machine.bargeIn === 'paused') return disconnected(leaving, context);
  const closed = machine.bargeIn === 'none' ? same(leaving) : closeBargeIn(leaving);
  return { machine: closed.machine, effects: [...closed.effects, { type: 'hurry_reply' }] };
}

function disconnected(machine: TurnMachine, context: TurnContext): Step {
  const calm = { ...machine, expecting: false };
  switch (machine.state) {
    case 'idle':
      return same(calm);
    case 'hearing':
    case 'transcribing':
      return over(calm, 'disconnected', context, { before: [{ type: 'cancel_stt' }] });
    case 'thinking':
    case 'speaking':
      return over(calm, 'disconnected', context, {
        before: [{ type: 'cancel_reply' }, { type: 'send_interrupted' }],
      });
  }
}
