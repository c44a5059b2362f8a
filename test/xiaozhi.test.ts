import { describe, expect, it } from 'vitest';
import { demoSample } from './support/audio/demo-samples.ts';
import { startBackend } from './support/backend.ts';
import { xiaozhiDevice } from './support/devices/xiaozhi-device.ts';
import { VirtualTime } from './support/time/virtual-time.ts';

const QUESTION = demoSample('01.wav');
const LISTEN = { LISTEN_PORT: '0', LISTEN_HOST: '127.0.0.1' };

const entry = (more: Readonly<Record<string, unknown>> = {}) => ({
  name: 'toy',
  protocol: 'xiaozhi',
  direction: 'accept',
  id: '02:00:00:00:00:01',
  long_silence: false,
  idle_timeout: false,
  ...more,
});

describe('a stock xiaozhi device', () => {
  it.each([1, 2, 3] as const)('of version %i is woken, asked, and answers', async (version) => {
    const time = new VirtualTime();
    const { app, all } = await startBackend([], { time, env: LISTEN, more: [entry()] });
    const device = xiaozhiDevice(app.listenPort, { clock: time.clock, version });
    // Half of the question is said before the device has noticed its wake word.
    const at = 16 * 960;
    await time.during(device.wake('Jarvis', QUESTION.samples.subarray(0, at)));
    await time.during(device.say(QUESTION.samples.subarray(at)));
    await time.until(() => all('turn.ended').length === 1 && device.state === 'listening');
    expect(all('turn.ended')[0]).toMatchObject({ outcome: 'answered', heard: QUESTION.text });
    expect(device.of('stt')).toMatchObject([{ text: QUESTION.text }]);
    expect(device.of('tts').map(({ state }) => state)).toEqual([
      'start',
      ...device.sentences.map(() => 'sentence_start'),
      'stop',
    ]);
    expect(device.sentences.join(' ')).toBe(all('turn.ended')[0]?.answer);
    expect(device.of('llm')).toHaveLength(1);
    expect(device.soundMs).toBeGreaterThan(500);
    expect(device).toMatchObject({ packetsOutside: 0, problems: [] });
    expect(device.queue).toMatchObject({ overflowed: 0, underruns: 0 });
  });
});
