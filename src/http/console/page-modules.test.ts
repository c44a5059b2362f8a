import { describe, expect, it, onTestFinished, vi } from 'vitest';

// The page is JavaScript: its modules are loaded by address, and have no types here.
const load = (name: string) => import(new URL(`./page/${name}`, import.meta.url).href);

describe('SseParser', () => {
  const TEXT =
    'id: 1\nevent: turn.heard\ndata: {"a":1}\n\n: still here\n\ndata: one\ndata:two\n\nevent: lost\n\nid: 2\ndata: x\n\n';
  const EVENTS = [
    { id: '1', event: 'turn.heard', data: '{"a":1}' },
    { id: '1', event: 'message', data: 'one\ntwo' },
    { id: '2', event: 'message', data: 'x' },
  ];

  it.each(['\n', '\r\n', '\r'])('reads events with lines that end in %j, however they are cut', async (end) => {
    const { SseParser } = await load('sse-parser.js');
    const text = TEXT.replaceAll('\n', end);
    for (const size of [1, 2, 3, 7, text.length]) {
      const parser = new SseParser();
      const events = [];
      for (let at = 0; at < text.length; at += size) events.push(...parser.push(text.slice(at, at + size)));
      // After a line end of one character it is not known whether the second one comes.
      events.push(...parser.push(''));
      expect(events, `${size}`).toEqual(EVENTS);
    }
  });

  it('an event without end is refused, not kept', async () => {
    const { SseParser } = await load('sse-parser.js');
    const parser = new SseParser();
    const megabyte = 'x'.repeat(1024 * 1024);
    expect(() => {
      for (let count = 0; count < 40; count += 1) parser.push(megabyte);
    }).toThrow('too long');
    // What ends is no such event, however much of it there is.
    const patient = new SseParser();
    for (let count = 0; count < 40; count += 1) {
      expect(patient.push(`data: ${megabyte}\n\n`)).toHaveLength(1);
      expect(patient.push(`: ${megabyte}\n\n`)).toEqual([]);
    }
  });
});

describe('FleetState', () => {
  const status = {
    device_host: 'fe80::1',
    device_port: 8765,
    state: 'ready',
    since: '2026-01-01T00:00:00.000Z',
    activity: 'idle',
    enabled: true,
    override: null,
    flapping: false,
    attempts: 0,
    connections: 1,
    last_error: null,
    next_retry_at: null,
    last_seen_at: null,
    rtt_ms: null,
    reported: null,
    warnings: [],
  };

  async function state(...names: string[]) {
    const { FleetState } = await load('fleet-state.js');
    const fleet = new FleetState();
    const changed: string[] = [];
    fleet.onDevice = (name: string) => changed.push(name);
    fleet.replace(Object.fromEntries(names.map((name) => [name, status])));
    return { fleet, changed };
  }

  it('a device of any name is one, and one that is gone is forgotten', async () => {
    const { fleet, changed } = await state('constructor', 'kitchen');
    fleet.replace(JSON.parse(JSON.stringify({ kitchen: status }).replace('"kitchen"', '"__proto__"')));
    expect([...fleet.devices.keys()]).toEqual(['__proto__']);
    expect(fleet.devices.get('__proto__').address).toBe('[fe80::1]:8765');
    expect(changed).toEqual(['constructor', 'kitchen', 'constructor', 'kitchen', '__proto__']);
  });

  it('what is as it was is not told', async () => {
    const { fleet, changed } = await state('kitchen');
    fleet.replace({ kitchen: { ...status } });
    expect(changed).toEqual(['kitchen']);
  });

  it('a turn that takes over is not ended by the end of the one before', async () => {
    const { fleet } = await state('kitchen');
    const of = (type: string, turn: number, more: object = {}) =>
      fleet.apply({ type, device: 'kitchen', turn, at: `2026-01-01T00:00:0${turn}.000Z`, stages_ms: {}, ...more });
    of('turn.started', 1);
    of('turn.started', 2);
    of('turn.ended', 1, { kind: 'user', outcome: 'interrupted', heard: 'one', answer: '', error: null });
    expect(fleet.devices.get('kitchen')).toMatchObject({
      turn: { turn: 2 },
      activity: 'listening',
      words: { heard: 'one' },
    });
    of('turn.ended', 2, { kind: 'user', outcome: 'answered', heard: '', answer: 'two', error: null });
    expect(fleet.devices.get('kitchen')).toMatchObject({
      turn: null,
      activity: 'idle',
      words: { heard: 'one', answer: 'two' },
    });
    expect(fleet.turns.map(({ turn }: { turn: number }) => turn)).toEqual([2, 1]);
  });

  it('past turns are added once, and older words never replace newer ones', async () => {
    const { fleet } = await state('kitchen');
    const past = (turn: number, heard: string) => ({
      ...{
        device: 'kitchen',
        turn,
        kind: 'user',
        outcome: 'answered',
        heard,
        answer: null,
        stages_ms: {},
        error: null,
      },
      ended_at: `2026-01-01T00:00:0${turn}.000Z`,
    });
    fleet.addPast([past(3, 'three'), past(2, 'two')]);
    fleet.addPast([past(3, 'three'), past(1, 'one')]);
    expect(fleet.turns.map(({ heard }: { heard: string }) => heard)).toEqual(['three', 'two', 'one']);
    expect(fleet.devices.get('kitchen').words.heard).toBe('three');
  });

  it('turns that ended in the same moment stay newest first, whether they are told before the older ones or behind them', async () => {
    const { fleet } = await state('kitchen');
    const at = '2026-01-01T00:00:01.000Z';
    const said = { kind: 'user', outcome: 'answered', answer: '', stages_ms: {}, error: null };
    const turn = (number: number) => ({ device: 'kitchen', turn: number, heard: `word ${number}`, ...said });
    const heard = () => fleet.turns.map((each: { heard: string }) => each.heard);
    for (const number of [4, 5, 6]) fleet.apply({ ...turn(number), type: 'turn.ended', at });
    fleet.addPast([3, 2, 1].map((number) => ({ ...turn(number), ended_at: at })));
    expect(heard()).toEqual([6, 5, 4, 3, 2, 1].map((number) => `word ${number}`));
    const { fleet: later } = await state('kitchen');
    later.addPast([3, 2, 1].map((number) => ({ ...turn(number), ended_at: at })));
    expect(later.devices.get('kitchen').words.heard).toBe('word 3');
  });

  it('since when a device is away does not change with each dial', async () => {
    const { fleet } = await state('kitchen');
    const { sinceOf } = await load('trouble.js');
    const go = (at: number, state: string, previous: string) => {
      const event = { state, previous, next_retry_at: null, error: null };
      fleet.apply({ ...event, type: 'device.state', device: 'kitchen', at: `2026-01-01T00:00:0${at}.000Z` });
      return sinceOf(fleet.devices.get('kitchen')).slice(17, 19);
    };
    expect(go(1, 'backoff', 'ready')).toBe('01');
    expect(go(2, 'connecting', 'backoff')).toBe('01');
    expect(go(3, 'backoff', 'connecting')).toBe('01');
    expect(go(4, 'ready', 'handshaking')).toBe('04');
    expect(go(5, 'disabled', 'draining')).toBe('05');
    fleet.replace({ kitchen: { ...status, state: 'backoff', down_since: '2026-01-01T00:00:09.000Z' } });
    expect(sinceOf(fleet.devices.get('kitchen'))).toBe('2026-01-01T00:00:09.000Z');
  });

  it('an event of a device that is not known is told so, any other type is no matter', async () => {
    const { fleet } = await state('kitchen');
    expect(fleet.apply({ type: 'device.attempt', device: 'hall', attempt: 1 })).toBe(false);
    expect(fleet.apply({ type: 'something.new', device: 'kitchen' })).toBe(true);
    expect(fleet.apply({ type: 'config.reloaded', ok: true })).toBe(true);
  });
});

describe('the order and the filter of devices', () => {
  const device = (name: string, more: object = {}) => ({
    ...{
      name,
      state: 'ready',
      enabled: true,
      flapping: false,
      warnings: [],
      lastError: null,
      words: null,
      address: '',
    },
    ...more,
  });

  it('what is connected but comes and goes, or has a warning, is before what is well', async () => {
    const { ORDERS } = await load('device-order.js');
    const all = [
      device('a'),
      device('off', { state: 'disabled' }),
      device('warned', { warnings: [{}] }),
      device('flaps', { flapping: true }),
      device('lost', { state: 'backoff' }),
    ];
    expect(all.sort(ORDERS.trouble).map(({ name }) => name)).toEqual(['lost', 'flaps', 'warned', 'a', 'off']);
  });

  it('an error is found by the words that are shown, by its code and by its message', async () => {
    const { hasWords } = await load('device-order.js');
    const { troubleOf } = await load('trouble.js');
    const lastError = { code: 'refused', message: 'connect ECONNREFUSED' };
    const lost = device('hall', { state: 'backoff', lastError });
    for (const words of [troubleOf(lost).toLowerCase().split(' '), ['refused'], ['econnrefused']]) {
      expect(hasWords(lost, words), words.join(' ')).toBe(true);
      expect(hasWords({ ...lost, state: 'ready' }, words)).toBe(false);
    }
  });
});

it('a time of another day has its date', async () => {
  const { clockTime } = await load('words.js');
  const now = new Date(2026, 0, 15, 12);
  vi.setSystemTime(now);
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const other = new Date(now.getTime() - 5 * 86_400_000);
  expect(clockTime(other.getTime())).toBe(`${other.toLocaleDateString()} ${clockOf(other)}`);
  expect(clockTime(now.toISOString())).not.toContain(now.toLocaleDateString());
  expect(clockTime('no time')).toBe('');
});

const clockOf = (date: Date) => date.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', second: '2-digit' });

it.each([
  [0, '0 s'],
  [59_400, '59 s'],
  [60_000, '1 min'],
  [3_599_000, '59 min'],
  [3_600_000, '1 h'],
  [172_800_000, '2 days'],
  [-5_000, '0 s'],
])('%i ms is %s', async (ms, text) => {
  expect((await load('words.js')).duration(ms)).toBe(text);
});

describe('longestRun', () => {
  it.each([
    [[], []],
    [
      [0, 1, 2, 3],
      [0, 1, 2, 3],
    ],
    // The first one has gone to the end: it alone moves.
    [
      [1, 2, 3, 0],
      [0, 1, 2],
    ],
    [
      [3, 0, 1, 2],
      [1, 2, 3],
    ],
    [[2, 1, 0], [2]],
    [
      [-1, 4, -1, 5],
      [1, 3],
    ],
    [
      [5, 0, 6, 1, 2, 7],
      [1, 3, 4, 5],
    ],
  ])('of %j are the numbers at %j', async (numbers, indices) => {
    const { longestRun } = await load('place-rows.js');
    expect([...longestRun(numbers)].sort()).toEqual(indices);
  });
});
