import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { createEngineRegistry } from '#src/engines/engine-registry';
import { parseSettings } from '#src/settings';
import { demoSample } from './support/audio/demo-samples.ts';
import { tinny } from './support/audio/tinny.ts';
import { simDevice, startBackend, type TestBackend } from './support/backend.ts';
import { dice } from './support/time/dice.ts';
import { patientClock } from './support/time/patient-clock.ts';
import { VirtualTime } from './support/time/virtual-time.ts';

/** Takes for speech what has the deep tones of a voice, as a model in the place of silero's. */
const VAD_MODEL = fileURLToPath(new URL('fixtures/band-vad', import.meta.url));

/** A toy speaks in the room: the VAD of WebRTC takes it for a person. */
const NOISES = ['00.wav', '02.wav', '03.wav'].map((name) => {
  const sample = demoSample(name);
  return { ...sample, samples: tinny(sample.samples) };
});

type Sound = ReturnType<typeof demoSample>;

interface Room {
  readonly backend: TestBackend;
  readonly say: (sound: Sound) => Promise<void>;
}

async function room(env: Readonly<Record<string, string>>): Promise<Room> {
  const engines = createEngineRegistry(parseSettings(env), {
    // Its "now" stands still: on no machine an answer of silero comes too late.
    clock: { ...patientClock, now: () => 0 },
    random: dice(),
    report: () => undefined,
    debug: () => undefined,
  });
  onTestFinished(() => engines.close());
  await engines.ready();
  const time = new VirtualTime();
  const device = await simDevice({ name: 'hall', clock: time.clock });
  const backend = await startBackend([device], { time, engines });
  await time.during(device.waitForConnection());
  const say = async (sound: Sound) => {
    await time.during(device.say(sound));
    await time.pass(3_000);
  };
  return { backend, say };
}

const turns = ({ backend }: Room) => backend.all('turn.started').length;

it('without silero, a toy that speaks makes turns', async () => {
  const hall = await room({ VAD: 'webrtc' });
  for (const noise of NOISES) await hall.say(noise);
  expect(turns(hall)).toBeGreaterThan(0);
});

it('with silero it makes none, and a person is heard from the first word on', async () => {
  const hall = await room({ VAD_MODEL });
  for (const noise of NOISES) await hall.say(noise);
  expect(turns(hall)).toBe(0);
  await hall.say(demoSample('01.wav'));
  expect(hall.backend.all('turn.heard').map(({ text }) => text)).toEqual(['what time is it']);
});
