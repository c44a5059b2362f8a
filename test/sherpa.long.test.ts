import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { rms } from '#src/audio/pcm';
import type { Reply } from '../device-sim/device/sim-device.ts';
import { demoSample } from './support/audio/demo-samples.ts';
import { simDevice, startBackend } from './support/backend.ts';
import { sherpaEngines } from './support/engines/sherpa-engines.ts';
import { dice } from './support/time/dice.ts';
import { patientClock } from './support/time/patient-clock.ts';
import { VirtualTime } from './support/time/virtual-time.ts';

const fixture = (name: string) => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));

/** Ears for whole utterances and a voice that hums, as an owner sets them. */
const ENV = {
  NATIVE_HOSTS: '1',
  STT: 'sherpa',
  SHERPA_MODEL_DIR: fixture('offline-asr-model'),
  TTS: 'sherpa',
  SHERPA_TTS_MODEL_DIR: fixture('tone-voice'),
};

it('hears and speaks with models of its own in one host, and goes on after the host was killed', async () => {
  const states: string[] = [];
  const { engines, hostPid } = sherpaEngines(ENV, {
    clock: patientClock,
    random: dice(),
    report: (event) => void (event.type === 'speech_host.state' && states.push(event.state)),
    debug: () => undefined,
  });
  await engines.ready();
  expect(hostPid()).toBeTypeOf('number');
  expect(hostPid('tts')).toBe(hostPid());

  const time = new VirtualTime();
  const device = await simDevice({ name: 'hall', clock: time.clock });
  const { all } = await startBackend([device], { time, engines });
  await time.during(device.waitForConnection());
  const ask = async (): Promise<Reply> => {
    await time.during(device.say(demoSample('01.wav')));
    return time.during(device.waitForReply({ timeoutMs: 60_000 }));
  };
  const reply = await ask();
  expect(reply.transcript.trim()).toBe('what time is it');
  expect(reply.spokenText).toMatch(/\w/);
  expect(rms(reply.samples)).toBeGreaterThan(0.05);

  process.kill(hostPid() ?? 0, 'SIGKILL');
  await expect.poll(() => states.at(-1)).toBe('ready');
  const next = await ask();
  expect(next.transcript.trim()).toBe('what time is it');
  expect(next.errors).toEqual([]);
  expect(states).toEqual(['starting', 'ready', 'down', 'starting', 'ready']);
  await time.until(() => expect(all('turn.ended').map(({ outcome }) => outcome)).toEqual(['answered', 'answered']));
});
