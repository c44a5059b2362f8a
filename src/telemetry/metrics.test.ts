import { spawnSync } from 'node:child_process';
import { expect, onTestFinished, test } from 'vitest';
import { deviceStatus, StillFleet } from '../../test/support/devices/device-status.ts';
import { needs } from '../../test/support/needs.ts';
import type { ConfigStatus } from '../config/live/config-status.ts';
import { ManualClock } from '../core/manual-clock.ts';
import { WARNING_CODES } from '../core/warnings.ts';
import type { LineState } from '../fleet/line/line-state.ts';
import { DROP_REASONS } from '../protocols/protocol.ts';
import { EventBus } from './event-bus.ts';
import type { EventReport } from './events.ts';
import { createMetrics, type Metrics } from './metrics.ts';

function setUp(names: readonly string[] = ['a', 'b'], perDevice = true) {
  const clock = new ManualClock();
  const bus = new EventBus(clock, (error) => {
    throw error;
  });
  const fleet = new StillFleet(names.map((name) => deviceStatus({ name })));
  const engines = [{ kind: 'stt', id: 'sherpa' }] as const;
  const config: { status: ConfigStatus | undefined } = { status: undefined };
  const log = { dropped: 0 };
  const metrics = createMetrics({
    bus,
    clock,
    fleet,
    perDevice,
    logLinesDropped: () => log.dropped,
    engines,
    version: '1.2.3',
    config: () => config.status,
  });
  onTestFinished(() => metrics.close());
  return {
    bus,
    fleet,
    config,
    clock,
    log,
    metrics,
    /** The value of a series, after the cache has run out. */
    async value(series: string) {
      clock.advance(1000);
      const line = (await textOf(metrics)).split('\n').find((text) => text.startsWith(`${series} `));
      return line === undefined ? undefined : Number(line.slice(series.length + 1));
    },
    async series(part: string) {
      clock.advance(1000);
      return (await textOf(metrics)).split('\n').filter((text) => !text.startsWith('#') && text.includes(part));
    },
  };
}

const textOf = async (metrics: Metrics) => Buffer.concat(await metrics.text()).toString();

const lost = (device: string): EventReport => ({
  type: 'device.state',
  device,
  state: 'backoff',
  previous: 'ready',
  error: { code: 'peer_dead', message: 'silent' },
});

test('every line is a comment or a sample, and every metric has its HELP and TYPE once', async () => {
  const { metrics } = setUp();
  const lines = (await textOf(metrics)).split('\n').filter((line) => line !== '');
  const types = new Map<string, string>();
  for (const line of lines) {
    const type = /^# TYPE (\S+) (\S+)$/.exec(line);
    if (type) {
      expect(types.has(type[1] as string), line).toBe(false);
      types.set(type[1] as string, type[2] as string);
    } else if (!line.startsWith('# HELP ')) {
      expect(line).toMatch(
        /^[a-z_:][a-z0-9_:]*(\{[a-z_]+="[^"\\\n]*"(,[a-z_]+="[^"\\\n]*")*\})? -?(\d\S*|\+Inf|Nan)$/i,
      );
    }
  }
  for (const [name, type] of types) expect(name.endsWith('_total'), name).toBe(type === 'counter');
});

test('gauges show the fleet as it is at the scrape', async () => {
  const { fleet, value } = setUp();
  fleet.devices = [
    deviceStatus({ name: 'a' }),
    deviceStatus({ name: 'b' }, { state: 'backoff' }),
    deviceStatus({ name: 'c', enabled: false }),
  ];
  expect(await value('dialtone_device_connected{device="a"}')).toBe(1);
  expect(await value('dialtone_device_connected{device="b"}')).toBe(0);
  expect(await value('dialtone_device_enabled{device="c"}')).toBe(0);
  expect(await value('dialtone_device_state{device="b",state="backoff"}')).toBe(1);
  expect(await value('dialtone_device_state{device="b",state="ready"}')).toBeUndefined();
  expect(await value('dialtone_devices{state="ready"}')).toBe(1);
  fleet.devices = [deviceStatus({ name: 'b' }, { state: 'ready' })];
  expect(await value('dialtone_device_state{device="b",state="backoff"}')).toBeUndefined();
  expect(await value('dialtone_device_state{device="b",state="ready"}')).toBe(1);
});

test('a device shows when it was seen, when it is dialled next, and whether it flaps', async () => {
  const { fleet, value } = setUp();
  const seen = 'dialtone_device_last_seen_timestamp_seconds{device="a"}';
  const next = 'dialtone_device_next_retry_timestamp_seconds{device="a"}';
  expect([await value(seen), await value(next)]).toEqual([undefined, undefined]);
  fleet.devices = [
    deviceStatus({ name: 'a' }, { state: 'backoff', lastSeenAt: 1500, nextRetryAt: 2500, flapping: true }),
  ];
  expect([await value(seen), await value(next)]).toEqual([1.5, 2.5]);
  expect(await value('dialtone_device_flapping{device="a"}')).toBe(1);
  fleet.devices = [deviceStatus({ name: 'a' }, { lastSeenAt: 3500, override: 'disabled' })];
  expect([await value(seen), await value(next)]).toEqual([3.5, undefined]);
  expect(await value('dialtone_device_flapping{device="a"}')).toBe(0);
  expect(await value('dialtone_device_enabled{device="a"}')).toBe(0);
});

test('the running configuration and its reloads are shown', async () => {
  const { bus, value, series, config } = setUp();
  expect(await value('dialtone_config_reloads_total{result="failure"}')).toBe(0);
  expect(await series('dialtone_config_last')).toEqual([]);
  const status = {
    file: 'f',
    hash: 'a'.repeat(64),
    loadedAt: 5000,
    devices: 2,
    warnings: [],
    problem: null,
    misconfigured: [],
    fallback: null,
  };
  config.status = { ...status, lastReload: null };
  expect(await value('dialtone_config_last_reload_successful')).toBe(1);
  expect(await value('dialtone_config_last_reload_success_timestamp_seconds')).toBe(5);
  expect(await series('dialtone_config_info')).toEqual(['dialtone_config_info{hash="aaaaaaaaaaaa"} 1']);

  const reload = { at: 9000, trigger: 'file', errors: [], changes: null } as const;
  config.status = { ...status, lastReload: { ...reload, ok: false } };
  bus.report({ type: 'config.reloaded', ok: false, trigger: 'file', changes: null, errors: ['wrong'] });
  expect(await value('dialtone_config_last_reload_successful')).toBe(0);
  expect(await value('dialtone_config_last_reload_success_timestamp_seconds')).toBe(5);
  expect(await value('dialtone_config_reloads_total{result="failure"}')).toBe(1);

  config.status = { ...status, hash: 'b'.repeat(64), lastReload: { ...reload, ok: true } };
  expect(await value('dialtone_config_last_reload_success_timestamp_seconds')).toBe(9);
  expect(await series('dialtone_config_info')).toEqual(['dialtone_config_info{hash="bbbbbbbbbbbb"} 1']);
});

test('attempts, failures, losses and drops are counted by device, and by reason for the fleet, from 0', async () => {
  const { bus, value } = setUp();
  const all = async () => ({
    attempts: [
      await value('dialtone_connect_attempts_total'),
      await value('dialtone_device_connect_attempts_total{device="a"}'),
    ],
    failures: [
      await value('dialtone_connect_failures_total{reason="refused"}'),
      await value('dialtone_device_connect_failures_total{device="a"}'),
    ],
    disconnects: [
      await value('dialtone_disconnects_total{reason="peer_dead"}'),
      await value('dialtone_device_disconnects_total{device="a"}'),
    ],
    dropped: [
      await value('dialtone_dropped_frames_total{reason="bad_opus"}'),
      await value('dialtone_device_dropped_frames_total{device="a"}'),
    ],
  });
  expect(await all()).toEqual({ attempts: [0, 0], failures: [0, 0], disconnects: [0, 0], dropped: [0, 0] });

  bus.report({ type: 'device.attempt', device: 'a', attempt: 1 });
  bus.report({
    type: 'device.state',
    device: 'a',
    state: 'backoff',
    previous: 'connecting',
    error: { code: 'refused', message: 'no' },
  });
  for (const device of ['a', 'a', 'b']) bus.report(lost(device));
  bus.report({ type: 'device.dropped', device: 'a', reason: 'bad_opus' });
  expect(await all()).toEqual({ attempts: [1, 1], failures: [1, 1], disconnects: [3, 2], dropped: [1, 1] });
});

test('a device that is not connected says why, and what it told of its line is shown', async () => {
  const { fleet, series } = setUp(['a']);
  const lines = async (part: string) => (await series(`dialtone_device_${part}`)).map((line) => line.slice(16));
  const lastError = { code: 'refused', message: 'no', at: 0 } as const;
  fleet.devices = [deviceStatus({ name: 'a' }, { state: 'backoff', lastError })];
  expect(await lines('last_error')).toEqual(['last_error_info{device="a",code="refused"} 1']);
  expect([...(await lines('ping')), ...(await lines('wifi'))]).toEqual([]);
  fleet.devices = [deviceStatus({ name: 'a' }, { state: 'busy', lastError: { ...lastError, code: 'device_busy' } })];
  expect(await lines('last_error')).toEqual(['last_error_info{device="a",code="device_busy"} 1']);
  fleet.devices = [deviceStatus({ name: 'a' }, { lastError, rttMs: 20, reported: { wifiRssiDbm: -61 } })];
  expect(await lines('last_error')).toEqual([]);
  expect([...(await lines('ping')), ...(await lines('wifi'))]).toEqual([
    'ping_seconds{device="a"} 0.02',
    'wifi_rssi_dbm{device="a"} -61',
  ]);
});

test('conversations of connected devices are counted by what they do', async () => {
  const { fleet, value } = setUp();
  fleet.devices = [
    deviceStatus({ name: 'a' }, { activity: 'speaking' }),
    deviceStatus({ name: 'b' }, { state: 'backoff', activity: 'idle' }),
  ];
  expect(await value('dialtone_conversations{activity="speaking"}')).toBe(1);
  expect(await value('dialtone_conversations{activity="idle"}')).toBe(0);
});

test('functions that the language model called are counted by how they ended', async () => {
  const { bus, value } = setUp();
  expect(await value('dialtone_tool_call_seconds_count{outcome="failed"}')).toBe(0);
  const call = { type: 'tool.call', device: 'a', turn: 1, startedAtMs: 1000, endedAtMs: 1250 } as const;
  bus.report({ ...call, tool: 'get_time', ok: true });
  bus.report({ ...call, tool: 'x'.repeat(10_000), ok: false });
  expect(await value('dialtone_tool_call_seconds_sum{outcome="ok"}')).toBe(0.25);
  expect(await value('dialtone_tool_call_seconds_count{outcome="failed"}')).toBe(1);
});

test('touches are counted by what they were, from 0', async () => {
  const { bus, value } = setUp();
  expect(await value('dialtone_device_touches_total{gesture="stroke"}')).toBe(0);
  bus.report({ type: 'device.touch', device: 'a', gesture: 'tap', durationMs: 80, deviceMs: 1, sessionId: 's' });
  bus.report({ type: 'device.touch', device: 'b', gesture: 'tap', durationMs: 80, deviceMs: 1, sessionId: 's' });
  expect(await value('dialtone_device_touches_total{gesture="tap"}')).toBe(2);
  expect(await value('dialtone_device_touches_total{gesture="stroke"}')).toBe(0);
});

test('warnings about devices are counted by their code, from 0', async () => {
  const { bus, value } = setUp();
  for (const code of WARNING_CODES) expect(await value(`dialtone_device_warnings_total{code="${code}"}`)).toBe(0);
  bus.report({ type: 'device.warning', device: 'a', code: 'slow_link', message: '' });
  bus.report({ type: 'device.warning', device: 'b', code: 'slow_link', message: '' });
  expect(await value('dialtone_device_warnings_total{code="slow_link"}')).toBe(2);
  expect(await value('dialtone_device_warnings_total{code="odd_bytes"}')).toBe(0);
});

/** A device with a value for everything that has a series. */
const talkative = (name: string) =>
  deviceStatus(
    { name },
    {
      state: 'backoff',
      lastError: { code: 'internal', message: '', at: 0 },
      lastSeenAt: 1,
      nextRetryAt: 2,
      rttMs: 3,
      reported: { wifiRssiDbm: -60 },
    },
  );

test('bytes both ways are counted, over a line that was made anew, too', async () => {
  const { fleet, value } = setUp(['a']);
  const carried = (receivedBytes: number, sentBytes: number) => {
    fleet.devices = [deviceStatus({ name: 'a' }, { traffic: { receivedBytes, sentBytes } })];
    return Promise.all([
      value('dialtone_device_received_bytes_total{device="a"}'),
      value('dialtone_device_sent_bytes_total{device="a"}'),
    ]);
  };
  expect(await carried(0, 0)).toEqual([0, 0]);
  expect(await carried(100, 10)).toEqual([100, 10]);
  expect(await carried(150, 10)).toEqual([150, 10]);
  // Its entry was changed: the new line counts from 0.
  expect(await carried(20, 5)).toEqual([170, 15]);
});

test('what only a connected device has is missing while it is not', async () => {
  const { fleet, series } = setUp(['a']);
  const reported = { rttMs: 3, reported: { wifiRssiDbm: -60 } };
  fleet.devices = [deviceStatus({ name: 'a' }, reported)];
  expect(await series('dialtone_device_ping_seconds{device="a"}')).toHaveLength(1);
  fleet.devices = [deviceStatus({ name: 'a' }, { ...reported, state: 'backoff' })];
  expect(await series('dialtone_device_ping_seconds{device="a"}')).toEqual([]);
  expect(await series('dialtone_device_wifi_rssi_dbm{device="a"}')).toEqual([]);
});

test('a removed device takes all its series along', async () => {
  const { bus, fleet, series } = setUp(['stays', 'goes']);
  const before = (await series('stays')).length;
  fleet.devices = [...fleet.devices.slice(0, 1), talkative('goes')];
  expect((await series('device="goes"')).length).toBe(13);
  fleet.devices = fleet.devices.slice(0, 1);
  expect(await series('goes')).toEqual([]);
  // A straggler of a device that is gone does not stay either.
  bus.report(lost('goes'));
  expect(await series('goes')).toEqual([]);
  expect((await series('stays')).length).toBe(before);
});

test('1,000 devices have less than 15,000 series, however much happens to them, and none when they are gone', async () => {
  const { bus, fleet, series } = setUp([]);
  const baseline = (await series('dialtone_')).length;
  fleet.devices = Array.from({ length: 1000 }, (_, index) => talkative(`device ${index}`));
  for (const { config } of fleet.devices) {
    for (const code of ['refused', 'peer_dead', 'internal', 'dns_failed'] as const) {
      bus.report({ ...lost(config.name), error: { code, message: '' } } as EventReport);
    }
    for (const reason of DROP_REASONS) bus.report({ type: 'device.dropped', device: config.name, reason });
  }
  expect((await series('device="')).length).toBe(13_000);
  const all = (await series('')).length;
  expect(all).toBeLessThan(15_000);
  fleet.devices = [];
  expect((await series('device="')).length).toBe(0);
  // Three codes that no list foresaw have been counted for the fleet.
  expect((await series('dialtone_')).length).toBe(baseline + 3);
});

test('without metrics of single devices no series names one, and the fleet is counted', async () => {
  const { bus, series, value } = setUp(['a', 'b'], false);
  bus.report(lost('a'));
  bus.report(lost('b'));
  expect(await series('device=')).toEqual([]);
  expect(await value('dialtone_disconnects_total{reason="peer_dead"}')).toBe(2);
  expect(await value('dialtone_devices{state="ready"}')).toBe(2);
});

test('turns are counted by outcome and their stages measured in seconds, without a device label', async () => {
  const { bus, value, series } = setUp();
  expect(await value('dialtone_turns_total{kind="goodbye",outcome="failed"}')).toBe(0);
  expect(await value('dialtone_turn_stage_seconds_count{stage="total"}')).toBe(0);
  bus.report({
    type: 'turn.ended',
    device: 'a',
    turn: 1,
    outcome: 'answered',
    heard: 'hi',
    answer: 'hello',
    written: '',
    kind: 'user',
    spokenMs: 500,
    stages: { endpointing: 600, total: 900 },
    moments: {},
  });
  expect(await value('dialtone_turns_total{kind="user",outcome="answered"}')).toBe(1);
  expect(await value('dialtone_turn_stage_seconds_sum{stage="total"}')).toBe(0.9);
  expect(await value('dialtone_turn_stage_seconds_bucket{le="0.75",stage="total"}')).toBe(0);
  expect(await value('dialtone_turn_stage_seconds_bucket{le="1",stage="total"}')).toBe(1);
  expect(await value('dialtone_turn_stage_seconds_count{stage="playback"}')).toBe(0);
  expect((await series('_bucket{')).filter((line) => line.includes('device='))).toEqual([]);
  expect(await value('dialtone_answers_truncated_total')).toBe(0);
  bus.report({
    type: 'turn.ended',
    device: 'a',
    turn: 2,
    outcome: 'answered',
    heard: 'hi',
    answer: 'hello',
    written: 'hello and',
    truncated: true,
    kind: 'user',
    spokenMs: 500,
    stages: {},
    moments: {},
  });
  expect(await value('dialtone_answers_truncated_total')).toBe(1);
});

test('answers that were interrupted for nothing are counted by what became of them, from 0', async () => {
  const { bus, value } = setUp();
  const counted = async () => [
    await value('dialtone_false_interruptions_total{effect="paused"}'),
    await value('dialtone_false_interruptions_total{effect="stopped"}'),
  ];
  expect(await counted()).toEqual([0, 0]);
  const said = { heard: '', answer: '', written: '', spokenMs: 0, stages: {}, moments: {} };
  const ended = { type: 'turn.ended', device: 'a', turn: 1, kind: 'user', ...said } as const;
  bus.report({ ...ended, outcome: 'answered', falseInterruption: 'paused' });
  bus.report({ ...ended, outcome: 'no_speech', falseInterruption: 'stopped' });
  bus.report({ ...ended, outcome: 'interrupted' });
  expect(await counted()).toEqual([1, 1]);
});

test('lines are measured when they end, whatever ends them, and not while they drain', async () => {
  const { bus, clock, value } = setUp();
  const measured = async () => [
    await value('dialtone_line_duration_seconds_count'),
    await value('dialtone_line_duration_seconds_sum'),
  ];
  const go = (device: string, ...states: readonly LineState[]) => {
    for (const [index, state] of states.slice(1).entries()) {
      bus.report({ type: 'device.state', device, previous: states[index] as LineState, state });
    }
  };
  expect(await measured()).toEqual([0, 0]);
  const begunAt = clock.now();
  go('a', 'handshaking', 'ready');
  go('b', 'connecting', 'handshaking', 'backoff');
  clock.advance(90_000 - (clock.now() - begunAt));
  go('a', 'ready', 'draining');
  expect(await measured()).toEqual([0, 0]);
  clock.advance(100_000 - (clock.now() - begunAt));
  go('a', 'draining', 'stopped');
  expect(await measured()).toEqual([1, 100]);
  // A device that dials in again before its old line was missed.
  go('b', 'handshaking', 'ready', 'handshaking', 'ready');
  expect((await measured())[0]).toBe(2);
  bus.report(lost('b'));
  expect((await measured())[0]).toBe(3);
  bus.report(lost('b'));
  expect((await measured())[0]).toBe(3);
});

test('engine errors, late frames, the speech host, the build and the event loop are there', async () => {
  const { bus, value, series } = setUp();
  expect(await value('dialtone_engine_errors_total{kind="stt",engine="sherpa",code="speech_host_down"}')).toBe(0);
  expect(await series('dialtone_speech_host_up')).toEqual([]);
  bus.report({ type: 'engine.error', kind: 'stt', engine: 'sherpa', code: 'speech_host_down', message: 'gone' });
  bus.report({ type: 'playout.late', device: 'a', turn: 1, lateMs: 40 });
  for (const state of ['starting', 'ready', 'down', 'starting'] as const)
    bus.report({ type: 'speech_host.state', host: 1, state });
  expect(await value('dialtone_engine_errors_total{kind="stt",engine="sherpa",code="speech_host_down"}')).toBe(1);
  expect(await value('dialtone_playout_late_frames_total')).toBe(1);
  bus.report({ type: 'speech_host.state', host: 2, state: 'ready' });
  expect(await value('dialtone_speech_host_up{host="1"}')).toBe(0);
  expect(await value('dialtone_speech_host_up{host="2"}')).toBe(1);
  expect(await value('dialtone_speech_host_restarts_total{host="1"}')).toBe(1);
  bus.report({ type: 'speech_host.state', host: 1, state: 'ready' });
  expect(await value('dialtone_speech_host_up{host="1"}')).toBe(1);
  expect(await value(`dialtone_build_info{version="1.2.3",node="${process.version}"}`)).toBe(1);
  expect(await series('nodejs_eventloop_lag_p99_seconds')).toHaveLength(1);
});

test('the text is made once a second at most', async () => {
  const { fleet, clock, metrics } = setUp();
  let asked = 0;
  const { devices } = fleet;
  fleet.list = () => {
    asked += 1;
    return devices;
  };
  await Promise.all([metrics.text(), metrics.text()]);
  clock.advance(999);
  await metrics.text();
  expect(asked).toBe(1);
  clock.advance(1);
  await metrics.text();
  expect(asked).toBe(2);
});

test('lines that the log has left out are counted', async () => {
  const { log, value } = setUp();
  expect(await value('dialtone_log_lines_dropped_total')).toBe(0);
  log.dropped = 7;
  expect(await value('dialtone_log_lines_dropped_total')).toBe(7);
  expect(await value('dialtone_log_lines_dropped_total')).toBe(7);
});

test('defects are counted by where they showed, from 0 on', async () => {
  const { bus, metrics, value, series } = setUp();
  expect(await value('dialtone_internal_errors_total{where="pacer"}')).toBe(0);
  bus.report({ type: 'device.fault', device: 'a', where: 'pacer', cause: new Error('a bug') });
  bus.report({ type: 'device.fault', device: 'b', where: 'pacer', cause: new Error('a bug') });
  metrics.internalErrors.inc({ where: 'subscriber' });
  expect(await value('dialtone_internal_errors_total{where="pacer"}')).toBe(2);
  expect(await value('dialtone_internal_errors_total{where="subscriber"}')).toBe(1);
  expect(await series('dialtone_internal_errors_total')).toHaveLength(11);
});

// No npm package: Debian has it in `prometheus`.
const promtool = needs(
  spawnSync('promtool', ['--version']).error === undefined,
  'promtool',
  'promtool finds nothing to complain of',
);
test.skipIf(!promtool)('promtool finds nothing to complain of (skipped where promtool is not installed)', async () => {
  for (const perDevice of [true, false]) {
    const { bus, metrics } = setUp(['kitchen', 'hall speaker'], perDevice);
    bus.report(lost('kitchen'));
    bus.report({ type: 'speech_host.state', host: 1, state: 'ready' });
    const check = spawnSync('promtool', ['check', 'metrics'], { input: await textOf(metrics), encoding: 'utf8' });
    expect({ status: check.status, output: check.stdout + check.stderr }).toEqual({ status: 0, output: '' });
  }
});
