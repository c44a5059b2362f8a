/** What the device does, as far as it has told. */
type PinDoes =
  /** Its link is up; it has not said that it is there. */
  | 'connected'
  | 'idle'
  | 'recording'
  /** It records, but no audio comes. */
  | 'stalled'
  /** It has stopped recording, and its last chunk may be on its way: firmware sends that behind the message. */
  | 'stopping'
  /** It has recorded, and waits for what comes of that. */
  | 'processing'
  | 'playing';

/** How far an answer is. */
type AnswerIs =
  /** There is none. */
  | 'none'
  /** There is audio, but the device cannot be told: it is not there yet, or records. */
  | 'waiting'
  /** The device was told, and has not said that it is ready. */
  | 'offered'
  /** The device plays. */
  | 'playing'
  /** All of it was sent; the device is told the end when it has played that. */
  | 'ending'
  /** The device does not play it: it is kept for a download. */
  | 'kept';

/** The machine's memory. */
export interface PinMachine {
  readonly does: PinDoes;
  readonly answer: AnswerIs;
  /** All audio of the answer is there. */
  readonly isWhole: boolean;
  /** How often in a row a new recording was asked for. */
  readonly rerecords: number;
  /** What was recorded was held to be useless while the device still recorded. */
  readonly isUseless: boolean;
}

/** Why what was said cannot be used. */
export type UselessReason = 'too_short' | 'no_words' | 'chunks_missing' | 'stalled' | 'no_answer';

/** Timers of the machine. */
export type PinTimer =
  /** No audio comes. */
  | 'stall'
  /** No audio comes any more. */
  | 'abandon'
  /** The last chunk of a recording does not come, or there is none. */
  | 'last'
  /** The device does not say that it is ready. */
  | 'ready'
  /** The device has played everything. */
  | 'played'
  /** Nothing has come of a recording. */
  | 'answer';

/** What can happen. */
export type PinInput =
  /** From the device. */
  | { readonly type: 'greeting' }
  | { readonly type: 'recording_started' }
  | { readonly type: 'chunk' }
  | { readonly type: 'recording_stopped' }
  | { readonly type: 'ready_for_playback' }
  | { readonly type: 'reject' }
  /** What was recorded is understood. `useless`: it is not answered, and why; null: it is. */
  | { readonly type: 'heard'; readonly useless: UselessReason | null }
  /** Audio of an answer, before it is sent or kept. */
  | { readonly type: 'frame' }
  /** All audio of the answer is there. */
  | { readonly type: 'whole' }
  /** The answer is cut short. */
  | { readonly type: 'cut' }
  | { readonly type: 'due'; readonly timer: PinTimer };

/** What must be done, in order. */
export type PinEffect =
  /** The conversation hears the user from now on, or no longer. */
  | { readonly type: 'listen'; readonly on: boolean }
  | { readonly type: 'send'; readonly message: 'tts_ready' | 'tts_done' }
  | { readonly type: 'sync'; readonly state: 'stalled' | 'recording' }
  | { readonly type: 'rerecord'; readonly reason: UselessReason }
  | { readonly type: 'intervene'; readonly reason: UselessReason }
  /** Sends what has been kept back of the answer, and what follows, at its own pace. */
  | { readonly type: 'play' }
  /** Throws away what has been kept back. */
  | { readonly type: 'drop' }
  /** Offers what has been kept back as a download. */
  | { readonly type: 'offer' }
  | { readonly type: 'refuse'; readonly problem: string }
  /** `due` is wanted: of `played` when everything will have been played, of `last` when no last chunk is to be expected, of the others after their own time. */
  | { readonly type: 'start'; readonly timer: PinTimer }
  | { readonly type: 'stop'; readonly timer: PinTimer };

export const INITIAL_PIN: PinMachine = {
  does: 'connected',
  answer: 'none',
  isWhole: false,
  rerecords: 0,
  isUseless: false,
};

interface Step {
  readonly machine: PinMachine;
  readonly effects: readonly PinEffect[];
}

/** A new recording is asked for so often, then the user is. */
const MAX_RERECORDS = 2;

/**
 * One step of the order of messages with a pin: pure. What the device must not say now changes nothing and is refused with a
 * sentence that says what is expected; firmware says some things twice, and that is no fault.
 * @param maxRerecords how often in a row a new recording is asked for
 */
export function stepPin(machine: PinMachine, input: PinInput, maxRerecords = MAX_RERECORDS): Step {
  switch (input.type) {
    case 'greeting':
      return greeted(machine);
    case 'recording_started':
      return recordingStarted(machine);
    case 'chunk':
      return chunk(machine, maxRerecords);
    case 'recording_stopped':
      return recordingStopped(machine);
    case 'ready_for_playback':
      return ready(machine);
    case 'reject':
      return machine.answer === 'offered' ? keep(machine) : same(machine);
    case 'heard':
      return heard(machine, input.useless, maxRerecords);
    case 'frame':
      return frame(machine);
    case 'whole':
      return whole(machine);
    case 'cut':
      return cut(machine);
    case 'due':
      return due(machine, input.timer, maxRerecords);
  }
}

/** The state as HotPin's server names it. */
export function serverState({ does, answer }: PinMachine): string {
  // Its user has finished, whatever is still on its way.
  if (does === 'stopping') return 'processing';
  return answer === 'offered' || answer === 'kept' ? (does === 'idle' ? 'processing' : does) : does;
}

function same(machine: PinMachine, ...effects: PinEffect[]): Step {
  return { machine, effects };
}

function refuse(machine: PinMachine, problem: string): Step {
  return same(machine, { type: 'refuse', problem });
}

/** Whether audio of the device is part of a recording. */
export function isRecording({ does }: PinMachine): boolean {
  return does === 'recording' || does === 'stalled' || does === 'stopping';
}

function greeted(machine: PinMachine): Step {
  if (machine.does !== 'connected') return same(machine);
  return offerIfWaiting({ ...machine, does: 'idle' }, []);
}

/** The device can be told of an answer that has waited for that. */
function offerIfWaiting(machine: PinMachine, effects: readonly PinEffect[]): Step {
  if (machine.answer !== 'waiting') return { machine, effects };
  const offered: PinEffect[] = [
    { type: 'send', message: 'tts_ready' },
    { type: 'start', timer: 'ready' },
  ];
  return { machine: { ...machine, answer: 'offered' }, effects: [...effects, ...offered] };
}

/** A user who records over an answer does not want it. */
function recordingStarted(machine: PinMachine): Step {
  if (machine.does === 'recording' || machine.does === 'stalled') {
    return refuse(machine, 'a recording is under way already: stop it first');
  }
  const ended: readonly PinEffect[] = machine.does === 'stopping' ? endOfRecording('last') : [];
  const dropped = machine.answer === 'none' ? [] : dropAnswer();
  return {
    machine: { ...machine, does: 'recording', answer: 'none', isWhole: false, isUseless: false },
    effects: [
      ...ended,
      ...dropped,
      { type: 'stop', timer: 'answer' },
      { type: 'start', timer: 'stall' },
      { type: 'listen', on: true },
    ],
  };
}

function dropAnswer(): readonly PinEffect[] {
  return [{ type: 'stop', timer: 'ready' }, { type: 'stop', timer: 'played' }, { type: 'drop' }];
}

function chunk(machine: PinMachine, maxRerecords: number): Step {
  switch (machine.does) {
    case 'recording':
      return same(machine, { type: 'start', timer: 'stall' });
    case 'stalled':
      return same(
        { ...machine, does: 'recording' },
        { type: 'stop', timer: 'abandon' },
        { type: 'start', timer: 'stall' },
        { type: 'sync', state: 'recording' },
      );
    case 'stopping':
      return recorded(machine, maxRerecords);
    default:
      return refuse(machine, 'no recording is under way: send recording_started first');
  }
}

function recordingStopped(machine: PinMachine): Step {
  if (machine.does !== 'recording' && machine.does !== 'stalled') {
    return refuse(machine, 'no recording is under way: send recording_started first');
  }
  return same(
    { ...machine, does: 'stopping' },
    { type: 'stop', timer: 'stall' },
    { type: 'stop', timer: 'abandon' },
    { type: 'start', timer: 'last' },
  );
}

function endOfRecording(timer: PinTimer): readonly PinEffect[] {
  return [
    { type: 'stop', timer },
    { type: 'listen', on: false },
  ];
}

/** All of the recording is there that comes. */
function recorded(machine: PinMachine, maxRerecords: number): Step {
  const stopped = endOfRecording('last');
  const processing: PinMachine = { ...machine, does: 'processing', isUseless: false };
  if (machine.isUseless) return useless(processing, 'no_words', maxRerecords, stopped);
  if (machine.answer !== 'none') return offerIfWaiting(processing, stopped);
  return { machine: processing, effects: [...stopped, { type: 'start', timer: 'answer' }] };
}

/** What was said is of no use: asks for it again, or, when that did not help, for the user's attention. */
function useless(
  machine: PinMachine,
  reason: UselessReason,
  maxRerecords: number,
  before: readonly PinEffect[] = [],
): Step {
  const idle: PinMachine = { ...machine, does: 'idle' };
  const stopped: readonly PinEffect[] = [...before, { type: 'stop', timer: 'answer' }];
  if (machine.rerecords < maxRerecords) {
    return {
      machine: { ...idle, rerecords: machine.rerecords + 1 },
      effects: [...stopped, { type: 'rerecord', reason }],
    };
  }
  // Firmware takes the request for a note and would go on waiting for an answer: only the end of one lets it go.
  return {
    machine: { ...idle, rerecords: 0 },
    effects: [...stopped, { type: 'intervene', reason }, { type: 'send', message: 'tts_done' }],
  };
}

function heard(machine: PinMachine, reason: UselessReason | null, maxRerecords: number): Step {
  if (reason === null) return same({ ...machine, rerecords: 0, isUseless: false });
  if (isRecording(machine)) return same({ ...machine, isUseless: true });
  return machine.does === 'processing' ? useless(machine, reason, maxRerecords) : same(machine);
}

function frame(machine: PinMachine): Step {
  switch (machine.answer) {
    case 'none': {
      const begun: PinMachine = { ...machine, answer: 'waiting', isWhole: false };
      const stopped: PinEffect = { type: 'stop', timer: 'answer' };
      if (machine.does === 'connected' || isRecording(machine)) {
        return same(begun, stopped, { type: 'start', timer: 'ready' });
      }
      return offerIfWaiting(begun, [stopped]);
    }
    case 'ending':
      // Another answer follows at once: it lies within the same bracket.
      return same({ ...machine, answer: 'playing', isWhole: false }, { type: 'stop', timer: 'played' });
    case 'waiting':
    case 'offered':
    case 'playing':
    case 'kept':
      return same(machine.isWhole ? { ...machine, isWhole: false } : machine);
  }
}

function ready(machine: PinMachine): Step {
  switch (machine.answer) {
    case 'waiting':
      // A device that records cannot play: it has not been told yet.
      return same(machine);
    case 'offered':
    case 'kept': {
      const playing: PinMachine = { ...machine, does: 'playing', answer: machine.isWhole ? 'ending' : 'playing' };
      const effects: PinEffect[] = [{ type: 'stop', timer: 'ready' }, { type: 'play' }];
      if (machine.isWhole) effects.push({ type: 'start', timer: 'played' });
      if (isRecording(machine)) return refuse(machine, 'a recording is under way: stop it before an answer is played');
      return { machine: playing, effects };
    }
    case 'playing':
    case 'ending':
      // Firmware says it twice.
      return same(machine);
    case 'none':
      return refuse(machine, 'there is nothing to play: tts_ready tells when there is');
  }
}

/** The device does not play the answer: it is offered as a download once it is whole. */
function keep(machine: PinMachine): Step {
  const kept: PinMachine = { ...machine, answer: 'kept' };
  const stopped: readonly PinEffect[] = [{ type: 'stop', timer: 'ready' }];
  return machine.isWhole ? offer(kept, stopped) : { machine: kept, effects: stopped };
}

function offer(machine: PinMachine, before: readonly PinEffect[]): Step {
  return release({ ...machine, answer: 'none', isWhole: false }, [...before, { type: 'offer' }]);
}

/** Nothing more comes: a device that waits for something is let go. */
function release(machine: PinMachine, effects: readonly PinEffect[]): Step {
  if (machine.does !== 'processing' && machine.does !== 'playing') return { machine, effects };
  return {
    machine: { ...machine, does: 'idle' },
    effects: [...effects, { type: 'drop' }, { type: 'send', message: 'tts_done' }],
  };
}

function whole(machine: PinMachine): Step {
  switch (machine.answer) {
    case 'none':
      // An answer without a sound.
      return release(machine, [{ type: 'stop', timer: 'answer' }]);
    case 'waiting':
    case 'offered':
      return same({ ...machine, isWhole: true });
    case 'kept':
      return offer(machine, []);
    case 'playing':
      return same({ ...machine, answer: 'ending', isWhole: true }, { type: 'start', timer: 'played' });
    case 'ending':
      return same(machine);
  }
}

function cut(machine: PinMachine): Step {
  const dropped = machine.answer === 'none' ? [] : dropAnswer();
  return release({ ...machine, answer: 'none', isWhole: false }, [...dropped, { type: 'stop', timer: 'answer' }]);
}

function due(machine: PinMachine, timer: PinTimer, maxRerecords: number): Step {
  switch (timer) {
    case 'stall':
      if (machine.does !== 'recording') return same(machine);
      return same(
        { ...machine, does: 'stalled' },
        { type: 'start', timer: 'abandon' },
        { type: 'sync', state: 'stalled' },
      );
    case 'abandon':
      if (machine.does !== 'stalled') return same(machine);
      return useless(
        { ...machine, does: 'processing', isUseless: false },
        'stalled',
        maxRerecords,
        endOfRecording('abandon'),
      );
    case 'last':
      return machine.does === 'stopping' ? recorded(machine, maxRerecords) : same(machine);
    case 'ready':
      return machine.answer === 'waiting' || machine.answer === 'offered' ? keep(machine) : same(machine);
    case 'played':
      if (machine.answer !== 'ending') return same(machine);
      return release({ ...machine, answer: 'none', isWhole: false }, []);
    case 'answer':
      if (machine.does !== 'processing' || machine.answer !== 'none') return same(machine);
      return useless(machine, 'no_answer', maxRerecords);
  }
}
