import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { tone } from '#src/audio/pcm';
import { VirtualTime } from '../../test/support/time/virtual-time.ts';
import { startSimDevice } from '../device/sim-device.ts';
import { RawBackend } from '../testing/raw-backend.ts';
import { spokenTurns } from './spoken-turns.ts';
import { parseStereoWav } from './stereo-wav.ts';

it('the time from voice to voice is measured from what a device recorded', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dialtone-both-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'both.wav');
  const time = new VirtualTime();
  const device = await startSimDevice({ protocol: 'pcm', clock: time.clock, recordBothTo: path });
  onTestFinished(() => device.stop());
  const backend = await RawBackend.dial(device.url, []);
  const samples = tone({ hz: 440, ms: 480, sampleRate: 16_000, amplitude: 0.5 });
  const said = await time.during(device.say({ name: 'a tone', samples, sampleRate: 16_000 }));
  await time.pass(700);
  backend.socket.send(JSON.stringify({ type: 'server_status', payload: { listening: false, speaking: true } }));
  const answer = tone({ hz: 330, ms: 400, sampleRate: 16_000, amplitude: 0.5 });
  const arrived = device.waitForMessage('binary');
  for (let at = 0; at < answer.length; at += 640) backend.socket.send(Buffer.from(answer.slice(at, at + 640).buffer));
  const { at } = await time.during(arrived);
  await time.during(device.speaker.idle());
  await time.pass(200);
  await device.stop();

  const [turn, ...more] = spokenTurns(parseStereoWav(readFileSync(path)));
  expect(more).toEqual([]);
  // The edges of the tones are soft: they are heard a few milliseconds late, and end as much sooner.
  expect(Math.abs((turn?.voiceToVoiceMs ?? 0) - (at - said.endedAt))).toBeLessThanOrEqual(20);
  expect(turn?.voiceToVoiceMs).toBeGreaterThan(650);
});
