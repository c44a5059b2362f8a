/** Firmware sets up its decoder on another task when it is told `tts start`: frames that come sooner are lost. Milliseconds. */
export const START_PAUSE_MS = 50;

/** The end of an answer is told so many packets after the queue of the device is played, as far as can be computed. */
const PACKETS_BEHIND = 2;

/** A device that says so soon after `tts start` that it listens had not heard of it yet, milliseconds. */
const CROSSING_MS = 1_000;

/** Where the device stands, as far as it was told. */
export interface SpeakingMachine {
  readonly state: /** It was not told to speak: it throws away what it is sent. */
    | 'silent'
    /** It was told to speak. */
    | 'speaking'
    /** Everything was sent; it is told to stop when it has played that. */
    | 'ending';
  /** When the device will have played everything sent, monotonic milliseconds. */
  readonly playedAtMs: number;
  /** When it was told to speak. */
  readonly startedAtMs: number;
}

export type SpeakingInput =
  /** An answer begins. */
  | { readonly type: 'begin' }
  /** A packet is sent. @property frameMs its length */
  | { readonly type: 'frame'; readonly frameMs: number }
  /** The device tells that it plays, now, what ends so much before the end of what was sent, milliseconds. */
  | { readonly type: 'plays'; readonly leftMs: number }
  /** All of the answer was sent. @property frameMs length of a packet */
  | { readonly type: 'end'; readonly frameMs: number }
  /** The time of `stop_in` is over. */
  | { readonly type: 'due' }
  /** The answer is cut short. */
  | { readonly type: 'cut' }
  /** The device asks for the answer to stop: it has stopped itself. */
  | { readonly type: 'aborted' }
  /** The device has opened its microphone. @property byHand its user holds a button: no echo of an answer before */
  | { readonly type: 'listens'; readonly byHand: boolean };

/** What must be done, in order. */
export type SpeakingEffect =
  | { readonly type: 'start' }
  | { readonly type: 'stop' }
  /** `due` is wanted after so long, milliseconds; a former one is not. */
  | { readonly type: 'stop_in'; readonly ms: number }
  | { readonly type: 'cancel_stop' }
  /** The device speaks no more, without having been told: the answer in progress is of no use. */
  | { readonly type: 'interrupted' };

export const SILENT: SpeakingMachine = {
  state: 'silent',
  playedAtMs: Number.NEGATIVE_INFINITY,
  startedAtMs: Number.NEGATIVE_INFINITY,
};

interface Step {
  readonly machine: SpeakingMachine;
  readonly effects: readonly SpeakingEffect[];
}

/** One step of the brackets `tts start` and `tts stop` in which the audio of an answer lies: pure. */
export function stepSpeaking(machine: SpeakingMachine, input: SpeakingInput, nowMs: number): Step {
  const { state } = machine;
  switch (input.type) {
    case 'begin':
      return begin(machine, nowMs);
    case 'frame':
      if (state === 'silent') return same(machine);
      return same({ ...machine, playedAtMs: Math.max(machine.playedAtMs, nowMs) + input.frameMs });
    case 'plays':
      return state === 'silent' ? same(machine) : same({ ...machine, playedAtMs: nowMs + input.leftMs });
    case 'end': {
      if (state !== 'speaking') return same(machine);
      const leftMs = Math.max(0, machine.playedAtMs - nowMs);
      const behindMs = machine.playedAtMs > machine.startedAtMs ? PACKETS_BEHIND * input.frameMs : 0;
      return { machine: { ...machine, state: 'ending' }, effects: [{ type: 'stop_in', ms: leftMs + behindMs }] };
    }
    case 'due':
      return state === 'ending' ? silent([{ type: 'stop' }]) : same(machine);
    case 'cut':
      return state === 'silent' ? same(machine) : silent([{ type: 'cancel_stop' }, { type: 'stop' }]);
    case 'aborted':
      // Firmware leaves its speaking state only when it is told so.
      return state === 'silent'
        ? same(machine)
        : silent([{ type: 'cancel_stop' }, { type: 'stop' }, { type: 'interrupted' }]);
    case 'listens':
      return listens(machine, input.byHand, nowMs);
  }
}

function same(machine: SpeakingMachine): Step {
  return { machine, effects: [] };
}

function silent(effects: readonly SpeakingEffect[]): Step {
  return { machine: SILENT, effects };
}

/** An answer that follows at once lies within the same bracket: a second start would throw away what is still to be played. */
function begin(machine: SpeakingMachine, nowMs: number): Step {
  switch (machine.state) {
    case 'silent':
      return { machine: { state: 'speaking', playedAtMs: nowMs, startedAtMs: nowMs }, effects: [{ type: 'start' }] };
    case 'speaking':
      return same(machine);
    case 'ending':
      return { machine: { ...machine, state: 'speaking' }, effects: [{ type: 'cancel_stop' }] };
  }
}

/** A stop that came now would close the microphone that the device has just opened (stackchan). */
function listens(machine: SpeakingMachine, byHand: boolean, nowMs: number): Step {
  if (machine.state === 'silent') return same(machine);
  const crosses = machine.state === 'speaking' && nowMs - machine.startedAtMs < CROSSING_MS;
  if (crosses && !byHand) return same(machine);
  return silent([{ type: 'cancel_stop' }, { type: 'interrupted' }]);
}
