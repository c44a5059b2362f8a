import { expect, test } from 'vitest';
import { ManualClock } from '../core/manual-clock.ts';
import { EventBus } from './event-bus.ts';
import type { EventReport } from './events.ts';
import { createLog } from './log.ts';
import { logEvents } from './log-events.ts';

function setUp({ transcripts = true } = {}) {
  const clock = new ManualClock();
  const bus = new EventBus(clock, (error) => {
    throw error;
  });
  const lines: Record<string, unknown>[] = [];
  const stop = logEvents(bus, createLog('debug', { write: (line) => lines.push(JSON.parse(line)) }), {
    transcripts,
    clock,
  });
  return {
    clock,
    bus,
    stop,
    lines,
    said: () => lines.map(({ level, event }) => `${level} ${event}`),
    last: () => lines.at(-1) ?? {},
  };
}

const failed = (device: string): EventReport => ({
  type: 'device.state',
  device,
  state: 'backoff',
  previous: 'connecting',
  error: { code: 'refused', message: 'nobody listens\n\u001b[2J' },
  nextRetryAt: Date.UTC(2026, 0, 1, 12, 0, 5),
});
const up = (device: string): EventReport => ({ type: 'device.state', device, state: 'ready', previous: 'handshaking' });

test('the first failure warns, later ones do not, recovery informs', () => {
  const { bus, said, lines } = setUp();
  for (let i = 0; i < 3; i++) bus.report(failed('a'));
  bus.report(up('a'));
  bus.report(failed('a'));
  expect(said()).toEqual([
    'warn device.failed',
    'debug device.failed',
    'debug device.failed',
    'info device.connected',
    'warn device.failed',
  ]);
  expect(lines[0]).toMatchObject({
    device: 'a',
    failures: 1,
    error: { code: 'refused', message: 'nobody listens  [2J' },
    next_retry_at: '2026-01-01T12:00:05.000Z',
  });
  expect(lines[3]).toMatchObject({ failures: 3 });
});

test('a device that comes and goes is told of once a minute, and to be up once its line stays', () => {
  const { bus, clock, lines, said } = setUp();
  const lost: EventReport = { ...failed('a'), previous: 'ready' } as EventReport;
  const cycle = (upMs: number, downMs: number) => {
    bus.report(up('a'));
    clock.advance(upMs);
    bus.report(lost);
    clock.advance(downMs);
  };
  cycle(1_000, 1_000);
  cycle(1_000, 1_000);
  const first = ['info device.connected', 'warn device.disconnected'];
  expect(said()).toEqual([...first, ...first]);
  lines.length = 0;
  for (let round = 0; round < 60; round++) cycle(1_000, 1_000);
  bus.report(failed('a'));
  expect(said().filter((line) => !line.startsWith('debug'))).toEqual(Array(2).fill('warn device.disconnected'));
  expect(lines.find(({ level }) => level === 'warn')).toMatchObject({ more_before: expect.any(Number) });
  lines.length = 0;
  bus.report(up('a'));
  clock.advance(29_999);
  expect(said()).toEqual(['debug device.connected']);
  clock.advance(1);
  expect(said()).toEqual(['debug device.connected', 'info device.connected']);
  expect(lines[1]).toMatchObject({ device: 'a', failures: 62 });
  // What is steady fails for the first time again.
  clock.advance(60_000);
  bus.report(lost);
  bus.report(up('a'));
  expect(said().slice(2)).toEqual(['warn device.disconnected', 'info device.connected']);
});

test('a device that is switched off while it comes and goes is told of no more', () => {
  const { bus, clock, lines, said, stop } = setUp();
  const lost: EventReport = { ...failed('a'), previous: 'ready' } as EventReport;
  for (const event of [up('a'), lost, up('a'), lost, up('a')]) bus.report(event);
  lines.length = 0;
  bus.report({ type: 'device.state', device: 'a', state: 'disabled', previous: 'draining' });
  clock.advance(60_000);
  expect(said()).toEqual(['info device.disconnected']);
  // Closed to be dialled anew: it is not up meanwhile.
  for (const event of [up('c'), { ...lost, device: 'c' }, up('c'), { ...lost, device: 'c' }, up('c')] as EventReport[])
    bus.report(event);
  bus.report({ type: 'device.state', device: 'c', state: 'draining', previous: 'ready' });
  lines.length = 0;
  clock.advance(60_000);
  expect(lines).toEqual([]);
  for (const event of [up('b'), { ...lost, device: 'b' }, up('b'), { ...lost, device: 'b' }, up('b')] as EventReport[])
    bus.report(event);
  stop();
  lines.length = 0;
  clock.advance(60_000);
  expect(lines).toEqual([]);
});

test('devices fail each on their own account, and a lost line is told apart from a failed dial', () => {
  const { bus, said } = setUp();
  bus.report(failed('a'));
  bus.report({ ...failed('b'), previous: 'ready' } as EventReport);
  expect(said()).toEqual(['warn device.failed', 'warn device.disconnected']);
});

test('a turn is one line with what was said, marked as personal, and its times', () => {
  const { bus, last } = setUp();
  bus.report({
    type: 'turn.ended',
    device: 'a',
    turn: 7,
    outcome: 'answered',
    heard: 'what time\u0000 is it',
    answer: 'It is noon.',
    written: 'It is noon. Lunch!',
    kind: 'say',
    spokenMs: 812.4,
    stages: { endpointing: 600.2, total: 900.7 },
    moments: {},
  });
  expect(last()).toMatchObject({
    level: 'info',
    event: 'turn.ended',
    device: 'a',
    turn: 7,
    kind: 'say',
    outcome: 'answered',
    pii: { heard: 'what time  is it', answer: 'It is noon.', written: 'It is noon. Lunch!' },
    spoken_ms: 812,
    stages_ms: { endpointing: 600, total: 901 },
  });
});

test('a turn whose answer was cut says so', () => {
  const { bus, last } = setUp();
  const turn = { type: 'turn.ended', device: 'a', turn: 1, kind: 'user', outcome: 'answered', heard: '' } as const;
  const rest = { answer: '', written: '', spokenMs: 0, stages: {}, moments: {} };
  bus.report({ ...turn, ...rest, truncated: true, leftOut: 2 });
  expect(last()).toMatchObject({ event: 'turn.ended', truncated: true, left_out: 2 });
  bus.report({ ...turn, ...rest });
  expect(last()).not.toHaveProperty('truncated');
  expect(last()).not.toHaveProperty('left_out');
});

test('without transcripts no word of what was said is written', () => {
  const { bus, lines } = setUp({ transcripts: false });
  bus.report({ type: 'turn.heard', device: 'a', turn: 1, text: 'SPOKEN', stages: {} });
  bus.report({
    type: 'turn.ended',
    device: 'a',
    turn: 1,
    kind: 'user',
    outcome: 'answered',
    heard: 'SPOKEN',
    answer: 'PLAYED',
    written: 'WRITTEN',
    spokenMs: 800,
    stages: {},
    moments: {},
  });
  expect(lines).toHaveLength(2);
  for (const line of lines) expect(line).not.toHaveProperty('pii');
  expect(JSON.stringify(lines)).not.toMatch(/SPOKEN|PLAYED|WRITTEN/);
});

test('a turn says what sounds without words have done to an answer', () => {
  const { bus, last } = setUp();
  const said = { heard: 'hi', answer: 'hello', written: 'hello', spokenMs: 800, stages: {}, moments: {} };
  const ended = { type: 'turn.ended', device: 'a', turn: 1, kind: 'user', outcome: 'answered', ...said } as const;
  bus.report(ended);
  expect(last()).not.toHaveProperty('false_interruption');
  bus.report({ ...ended, falseInterruption: 'paused' });
  expect(last()).toMatchObject({ device: 'a', turn: 1, false_interruption: 'paused' });
});

test('a failed turn warns and says which engine', () => {
  const { bus, last } = setUp();
  bus.report({
    type: 'turn.ended',
    device: 'a',
    turn: 1,
    outcome: 'failed',
    heard: '',
    answer: '',
    written: '',
    kind: 'user',
    spokenMs: 0,
    stages: {},
    moments: {},
    error: { kind: 'llm', code: 'engine_timeout', message: 'no token in 10 s' },
  });
  expect(last()).toMatchObject({ level: 'warn', error: { kind: 'llm', code: 'engine_timeout' } });
});

test('a flood of the same is one warning a minute that says how many there were', () => {
  const { bus, clock, lines } = setUp();
  for (let i = 0; i < 100; i++) bus.report({ type: 'device.dropped', device: 'a', reason: 'bad_opus' });
  clock.advance(60_000);
  bus.report({ type: 'device.dropped', device: 'a', reason: 'bad_opus' });
  bus.report({ type: 'device.dropped', device: 'b', reason: 'bad_opus' });
  const warnings = lines.filter(({ level }) => level === 'warn');
  expect(warnings.map(({ device, more_before }) => [device, more_before])).toEqual([
    ['a', undefined],
    ['a', 99],
    ['b', undefined],
  ]);
});

test('what an owner should change is a warning with its code and its words', () => {
  const { bus, lines } = setUp();
  bus.report({ type: 'device.warning', device: 'a', code: 'slow_link', message: 'the link is too slow' });
  bus.report({ type: 'device.warning', device: 'b', code: 'slow_link', message: 'the link is too slow' });
  expect(lines).toMatchObject(
    ['a', 'b'].map((device) => ({
      level: 'warn',
      event: 'device.warning',
      device,
      code: 'slow_link',
      msg: 'the link is too slow',
    })),
  );
});

test('the speech host going down is an error', () => {
  const { bus, said } = setUp();
  bus.report({ type: 'speech_host.state', host: 1, state: 'starting' });
  bus.report({ type: 'speech_host.state', host: 1, state: 'ready' });
  bus.report({ type: 'speech_host.state', host: 1, state: 'down', reason: 'SIGKILL' });
  expect(said()).toEqual(['info speech_host.state', 'info speech_host.state', 'error speech_host.state']);
});

test('an engine that goes down, or is full, is a warning with its reason', () => {
  const { bus, lines, said } = setUp();
  const engine = { type: 'engine.state', kind: 'llm', engine: 'groq' } as const;
  bus.report({ ...engine, state: 'down', reason: 'Groq cannot be reached' });
  bus.report({ ...engine, state: 'full', reason: 'the limit is reached' });
  bus.report({ ...engine, state: 'up' });
  expect(said()).toEqual(['warn engine.state', 'warn engine.state', 'info engine.state']);
  expect(lines[0]).toMatchObject({ kind: 'llm', engine: 'groq', state: 'down', reason: 'Groq cannot be reached' });
});

test('a reload says what it changed, and a refused one everything that is wrong', () => {
  const { bus, lines, said } = setUp();
  const changes = { added: ['a', 'b'], removed: [], restarted: ['c'], updated: [], unchanged: 7 };
  bus.report({ type: 'config.reloaded', ok: true, trigger: 'file', changes, errors: [] });
  const errors = ['devices[0].port: missing', 'devices[1].name: \u001b[31mred'];
  bus.report({ type: 'config.reloaded', ok: false, trigger: 'signal', changes: null, errors });
  expect(said()).toEqual(['info config.reloaded', 'debug config.changes', 'error config.reloaded']);
  expect(lines[0]).toMatchObject({
    trigger: 'file',
    changes: { added: 2, removed: 0, restarted: 1, updated: 0, unchanged: 7 },
  });
  expect(lines[1]).toMatchObject({ added: ['a', 'b'], restarted: ['c'] });
  expect(lines[2]).toMatchObject({ ok: false, errors: ['devices[0].port: missing', 'devices[1].name:  [31mred'] });
});

test('the stack of a defect is written once, and a minute later with how often it came meanwhile', () => {
  const { bus, clock, lines, said } = setUp();
  const report = (device: string, cause: unknown) =>
    bus.report({ type: 'device.fault', device, where: 'timer', cause } as EventReport);
  for (let i = 0; i < 3; i++) report('a', new TypeError('a bug\u001b[2J'));
  report('b', new TypeError('a bug'));
  report('b', 'no error at all');
  expect(said()).toEqual([
    'error device.fault',
    'debug device.fault',
    'debug device.fault',
    'error device.fault',
    'error device.fault',
  ]);
  expect(lines[0]).toMatchObject({
    device: 'a',
    where: 'timer',
    err: { name: 'TypeError', message: 'a bug [2J', stack: expect.stringMatching(/\n {4}at .*log-events\.test/) },
  });
  expect(lines[1]).not.toHaveProperty('err');
  expect(lines[4]).toMatchObject({ err: { message: 'no error at all' } });
  clock.advance(60_000);
  report('a', new TypeError('a bug\u001b[2J'));
  expect(lines.at(-1)).toMatchObject({ level: 'error', more_before: 2, err: { name: 'TypeError' } });
});

test('every event has a line, until it is stopped', () => {
  const { bus, lines, stop } = setUp();
  const events: EventReport[] = [
    { type: 'device.attempt', device: 'a', attempt: 1 },
    { type: 'device.status', device: 'a', wifiRssiDbm: -60 },
    { type: 'turn.started', device: 'a', turn: 1 },
    { type: 'turn.heard', device: 'a', turn: 1, text: 'hello', stages: {} },
    { type: 'turn.speaking', device: 'a', turn: 1, stages: {} },
    { type: 'engine.error', kind: 'stt', engine: 'sherpa', code: 'speech_host_down', message: 'gone' },
    { type: 'playout.late', device: 'a', turn: 1, lateMs: 31.4 },
    { type: 'device.state', device: 'a', state: 'disabled', previous: 'draining' },
  ];
  for (const event of events) bus.report(event);
  expect(lines.map(({ event }) => event)).toEqual([
    'device.attempt',
    'device.status',
    'turn.started',
    'turn.heard',
    'turn.speaking',
    'engine.error',
    'playout.late',
    'device.disconnected',
  ]);
  for (const line of lines) {
    const { event } = line as { event: string };
    if (!event.startsWith('engine.')) expect(line, event).toHaveProperty('device', 'a');
    if (/^(turn|playout)\./.test(event)) expect(line, event).toHaveProperty('turn', 1);
  }
  stop();
  bus.report(up('a'));
  expect(lines).toHaveLength(events.length);
});
