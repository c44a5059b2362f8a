import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LinkClose } from '../../transport/link-close.ts';
import { EMPTY_RECORD } from '../dialling/line-record.ts';
import { INITIAL_LINE, type LineCommand } from '../line/line-machine.ts';
import { isWelcome } from './accept-machine.ts';
import {
  type AcceptedInput,
  type AcceptedLine,
  INITIAL_ACCEPTED_LINE,
  stateOfAccepted,
  stepAccepted,
} from './accepted-line.ts';

const context = { nowMs: 100_000, helloTimeoutMs: null };
const lost: LinkClose = { kind: 'failed', code: 'link_lost', message: 'lost' };

const CASES = ['disabled', 'stopped', 'waiting', 'handshaking', 'ready', 'leaving', 'anew'] as const;
type Case = (typeof CASES)[number];

/** A line in a state, with a link of generation 3 where the state has one. `leaving`: goes down for good; `anew`: another link may come. */
function machineIn(state: Case): AcceptedLine {
  const line = { ...INITIAL_LINE, generation: 3 };
  const linked = { state: 'linked', record: EMPTY_RECORD, next: null } as const;
  const up = { ...line, state: 'ready', readyAtMs: 90_000, isAttached: true } as const;
  const down = { ...up, state: 'draining', isAttached: false, isClosing: true } as const;
  switch (state) {
    case 'handshaking':
      return { accept: linked, line: { ...line, state } };
    case 'ready':
      return { accept: linked, line: up };
    case 'leaving':
      return { accept: { ...linked, next: 'disabled' }, line: down };
    case 'anew':
      return { accept: { ...linked, next: 'waiting' }, line: down };
    default:
      return { accept: { state, record: EMPTY_RECORD, next: null }, line };
  }
}

const inputs: Readonly<Record<string, AcceptedInput>> = {
  enable: { type: 'enable' },
  disable: { type: 'disable' },
  stop: { type: 'stop', reason: 'going_away', detail: 'going away', gently: false },
  reconnect: { type: 'reconnect' },
  restart: { type: 'restart' },
  link: { type: 'arrived', generation: 4, ifTaken: 'supersede' },
  rival: { type: 'arrived', generation: 4, ifTaken: 'refuse' },
  session: { type: 'session_ready', generation: 3 },
  closed: { type: 'closed', generation: 3, close: lost },
  fault: { type: 'fault', detail: 'a defect' },
};

// One row a state, one column an input; "." changes nothing that is shown.
const TABLE = `
             enable   disable   stop      reconnect  restart   link         rival        session  closed    fault
disabled     waiting  .         stopped   .          .         .            .            .        .         .
stopped      waiting  disabled  .         waiting    waiting   .            .            .        .         .
waiting      .        disabled  stopped   .          .         handshaking  handshaking  .        .         .
handshaking  .        draining  draining  draining   draining  .            .            ready    waiting   .
ready        .        draining  draining  draining   draining  handshaking  .            .        waiting   .
leaving      .        .         .         .          .         .            .            .        disabled  .
anew         .        .         .         .          .         handshaking  handshaking  .        waiting   .
`;

const lines = TABLE.trim().split('\n');
const columns = (lines[0] ?? '').trim().split(/\s+/);
const rows = lines.slice(1).flatMap((line) => {
  const [state = '', ...targets] = line.trim().split(/\s+/);
  return columns.map((input, index) => ({ state: state as Case, input, target: targets[index] ?? '' }));
});

const take = (machine: AcceptedLine, input: string) => stepAccepted(machine, inputs[input] as AcceptedInput, context);

const closes = (effects: readonly LineCommand[]) =>
  effects.flatMap((effect) => (effect.type === 'close_link' ? [`${effect.generation} ${effect.reason}`] : []));

describe('the line of a device that dials in', () => {
  it.each(rows)('$state, $input: $target', ({ state, input, target }) => {
    const before = machineIn(state);
    const { machine } = take(before, input);
    expect(stateOfAccepted(machine)).toBe(target === '.' ? stateOfAccepted(before) : target);
  });

  it.each([
    ['ready', 'link', ['3 superseded']],
    ['handshaking', 'link', ['3 superseded']],
    ['ready', 'rival', ['4 busy']],
    ['disabled', 'link', ['4 busy']],
    ['stopped', 'link', ['4 busy']],
    ['leaving', 'link', ['4 busy']],
    ['anew', 'rival', ['3 superseded']],
    ['waiting', 'link', []],
    ['ready', 'reconnect', ['3 restart']],
    ['ready', 'restart', []],
  ] as const)('%s, %s closes %j', (state, input, expected) => {
    expect(closes(take(machineIn(state), input).effects)).toEqual(expected);
  });

  it('switched off and on again before its link was gone waits for the next one', () => {
    const { machine } = take(machineIn('leaving'), 'enable');
    expect(stateOfAccepted(take(machine, 'closed').machine)).toBe('waiting');
  });

  it('remembers links that were lost', () => {
    const { machine } = take(machineIn('ready'), 'closed');
    expect(machine.accept.record.losses).toEqual([100_000]);
  });

  it('opens one session at a time and is welcome only where a link would be taken, whatever happens', () => {
    const step = fc.oneof(
      fc
        .constantFrom(...Object.keys(inputs).filter((key) => !['link', 'rival', 'session', 'closed'].includes(key)))
        .map((key) => ({ key })),
      fc.record({ key: fc.constantFrom('link', 'rival') }),
      fc.record({ key: fc.constantFrom('session', 'closed'), back: fc.nat(2) }),
      fc.record({ key: fc.constantFrom('hello', 'drain', 'finished') }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let machine = INITIAL_ACCEPTED_LINE;
        let newest = 0;
        let attached = 0;
        const open = new Set<number>();
        for (const one of steps) {
          const back = 'back' in one ? one.back : 0;
          const generation = Math.max(1, newest - back);
          const input: AcceptedInput =
            one.key === 'link' || one.key === 'rival'
              ? { type: 'arrived', generation: ++newest, ifTaken: one.key === 'link' ? 'supersede' : 'refuse' }
              : one.key === 'session'
                ? { type: 'session_ready', generation }
                : one.key === 'closed'
                  ? { type: 'closed', generation, close: lost }
                  : one.key === 'hello' || one.key === 'drain'
                    ? { type: 'timer', name: one.key }
                    : one.key === 'finished'
                      ? { type: 'finished' }
                      : (inputs[one.key] as AcceptedInput);
          const wasWelcome = isWelcome(machine.accept);
          const { machine: next, effects } = stepAccepted(machine, input, context);
          if (input.type === 'arrived') {
            open.add(input.generation);
            if (!wasWelcome) expect(closes(effects)).toEqual([`${input.generation} busy`]);
          }
          for (const effect of effects) {
            if (effect.type === 'close_link' || effect.type === 'terminate_link') open.delete(effect.generation);
            if (effect.type === 'attach') attached += 1;
            if (effect.type === 'detach') attached -= 1;
          }
          if (input.type === 'closed') open.delete(input.generation);
          machine = next;
          expect(attached).toBeGreaterThanOrEqual(0);
          expect(attached).toBeLessThanOrEqual(1);
          // What is still open is the one link that is heard.
          for (const one of open) expect(one).toBe(machine.line.generation);
        }
      }),
      { numRuns: 300 },
    );
  });
});
