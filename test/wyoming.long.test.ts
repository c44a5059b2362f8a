import { describe, expect, it, onTestFinished } from 'vitest';
import { rms } from '#src/audio/pcm';
import type { Reply } from '../device-sim/device/sim-device.ts';
import { type FakeWyoming, type FakeWyomingOptions, startFakeWyoming } from './fakes/fake-wyoming.ts';
import { demoSample } from './support/audio/demo-samples.ts';
import { simDevice, startBackend, type TestBackend } from './support/backend.ts';
import { VirtualTime } from './support/time/virtual-time.ts';

/** The user says "hello": what is recognised, the server of the test decides. */
const HELLO = { name: 'hello', samples: demoSample('00.wav').samples.slice(0, 16_000), sampleRate: 16_000 };

interface Talk {
  readonly time: VirtualTime;
  /** Recognises. */
  readonly whisper: FakeWyoming;
  /** Speaks. */
  readonly piper: FakeWyoming;
  readonly backend: TestBackend;
  /** Says something and waits for what the device is answered. */
  ask(): Promise<Reply>;
}

async function talk(options: FakeWyomingOptions): Promise<Talk> {
  const whisper = await startFakeWyoming({ ...options, tts: null });
  const piper = await startFakeWyoming({ ...options, asr: null });
  onTestFinished(() => whisper.close());
  onTestFinished(() => piper.close());
  const time = new VirtualTime();
  const device = await simDevice({ name: 'kitchen', clock: time.clock });
  const env = { STT: 'wyoming', TTS: 'wyoming', STT_WYOMING_URL: whisper.url, TTS_WYOMING_URL: piper.url };
  const backend = await startBackend([device], { time, env, engines: 'own' });
  await time.during(device.waitForConnection());
  return {
    time,
    whisper,
    piper,
    backend,
    ask: async () => {
      await time.during(device.say(HELLO));
      return time.during(device.waitForReply({ timeoutMs: 40_000 }));
    },
  };
}

const kindsOf = ({ requests }: FakeWyoming) => [...new Set(requests.map(({ kind }) => kind))];

describe.each([false, true])('a conversation with Wyoming servers (streams: %s)', (streams) => {
  const services = { asr: { streams }, tts: { streams } };

  it('is heard, answered, spoken and played', async () => {
    const { time, whisper, piper, backend, ask } = await talk(services);
    const reply = await ask();
    expect(reply.transcript.trim()).toBe('what time is it');
    expect(reply.spokenText).toBe(reply.replyText);
    expect(reply.spokenText).toMatch(/\w/);
    expect(rms(reply.samples)).toBeGreaterThan(0.05);
    expect(reply.errors).toEqual([]);
    await time.until(() => expect(backend.all('turn.ended').map(({ outcome }) => outcome)).toEqual(['answered']));
    // What they offer is asked once.
    expect(whisper.requests[0]?.kind).toBe('describe');
    expect(kindsOf(whisper)).toEqual(['describe', 'transcribe']);
    expect(kindsOf(piper)).toEqual(['describe', 'synthesize']);
    expect(piper.requests.filter(({ kind }) => kind === 'describe')).toHaveLength(1);
    const heard = whisper.requests.find(({ kind }) => kind === 'transcribe');
    expect(heard?.samples.length).toBeGreaterThan(16_000 - 1_024);
    expect(heard?.events[0]?.data).toEqual({ language: 'en' });
  });

  it('goes on after each of them has failed', async () => {
    const { time, whisper, piper, backend, ask } = await talk(services);
    whisper.fail('transcribe', { type: 'error', afterEvents: 0, text: 'out of memory' });
    await ask();
    piper.fail('synthesize', { type: 'cut', afterEvents: 2, clean: false });
    await ask();
    const reply = await ask();
    expect(reply.errors).toEqual([]);
    expect(rms(reply.samples)).toBeGreaterThan(0.05);
    await time.until(() =>
      expect(backend.all('engine.error')).toMatchObject([
        { kind: 'stt', engine: 'wyoming', code: 'engine_unavailable' },
        { kind: 'tts', engine: 'wyoming', code: 'engine_bad_answer' },
      ]),
    );
  });
});
