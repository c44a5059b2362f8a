import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LinkClose } from '../../transport/link-close.ts';
import { INITIAL_LINE } from '../line/line-machine.ts';
import { LINE_STATES, type LineState } from '../line/line-state.ts';
import { INITIAL_DIAL } from './dial-machine.ts';
import {
  type DialledCommand,
  type DialledContext,
  type DialledInput,
  type DialledLine,
  hasSocket,
  INITIAL_DIALLED_LINE,
  stateOf,
  stepDialled as step,
} from './dialled-line.ts';
import { EMPTY_RECORD, type LineRecord } from './line-record.ts';

const context: DialledContext = {
  nowMs: 100_000,
  random: () => 0.5,
  reconnectDelayMs: 5_000,
  autoReconnect: true,
  helloTimeoutMs: null,
};

const failed: LinkClose = { kind: 'failed', code: 'refused', message: 'refused' };

/** The states of a device that we dial. */
type DialledState = Exclude<LineState, 'waiting'>;
const DIALLED_STATES = LINE_STATES.filter((state): state is DialledState => state !== 'waiting');

interface More {
  readonly record?: LineRecord;
  readonly readyAt?: number;
}

/** A line in a state, with a socket of generation 3 where the state has one. */
function machineIn(
  state: Exclude<LineState, 'waiting'>,
  { record = EMPTY_RECORD, readyAt = 90_000 }: More = {},
): DialledLine {
  const dial = { ...INITIAL_DIAL, generation: 3, record };
  const line = { ...INITIAL_LINE, generation: 3 };
  switch (state) {
    case 'handshaking':
      return { dial: { ...dial, state: 'linked' }, line: { ...line, state } };
    case 'ready':
      return { dial: { ...dial, state: 'linked' }, line: { ...line, state, readyAtMs: readyAt, isAttached: true } };
    case 'draining':
      return { dial: { ...dial, state: 'linked', next: 'stopped' }, line: { ...line, state, isClosing: true } };
    default:
      return { dial: { ...dial, state }, line };
  }
}

const STOP = { type: 'stop', reason: 'going_away', detail: 'going away', gently: false } as const;

const FAULT = { type: 'fault', detail: 'a defect' } as const;

const inputs: Readonly<Record<string, DialledInput>> = {
  enable: { type: 'enable' },
  disable: { type: 'disable' },
  slot: { type: 'slot_granted' },
  opened: { type: 'opened', generation: 3 },
  session: { type: 'session_ready', generation: 3 },
  closed: { type: 'closed', generation: 3, close: failed },
  finished: { type: 'finished' },
  retry: { type: 'timer', name: 'retry' },
  connect: { type: 'timer', name: 'connect' },
  hello: { type: 'timer', name: 'hello' },
  drain: { type: 'timer', name: 'drain' },
  reconnect: { type: 'reconnect' },
  restart: { type: 'restart' },
  stop: { type: 'stop', reason: 'going_away', detail: 'going away', gently: true },
};

// One row a state, one column an input; "." is a forbidden or meaningless one: nothing changes.
const TABLE = `
              enable  disable   slot        opened       session  closed   finished  retry   connect  hello  drain  reconnect  restart   stop
disabled     queued       .            .            .            .            .            .            .            .            .            .            .            .            stopped
queued       .            disabled     connecting   .            .            .            .            .            .            .            .            .            .            stopped
connecting   .            draining     .            handshaking  .            backoff      .            .            .            .            .            draining     draining     draining
handshaking  .            draining     .            .            ready        backoff      .            .            .            .            .            .            draining     draining
ready        .            draining     .            .            .            backoff      .            .            .            .            .            draining     draining     draining
backoff      .            disabled     .            .            .            .            .            queued       .            .            .            queued       queued       stopped
busy         .            disabled     .            .            .            .            .            queued       .            .            .            queued       queued       stopped
auth_failed  .            disabled     .            .            .            .            .            queued       .            .            .            queued       queued       stopped
draining     .            .            .            .            .            stopped      .            .            .            .            .            .            .            .
stopped      queued       disabled     .            .            .            .            .            .            .            .            .            queued       queued       .
`;

const lines = TABLE.trim().split('\n');
const columns = (lines[0] ?? '').trim().split(/\s+/);
const rows = lines.slice(1).flatMap((line) => {
  const [state = '', ...targets] = line.trim().split(/\s+/);
  return columns.map((input, index) => ({ state: state as DialledState, input, target: targets[index] ?? '' }));
});

function failures(count: number): More {
  return { record: { ...EMPTY_RECORD, failures: count } };
}

function lost(lostAtMs: number): More {
  return { record: { ...EMPTY_RECORD, lostAtMs } };
}

function flaps(count: number, at = 50_000): More {
  return { record: { ...EMPTY_RECORD, losses: Array.from({ length: count }, () => at) } };
}

function shortLives(count: number): More {
  return { record: { ...EMPTY_RECORD, shortLives: Array.from({ length: count }, () => 50_000) } };
}

function effectsOf(machine: DialledLine, input: DialledInput, more: Partial<DialledContext> = {}) {
  return step(machine, input, { ...context, ...more }).effects;
}

function types(effects: readonly DialledCommand[]): string {
  return effects.map(({ type }) => type).join(' ');
}

describe('the line of a device that we dial', () => {
  it('has a row for every state', () => {
    expect(new Set(rows.map(({ state }) => state))).toEqual(new Set(DIALLED_STATES));
  });

  it.each(rows)('$state + $input -> $target', ({ state, input, target }) => {
    const machine = machineIn(state);
    const { machine: next } = step(machine, inputs[input] as DialledInput, context);
    expect(stateOf(next)).toBe(target === '.' ? state : target);
  });

  it.each(DIALLED_STATES)('%s believes nothing of an old socket', (state) => {
    const machine = machineIn(state);
    for (const input of [
      { type: 'opened', generation: 2 },
      { type: 'session_ready', generation: 2 },
      { type: 'closed', generation: 2, close: failed },
    ] as const) {
      expect(step(machine, input, context)).toEqual({ machine, effects: [] });
    }
  });

  it('terminates a dial, and closes a session, that takes too long, and nothing else', () => {
    for (const state of DIALLED_STATES) {
      const late = (name: 'connect' | 'hello') => types(effectsOf(machineIn(state), { type: 'timer', name }));
      expect(late('connect')).toBe(state === 'connecting' ? 'terminate_link' : '');
      expect(late('hello')).toBe(state === 'handshaking' ? 'close_link start_timer' : '');
    }
  });

  it('gives an unwanted slot back', () => {
    for (const state of DIALLED_STATES.filter((s) => s !== 'queued')) {
      expect(types(effectsOf(machineIn(state), { type: 'slot_granted' }))).toBe('release_slot');
    }
  });

  it('gives the slot back when the socket opens, fails or is given up', () => {
    expect(types(effectsOf(machineIn('connecting'), { type: 'opened', generation: 3 }))).toContain('release_slot');
    expect(types(effectsOf(machineIn('connecting'), { type: 'closed', generation: 3, close: failed }))).toContain(
      'release_slot',
    );
    expect(types(effectsOf(machineIn('connecting'), STOP))).toContain('release_slot');
    expect(types(effectsOf(machineIn('queued'), STOP))).toContain('release_slot');
  });

  it('detaches the conversation exactly once whenever ready is left', () => {
    for (const input of ['closed', 'reconnect', 'restart', 'stop', 'disable']) {
      let { machine, effects } = step(machineIn('ready'), inputs[input] as DialledInput, context);
      let all = types(effects);
      for (const next of ['drain', 'drain', 'closed']) {
        ({ machine, effects } = step(machine, inputs[next] as DialledInput, context));
        all += ` ${types(effects)}`;
      }
      expect(all.match(/detach/g)).toHaveLength(1);
    }
  });

  it('lets the sentence in progress end, then closes, then terminates', () => {
    const finishing = step(machineIn('ready'), inputs.stop as DialledInput, context);
    expect(types(finishing.effects)).toBe('finish_turn start_timer');
    for (const input of ['finished', 'drain']) {
      const closing = step(finishing.machine, inputs[input] as DialledInput, context);
      expect(types(closing.effects)).toBe('detach close_link start_timer');
      expect(types(step(closing.machine, { type: 'timer', name: 'drain' }, context).effects)).toBe('terminate_link');
      expect(step(closing.machine, { type: 'finished' }, context).effects).toEqual([]);
    }
    // The line may also be lost meanwhile.
    const lost = step(finishing.machine, inputs.closed as DialledInput, context);
    expect(stateOf(lost.machine)).toBe('stopped');
    expect(types(lost.effects)).toBe('cancel_timer detach');
  });

  it('does not wait for the sentence any more when it is stopped at once', () => {
    const finishing = step(machineIn('ready'), inputs.disable as DialledInput, context).machine;
    const hurried = step(finishing, STOP, context);
    expect(types(hurried.effects)).toBe('detach close_link start_timer');
    expect(stateOf(step(hurried.machine, inputs.closed as DialledInput, context).machine)).toBe('stopped');
  });

  it('comes back when it is switched on again before the socket was gone', () => {
    const leaving = step(machineIn('ready'), inputs.disable as DialledInput, context).machine;
    const wanted = step(leaving, inputs.enable as DialledInput, context).machine;
    expect(stateOf(step(wanted, inputs.closed as DialledInput, context).machine)).toBe('queued');
  });

  it('waits for the old socket before it dials again on request', () => {
    const draining = step(machineIn('ready'), { type: 'reconnect' }, context).machine;
    expect([stateOf(draining), hasSocket(draining)]).toEqual(['draining', true]);
    const queued = step(draining, { type: 'closed', generation: 3, close: failed }, context);
    expect(stateOf(queued.machine)).toBe('queued');
    expect(types(queued.effects)).toBe('cancel_timer request_slot');
    const dialled = step(queued.machine, { type: 'slot_granted' }, context);
    expect(dialled.effects).toContainEqual({ type: 'dial', generation: 4 });
  });

  it('turns a reconnect under way into the end when it is stopped meanwhile', () => {
    const draining = step(machineIn('ready'), { type: 'reconnect' }, context).machine;
    const stopping = step(draining, STOP, context).machine;
    expect(stateOf(step(stopping, { type: 'closed', generation: 3, close: failed }, context).machine)).toBe('stopped');
  });

  it.each([
    ['after the loss of a stable line', machineIn('ready', { readyAt: 60_000 }), failed, 'backoff', 125],
    [
      'after a goodbye of a stable line',
      machineIn('ready', { readyAt: 60_000 }),
      { ...failed, kind: 'announced' },
      'backoff',
      4_500,
    ],
    ['after a line that never was stable', machineIn('ready', failures(2)), failed, 'backoff', 16_200],
    ['after a first failure', machineIn('connecting'), failed, 'backoff', 5_000],
    ['after a fifth failure', machineIn('connecting', failures(4)), failed, 'backoff', 52_488],
    ['at the cap', machineIn('connecting', failures(1_000_000)), failed, 'backoff', 60_000],
    ['when a line just lost cannot be dialled', machineIn('connecting', lost(99_000)), failed, 'backoff', 700],
    ['when it still cannot after 15 s', machineIn('connecting', lost(84_000)), failed, 'backoff', 5_000],
    ['when it flaps', machineIn('ready', { readyAt: 60_000, ...flaps(4) }), failed, 'backoff', 10_000],
    ['when it lives but for moments', machineIn('ready', shortLives(4)), failed, 'backoff', 60_000],
    [
      'when it flapped long ago',
      machineIn('ready', { readyAt: 60_000, ...flaps(4, -250_000) }),
      failed,
      'backoff',
      125,
    ],
    ['when busy', machineIn('connecting'), { ...failed, kind: 'busy' }, 'busy', 15_000],
    [
      'when busy with Retry-After',
      machineIn('connecting'),
      { ...failed, kind: 'busy', retryAfterMs: 40_000 },
      'busy',
      40_000,
    ],
    [
      'when Retry-After is absurd',
      machineIn('connecting'),
      { ...failed, kind: 'busy', retryAfterMs: 1e12 },
      'busy',
      300_000,
    ],
    ['when refused', machineIn('connecting'), { ...failed, kind: 'auth_failed' }, 'auth_failed', 300_000],
  ] as const)('%s it waits as long as it should', (_, machine, close, state, ms) => {
    const { machine: next, effects } = step(
      machine,
      { type: 'closed', generation: 3, close: close as LinkClose },
      context,
    );
    expect(stateOf(next)).toBe(state);
    expect(effects).toContainEqual({ type: 'start_timer', name: 'retry', ms: expect.closeTo(ms, 0) });
  });

  it('leaves the conversation at once after a defect of ours, shows the line as up until it is gone, and dials again', () => {
    const faulty = step(machineIn('ready'), FAULT, context);
    expect(stateOf(faulty.machine)).toBe('ready');
    expect(types(faulty.effects)).toBe('detach close_link start_timer');
    expect(step(faulty.machine, FAULT, context)).toEqual({ machine: faulty.machine, effects: [] });
    expect(types(step(faulty.machine, inputs.drain as DialledInput, context).effects)).toBe('terminate_link');
    const gone = step(faulty.machine, inputs.closed as DialledInput, context);
    expect(stateOf(gone.machine)).toBe('backoff');
    expect(types(gone.effects)).toBe('cancel_timer start_timer');
  });

  it('does not dial again by itself with auto_reconnect false, but does on request', () => {
    const { machine, effects } = step(machineIn('ready'), inputs.closed as DialledInput, {
      ...context,
      autoReconnect: false,
    });
    expect(stateOf(machine)).toBe('stopped');
    expect(types(effects)).toBe('detach');
    expect(stateOf(step(machine, { type: 'reconnect' }, context).machine)).toBe('queued');
  });

  it('never holds two sockets, never waits outside the limits, and can leave every state, whatever happens', () => {
    const inputArbitrary = fc.oneof(
      fc.constantFrom<DialledInput>(...Object.values(inputs).filter((input) => !('generation' in input)), FAULT),
      fc.record({ kind: fc.constantFrom('opened', 'session_ready', 'closed'), age: fc.nat(3) }),
    );
    fc.assert(
      fc.property(
        fc.array(inputArbitrary, { maxLength: 200 }),
        fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })),
        (sequence, chance) => {
          let machine = INITIAL_DIALLED_LINE;
          let nowMs = 0;
          let attached = 0;
          const live = new Set<number>();
          const send = (input: DialledInput) => {
            nowMs += 1_000;
            if (input.type === 'closed') live.delete(input.generation);
            const random = () => chance.next().value ?? 0;
            const result = step(machine, input, { ...context, nowMs, random });
            machine = result.machine;
            for (const effect of result.effects) {
              if (effect.type === 'dial') live.add(effect.generation);
              if (effect.type === 'attach') attached += 1;
              if (effect.type === 'detach') attached -= 1;
              if (effect.type === 'start_timer' && effect.name === 'retry') {
                expect(effect.ms).toBeGreaterThanOrEqual(0);
                expect(effect.ms).toBeLessThanOrEqual(360_000);
              }
            }
            expect(live.size).toBeLessThanOrEqual(1);
            expect(hasSocket(machine)).toBe(live.size === 1);
            expect(attached === 0 || attached === 1).toBe(true);
          };
          for (const item of sequence) {
            const old = 'kind' in item;
            send(
              old
                ? ({ type: item.kind, generation: machine.dial.generation - item.age, close: failed } as DialledInput)
                : item,
            );
          }
          // From anywhere: the device goes down when it is told to, and comes up again.
          send(STOP);
          send({ type: 'closed', generation: machine.dial.generation, close: failed });
          expect(stateOf(machine)).toBe('stopped');
          expect(attached).toBe(0);
          send({ type: 'enable' });
          send({ type: 'slot_granted' });
          send({ type: 'opened', generation: machine.dial.generation });
          send({ type: 'session_ready', generation: machine.dial.generation });
          expect([stateOf(machine), attached]).toEqual(['ready', 1]);
        },
      ),
      { numRuns: 500 },
    );
  });
});
