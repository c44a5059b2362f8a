import { describe, expect, it } from 'vitest';
import type { LinkClose } from '../../transport/link-close.ts';
import {
  type DialContext,
  type DialEffect,
  type DialInput,
  type DialMachine,
  type DialPhase,
  INITIAL_DIAL,
  stepDial,
} from './dial-machine.ts';

const context: DialContext = {
  nowMs: 100_000,
  random: () => 0.5,
  reconnectDelayMs: 5_000,
  autoReconnect: true,
  line: 'ready',
};
const failed: LinkClose = { kind: 'failed', code: 'refused', message: 'refused' };

type Case = DialPhase | 'leaving';
const CASES: readonly Case[] = [
  'disabled',
  'stopped',
  'queued',
  'connecting',
  'breaking_off',
  'linked',
  'leaving',
  'backoff',
  'busy',
  'auth_failed',
];

/** A dial of generation 3. `leaving`: its link goes down, and the device is to stay down. */
function machineIn(state: Case): DialMachine {
  const dial = { ...INITIAL_DIAL, generation: 3 };
  if (state === 'leaving') return { ...dial, state: 'linked', next: 'stopped' };
  return { ...dial, state, next: state === 'breaking_off' ? 'stopped' : null };
}

const inputs: Readonly<Record<string, DialInput>> = {
  enable: { type: 'enable' },
  disable: { type: 'disable' },
  stop: { type: 'stop', reason: 'going_away', detail: 'going away', gently: true },
  reconnect: { type: 'reconnect' },
  restart: { type: 'restart' },
  slot: { type: 'slot_granted' },
  opened: { type: 'opened', generation: 3 },
  closed: { type: 'closed', generation: 3, close: failed },
  down: { type: 'down', close: failed, livedMs: 1_000 },
  retry: { type: 'timer', name: 'retry' },
  connect: { type: 'timer', name: 'connect' },
  drain: { type: 'timer', name: 'drain' },
};

// One row a state, one column an input; "." changes no state. "ex" is `breaking_off`: the socket of a dial is not gone yet.
const TABLE = `
              enable  disable   stop     reconnect  restart  slot        opened  closed   down     retry   connect  drain
disabled      queued  .         stopped  .          .        .           .       .        .        .       .        .
stopped       queued  disabled  .        queued     queued   .           .       .        .        .       .        .
queued        .       disabled  stopped  .          .        connecting  .       .        .        .       .        .
connecting    .       ex        ex       ex         ex       .           linked  backoff  .        .       .        .
breaking_off  .       .         .        .          .        .           .       stopped  .        .       .        .
linked        .       .         .        .          .        .           .       .        backoff  .       .        .
leaving       .       .         .        .          .        .           .       .        stopped  .       .        .
backoff       .       disabled  stopped  queued     queued   .           .       .        .        queued  .        .
busy          .       disabled  stopped  queued     queued   .           .       .        .        queued  .        .
auth_failed   .       disabled  stopped  queued     queued   .           .       .        .        queued  .        .
`;

const EFFECTS: readonly (readonly [Case, keyof typeof inputs, string])[] = [
  ['stopped', 'enable', 'request_slot'],
  ['queued', 'stop', 'release_slot'],
  ['queued', 'slot', 'start_timer dial'],
  ['linked', 'slot', 'release_slot'],
  ['connecting', 'opened', 'cancel_timer release_slot link'],
  ['connecting', 'closed', 'cancel_timer release_slot start_timer'],
  ['connecting', 'stop', 'cancel_timer release_slot close_link start_timer'],
  ['connecting', 'connect', 'terminate_link'],
  ['connecting', 'drain', ''],
  ['breaking_off', 'drain', 'terminate_link'],
  ['breaking_off', 'connect', ''],
  ['breaking_off', 'closed', 'cancel_timer'],
  ['linked', 'disable', 'end'],
  ['linked', 'stop', 'end'],
  ['linked', 'reconnect', 'end'],
  ['linked', 'restart', 'end'],
  ['linked', 'closed', ''],
  ['linked', 'down', 'start_timer'],
  ['leaving', 'stop', 'end'],
  ['leaving', 'restart', ''],
  ['leaving', 'reconnect', ''],
  ['leaving', 'down', ''],
  ['backoff', 'retry', 'request_slot'],
  ['backoff', 'reconnect', 'cancel_timer request_slot'],
  ['backoff', 'stop', 'cancel_timer'],
];

const lines = TABLE.trim().split('\n');
const columns = (lines[0] ?? '').trim().split(/\s+/);
const rows = lines.slice(1).flatMap((line) => {
  const [state = '', ...targets] = line.trim().split(/\s+/);
  return columns.map((input, index) => ({ state: state as Case, input, target: targets[index] ?? '' }));
});

const take = (machine: DialMachine, input: string, more: Partial<DialContext> = {}) =>
  stepDial(machine, inputs[input] as DialInput, { ...context, ...more });
const types = (effects: readonly DialEffect[]) => effects.map(({ type }) => type).join(' ');

describe('how a device that we dial gets its link', () => {
  it('has a row for every state and a column for every input', () => {
    expect(new Set(rows.map(({ state }) => state))).toEqual(new Set(CASES));
    expect(columns).toEqual(Object.keys(inputs));
  });

  it.each(rows)('$state + $input -> $target', ({ state, input, target }) => {
    const machine = machineIn(state);
    const wanted = target === 'ex' ? 'breaking_off' : target;
    expect(take(machine, input).machine.state).toBe(wanted === '.' ? machine.state : wanted);
  });

  it.each(EFFECTS)('%s + %s does: %s', (state, input, effects) => {
    expect(types(take(machineIn(state), input).effects)).toBe(effects);
  });

  it.each(CASES)('%s believes nothing of an old dial', (state) => {
    const machine = machineIn(state);
    for (const input of [
      { type: 'opened', generation: 2 },
      { type: 'closed', generation: 2, close: failed },
    ] as const) {
      expect(stepDial(machine, input, context)).toEqual({ machine, effects: [] });
    }
  });

  it('joins a line that is about to be up instead of dialling anew', () => {
    const machine = machineIn('linked');
    expect(take(machine, 'reconnect', { line: 'handshaking' })).toEqual({ machine, effects: [] });
    expect(take(machine, 'reconnect').machine.next).toBe('queued');
  });

  it('goes where it was last told to once the link is gone', () => {
    const back = take(take(machineIn('linked'), 'disable').machine, 'enable').machine;
    expect(take(back, 'down').machine.state).toBe('queued');
    const off = take(take(machineIn('linked'), 'stop').machine, 'disable').machine;
    expect(take(off, 'down').machine.state).toBe('disabled');
  });
});
