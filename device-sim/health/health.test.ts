import { expect, it, onTestFinished } from 'vitest';
import { tone } from '#src/audio/pcm';
import { ManualClock } from '#src/core/manual-clock';
import { VirtualTime } from '../../test/support/time/virtual-time.ts';
import { startSimDevice } from '../device/sim-device.ts';
import { RawBackend } from '../testing/raw-backend.ts';
import { logHealth } from './health-log.ts';
import type { HealthReport } from './health-report.ts';
import { startHealthServer } from './health-server.ts';
import { withNailaNames } from './naila-health.ts';

it('a device tells over HTTP whether it is connected, and counts what passes', async () => {
  const time = new VirtualTime();
  const device = await startSimDevice({ name: 'desk', protocol: 'pcm', clock: time.clock, maxQueueMs: 200 });
  onTestFinished(() => device.stop());
  const server = await startHealthServer('127.0.0.1', 0, () => device.health());
  onTestFinished(() => server.close());
  const get = () => fetch(`http://127.0.0.1:${server.port}/health`);

  const lonely = await get();
  expect(lonely.status).toBe(503);
  expect(await lonely.json()).toMatchObject({ device: 'desk', connected: false, gauges: { connected: 0 } });

  const backend = await RawBackend.dial(device.url, []);
  await time.until(() => backend.binaries.length >= 5);
  backend.socket.send(JSON.stringify({ type: 'server_status', payload: { listening: false, speaking: true } }));
  const answer = tone({ hz: 330, ms: 400, sampleRate: 16_000, amplitude: 0.5 });
  for (let at = 0; at < answer.length; at += 640) backend.socket.send(Buffer.from(answer.slice(at, at + 640).buffer));
  await time.until(() => device.health().counters.audio_frames_received === 10);
  await time.during(device.speaker.idle());
  const response = await get();
  expect(response.status).toBe(200);
  const { connected, counters, gauges } = (await response.json()) as HealthReport;
  expect(connected).toBe(true);
  expect(counters).toMatchObject({
    audio_frames_received: 10,
    audio_frames_played: 10 - counters.audio_frames_dropped,
    overruns: 1,
    connections: 1,
    connection_failures: 0,
    mic_frames_dropped: 0,
    protocol_violations: 0,
  });
  expect(counters.audio_frames_dropped).toBeGreaterThan(0);
  expect(counters.mic_frames_sent).toBe(counters.mic_frames_captured);
  expect(counters.mic_frames_sent).toBeGreaterThanOrEqual(5);
  expect(gauges).toMatchObject({ connected: 1, speaker_queue_ms: 0 });
  expect(gauges.mic_callback_max_ms).toBeGreaterThanOrEqual(gauges.mic_callback_ms);
  await backend.close();
});

it('tells the same under the names of the audio client of Naila', async () => {
  const device = await startSimDevice({ name: 'desk' });
  onTestFinished(() => device.stop());
  const health = device.health();
  const report = { ...health, counters: { ...health.counters, mic_frames_sent: 7 } };
  expect(withNailaNames({ ...report, gauges: { ...report.gauges, speaker_queue_ms: 50 } })).toEqual({
    ...report,
    gauges: { ...report.gauges, speaker_queue_ms: 50 },
    connected: false,
    uptime_seconds: report.gauges.uptime_s,
    mic_frames_sent: 7,
    mic_frames_dropped: 0,
    tts_frames_received: 0,
    tts_frames_played: 0,
    mic_queue_depth: 0,
    speaker_queue_depth: 3,
    audio_callback_duration_ms: expect.any(Number),
    connections: 0,
    connection_failures: 0,
  });
});

it('serves only GET /health, and says that a port is in use', async () => {
  const device = await startSimDevice();
  onTestFinished(() => device.stop());
  const server = await startHealthServer('127.0.0.1', 0, () => device.health());
  onTestFinished(() => server.close());
  expect((await fetch(`http://127.0.0.1:${server.port}/`)).status).toBe(404);
  await expect(startHealthServer('127.0.0.1', server.port, () => device.health())).rejects.toThrow(
    `Port ${server.port} on 127.0.0.1 is in use: choose another --health-port`,
  );
});

it('writes a line with rates every 10 s', async () => {
  const device = await startSimDevice({ name: 'desk' });
  onTestFinished(() => device.stop());
  const clock = new ManualClock();
  const report = { ...device.health() };
  let frames = 0;
  const lines: string[] = [];
  const end = logHealth(
    () => ({ ...report, counters: { ...report.counters, mic_frames_sent: frames } }),
    clock,
    (line) => lines.push(line),
  );
  frames = 250;
  clock.advance(10_000);
  clock.advance(10_000);
  end();
  clock.advance(60_000);
  expect(lines.map((line) => (JSON.parse(line) as Record<string, unknown>).mic_frames_sent_per_s)).toEqual([25, 0]);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ event: 'device.health', device: 'desk', connected: false });
});
