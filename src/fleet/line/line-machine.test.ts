import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LinkClose } from '../../transport/link-close.ts';
import {
  INITIAL_LINE,
  type LineContext,
  type LineEffect,
  type LineInput,
  type LineMachine,
  type LinePhase,
  stepLine,
} from './line-machine.ts';

// No dial machine here: this is all that the line of a device that opens its links itself needs.

const context: LineContext = { nowMs: 100_000, helloTimeoutMs: null };
const lost: LinkClose = { kind: 'failed', code: 'link_lost', message: 'lost' };

type Case = LinePhase | 'finishing' | 'faulty';
const CASES: readonly Case[] = ['waiting', 'handshaking', 'ready', 'finishing', 'draining', 'faulty'];

/** A line in a state, with a link of generation 3 where the state has one. `faulty`: `ready`, but a defect ended it. */
function machineIn(state: Case): LineMachine {
  const line: LineMachine = { ...INITIAL_LINE, generation: 3 };
  const up: LineMachine = { ...line, state: 'ready', readyAtMs: 90_000, isAttached: true };
  switch (state) {
    case 'waiting':
    case 'handshaking':
      return { ...line, state };
    case 'ready':
      return up;
    case 'finishing':
      return { ...up, state: 'draining', finishing: { reason: 'restart', detail: 'configuration changed' } };
    case 'draining':
      return { ...up, state: 'draining', isAttached: false, isClosing: true };
    case 'faulty':
      return { ...up, isAttached: false, isClosing: true };
  }
}

const inputs: Readonly<Record<string, LineInput>> = {
  link: { type: 'link', generation: 4, ifTaken: 'supersede' },
  rival: { type: 'link', generation: 4, ifTaken: 'refuse' },
  session: { type: 'session_ready', generation: 3 },
  closed: { type: 'closed', generation: 3, close: lost },
  end: { type: 'end', reason: 'going_away', detail: 'going away', gently: true },
  endNow: { type: 'end', reason: 'done', detail: 'disabled', gently: false },
  finished: { type: 'finished' },
  fault: { type: 'fault', detail: 'a defect' },
  hello: { type: 'timer', name: 'hello' },
  drain: { type: 'timer', name: 'drain' },
};

// One row a state, one column an input; "." changes nothing. A link replaces the one that is there (`link`) or not (`rival`).
const TABLE = `
             link         rival        session  closed   end       endNow    finished  fault     hello  drain
waiting      handshaking  handshaking  .        .        .         .         .         .         .      .
handshaking  handshaking  .            ready    waiting  draining  draining  .         .         .      .
ready        handshaking  .            .        waiting  draining  draining  .         .         .      .
finishing    handshaking  .            .        waiting  .         .         .         .         .      .
draining     handshaking  .            .        waiting  .         .         .         .         .      .
faulty       handshaking  .            .        waiting  draining  draining  .         .         .      .
`;

// What is done, in order: "open" a session, "att"ach, "det"ach, "fin"ish the turn, "bye", "kill" the link, "+" and "-" timers.
const EFFECTS: readonly (readonly [Case, keyof typeof inputs, string])[] = [
  ['waiting', 'link', 'open 4, +hello'],
  ['waiting', 'rival', 'open 4, +hello'],
  ['handshaking', 'session', '-hello, att 3'],
  ['handshaking', 'link', 'bye 3 superseded, open 4, +hello'],
  ['handshaking', 'rival', 'bye 4 busy'],
  ['handshaking', 'closed', '-hello, down null'],
  ['handshaking', 'end', '-hello, bye 3 going_away, +drain'],
  ['handshaking', 'fault', 'bye 3 internal_error, +drain'],
  ['handshaking', 'hello', 'bye 3 hello_timeout, +drain'],
  ['handshaking', 'drain', ''],
  ['ready', 'link', 'det, bye 3 superseded, open 4, +hello'],
  ['ready', 'rival', 'bye 4 busy'],
  ['ready', 'closed', 'det, down 10000'],
  ['ready', 'end', 'fin, +drain'],
  ['ready', 'endNow', 'det, bye 3 done, +drain'],
  ['ready', 'fault', 'det, bye 3 internal_error, +drain'],
  ['ready', 'hello', ''],
  ['ready', 'drain', ''],
  ['finishing', 'link', 'det, bye 3 superseded, open 4, +hello'],
  ['finishing', 'rival', 'bye 4 busy'],
  ['finishing', 'finished', 'det, bye 3 restart, +drain'],
  ['finishing', 'drain', 'det, bye 3 restart, +drain'],
  ['finishing', 'end', ''],
  ['finishing', 'endNow', 'det, bye 3 done, +drain'],
  ['finishing', 'fault', 'det, bye 3 internal_error, +drain'],
  ['finishing', 'closed', '-drain, det, down 10000'],
  ['draining', 'link', 'bye 3 superseded, open 4, +hello'],
  ['draining', 'rival', 'bye 4 busy'],
  ['draining', 'finished', ''],
  ['draining', 'fault', ''],
  ['draining', 'drain', 'kill 3 link_lost'],
  ['draining', 'closed', '-drain, down 10000'],
  ['faulty', 'link', 'bye 3 superseded, open 4, +hello'],
  ['faulty', 'fault', ''],
  ['faulty', 'end', ''],
  ['faulty', 'drain', 'kill 3 link_lost'],
  ['faulty', 'closed', '-drain, down 10000'],
];

function words(effects: readonly LineEffect[]): string {
  return effects.map(word).join(', ');
}

function word(effect: LineEffect): string {
  switch (effect.type) {
    case 'open_session':
      return `open ${effect.generation}`;
    case 'attach':
      return `att ${effect.generation}`;
    case 'detach':
      return 'det';
    case 'finish_turn':
      return 'fin';
    case 'close_link':
      return `bye ${effect.generation} ${effect.reason}`;
    case 'terminate_link':
      return `kill ${effect.generation} ${effect.code}`;
    case 'start_timer':
      return `+${effect.name}`;
    case 'cancel_timer':
      return `-${effect.name}`;
    case 'down':
      return `down ${effect.livedMs}`;
  }
}

const lines = TABLE.trim().split('\n');
const columns = (lines[0] ?? '').trim().split(/\s+/);
const rows = lines.slice(1).flatMap((line) => {
  const [state = '', ...targets] = line.trim().split(/\s+/);
  return columns.map((input, index) => ({ state: state as Case, input, target: targets[index] ?? '' }));
});

const take = (machine: LineMachine, input: string, more: Partial<LineContext> = {}) =>
  stepLine(machine, inputs[input] as LineInput, { ...context, ...more });

describe('the line of a device, whichever side opens its links', () => {
  it('has a row for every state and a column for every input', () => {
    expect(new Set(rows.map(({ state }) => state))).toEqual(new Set(CASES));
    expect(columns).toEqual(Object.keys(inputs));
  });

  it.each(rows)('$state + $input -> $target', ({ state, input, target }) => {
    const machine = machineIn(state);
    expect(take(machine, input).machine.state).toBe(target === '.' ? machine.state : target);
  });

  it.each(EFFECTS)('%s + %s does: %s', (state, input, effects) => {
    expect(words(take(machineIn(state), input).effects)).toBe(effects);
  });

  it.each(CASES)('%s believes nothing of an old link, nor of one that was refused', (state) => {
    const machine = machineIn(state);
    for (const generation of [2, 4]) {
      for (const input of [
        { type: 'session_ready', generation },
        { type: 'closed', generation, close: lost },
      ] as const) {
        expect(stepLine(machine, input, context)).toEqual({ machine, effects: [] });
      }
    }
  });

  it('counts what lives from when it was ready, and gives a hello as long as its protocol says', () => {
    const slow = take(INITIAL_LINE, 'link', { helloTimeoutMs: 12_000 });
    expect(slow.effects).toContainEqual({ type: 'start_timer', name: 'hello', ms: 12_000 });
    const ready = stepLine(slow.machine, { type: 'session_ready', generation: 4 }, { ...context, nowMs: 500 }).machine;
    const gone = stepLine(ready, { type: 'closed', generation: 4, close: lost }, { ...context, nowMs: 700 });
    expect(gone.effects).toContainEqual({ type: 'down', close: lost, livedMs: 200 });
    expect(gone.machine).toEqual({ ...INITIAL_LINE, generation: 4 });
  });

  it('lets a device with flaky Wi-Fi come back before its old link is known to be gone', () => {
    const again = take(machineIn('ready'), 'link').machine;
    const late = stepLine(again, { type: 'closed', generation: 3, close: lost }, context);
    expect(late).toEqual({ machine: again, effects: [] });
    const ready = stepLine(again, { type: 'session_ready', generation: 4 }, context);
    expect([ready.machine.state, words(ready.effects)]).toEqual(['ready', '-hello, att 4']);
  });

  it('believes one link at most, attaches and detaches in turn, and can leave every state, whatever happens', () => {
    const input = fc.oneof(
      fc.constantFrom(...Object.values(inputs).filter((one) => !('generation' in one))),
      fc.record({ offer: fc.constantFrom('supersede', 'refuse') }),
      fc.record({ news: fc.constantFrom('session_ready', 'closed'), age: fc.nat(2) }),
    );
    fc.assert(
      fc.property(fc.array(input, { maxLength: 200 }), (sequence) => {
        let machine = INITIAL_LINE;
        let offered = 0;
        let attached = 0;
        /** Links that were opened and not said goodbye to. */
        const live = new Set<number>();
        const send = (one: LineInput) => {
          const step = stepLine(machine, one, context);
          if (one.type === 'closed') live.delete(one.generation);
          for (const effect of step.effects) {
            if (effect.type === 'close_link') live.delete(effect.generation);
            if (effect.type === 'open_session') live.add(effect.generation);
            if (effect.type === 'attach') attached += 1;
            if (effect.type === 'detach') attached -= 1;
            expect(live.size).toBeLessThanOrEqual(1);
            expect(attached === 0 || attached === 1).toBe(true);
          }
          machine = step.machine;
          expect(machine.isAttached).toBe(attached === 1);
          expect(machine.generation).toBeGreaterThanOrEqual(Math.max(...live, 0));
        };
        for (const one of sequence) {
          if ('offer' in one)
            send({ type: 'link', generation: ++offered, ifTaken: one.offer as 'supersede' | 'refuse' });
          else if ('news' in one) {
            send({ type: one.news, generation: machine.generation - one.age, close: lost } as LineInput);
          } else send(one);
        }
        // From anywhere: the link goes down, and the next one comes up.
        send({ type: 'closed', generation: machine.generation, close: lost });
        expect(machine.state).toBe('waiting');
        send({ type: 'link', generation: ++offered, ifTaken: 'refuse' });
        send({ type: 'session_ready', generation: offered });
        expect(machine.state).toBe('ready');
      }),
      { numRuns: 500 },
    );
  });
});
