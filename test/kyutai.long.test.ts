import { describe, expect, it, onTestFinished } from 'vitest';
import type { Reply, SimDevice } from '../device-sim/device/sim-device.ts';
import { type FakeKyutai, type FakeKyutaiOptions, startFakeKyutai } from './fakes/fake-kyutai.ts';
import { demoSample } from './support/audio/demo-samples.ts';
import { simDevice, startBackend, type TestBackend } from './support/backend.ts';
import { VirtualTime } from './support/time/virtual-time.ts';

/** The user says something for a second: what is recognised, the server of the test decides. */
const QUESTION = { name: 'question', samples: demoSample('00.wav').samples.slice(0, 24_000), sampleRate: 16_000 };

interface Talk {
  readonly time: VirtualTime;
  readonly kyutai: FakeKyutai;
  readonly device: SimDevice;
  readonly backend: TestBackend;
  /** Says something and waits for what the device is answered. */
  ask(): Promise<Reply>;
}

async function talk(options: FakeKyutaiOptions = {}): Promise<Talk> {
  const time = new VirtualTime();
  const words = [
    { text: 'What', start: 0.4, stop: 0.6 },
    { text: 'time', start: 0.64, stop: 0.9 },
    { text: 'is', start: 0.96, stop: 1.04 },
    { text: 'it?', start: 1.12, stop: 1.4 },
  ];
  const kyutai = await startFakeKyutai({ clock: time.clock, words, ...options });
  onTestFinished(() => kyutai.close());
  const device = await simDevice({ name: 'kitchen', clock: time.clock });
  const env = { KYUTAI_STT_URL: kyutai.url, KYUTAI_TTS_URL: kyutai.url };
  const backend = await startBackend([device], { time, env, engines: 'own' });
  await time.during(device.waitForConnection());
  return {
    time,
    kyutai,
    device,
    backend,
    ask: async () => {
      await time.during(device.say(QUESTION));
      return time.during(device.waitForReply({ timeoutMs: 40_000 }));
    },
  };
}

describe('a conversation with the speech servers of Kyutai', () => {
  it('is heard, answered, spoken and played, and gives every channel back', async () => {
    const { time, kyutai, device, backend, ask } = await talk({ channels: 1 });
    const reply = await ask();
    expect(reply.transcript.trim()).toBe('What time is it?');
    expect(reply.spokenText).toMatch(/in the afternoon\.$/);
    expect(reply.spokenText).toBe(reply.replyText);
    expect(reply.audioMs).toBeGreaterThan(1_500);
    expect(reply.maxAheadMs).toBeLessThanOrEqual(400);
    expect(reply.errors).toEqual([]);
    expect(device.violations).toEqual([]);
    expect(kyutai.voices[0]?.texts.join(' ')).toBe(reply.replyText);

    // The only channel of each server is free for the next turn.
    expect((await ask()).errors).toEqual([]);
    await time.until(() => expect(backend.all('turn.ended')).toHaveLength(2));
    for (const { channel } of [...kyutai.ears, ...kyutai.voices]) expect(channel.isClosed).toBe(true);
    const calls = backend.all('engine.call').filter(({ kind }) => kind !== 'llm');
    expect(new Set(calls.map(({ engine, outcome }) => `${engine} ${outcome}`))).toEqual(new Set(['kyutai ok']));
  });

  it('takes the turn when the model predicts that the user has finished, before silence tells', async () => {
    const waits: number[] = [];
    for (const pause of [undefined, () => 0.05]) {
      const { time, backend, ask } = await talk(pause && { pause });
      await ask();
      await time.until(() => expect(backend.all('turn.ended')).toHaveLength(1));
      const { last_speech = 0, transcript = 0 } = backend.all('turn.ended')[0]?.moments ?? {};
      waits.push(transcript - last_speech);
    }
    const [predicted = 0, waited = 0] = waits;
    expect(waited).toBeGreaterThanOrEqual(500);
    expect(predicted).toBeLessThan(waited);
  });

  it('says which server has no free channel, and goes on with the next turn', async () => {
    const { time, kyutai, backend, ask } = await talk();
    kyutai.fail('stt', { type: 'no_free_channels' }, 5);
    expect((await ask()).errors).toMatchObject([{ code: 'engine_overloaded' }]);
    await time.until(() =>
      expect(backend.all('turn.ended')).toMatchObject([
        { outcome: 'failed', error: { kind: 'stt', engine: 'kyutai', message: expect.stringContaining(kyutai.url) } },
      ]),
    );
    expect((await ask()).errors).toEqual([]);
  });
});
