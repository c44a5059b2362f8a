import { afterEach, expect, test } from 'vitest';
import { systemClock } from '../../core/clock.ts';
import { ManualClock } from '../../core/manual-clock.ts';
import { once } from '../../core/once.ts';
import { EspeakTts } from './espeak-tts.ts';

/** A worker that speaks the real one's language, and ends when it is told to. */
const mortal = program(`
  port.postMessage({ type: 'ready', sampleRate: 22050 });
  port.on('message', ({ type, id, text }) => {
    if (type !== 'speak') return;
    if (text === 'die') process.exit(1);
    if (text === 'throw') throw new Error('out of memory');
    port.postMessage({ type: 'audio', id, samples: new Int16Array(100), words: [{ position: 1, atMs: 0 }] });
    port.postMessage({ type: 'done', id });
  });`);

function program(code: string): URL {
  const source = `import { parentPort as port } from 'node:worker_threads';${code}`;
  return new URL(`data:text/javascript,${encodeURIComponent(source)}`);
}

let tts: EspeakTts;
afterEach(() => tts.close());

async function say(text: string): Promise<number> {
  let samples = 0;
  const { signal } = new AbortController();
  for await (const chunk of tts.speak(once(text), { voice: 'Watercooler', signal })) samples += chunk.samples.length;
  return samples;
}

test.each(['die', 'throw'])(
  'a worker that ends (%s) fails the one it was at; the others are served by the next',
  async (text) => {
    tts = new EspeakTts({ clock: systemClock, random: Math.random, worker: mortal });
    await tts.ready();
    const [lost, ...others] = await Promise.allSettled([say(text), say('one'), say('two')]);
    expect(lost).toMatchObject({ status: 'rejected', reason: { code: 'engine_unavailable', retryable: true } });
    expect(others).toEqual([
      { status: 'fulfilled', value: 100 },
      { status: 'fulfilled', value: 100 },
    ]);
    expect(await say('three')).toBe(100);
  },
);

test('a worker that cannot start fails every request with the reason, and is not started in a hot loop', async () => {
  const clock = new ManualClock();
  tts = new EspeakTts({ clock, random: Math.random, worker: program('throw new Error("broken")') });
  const outcomes = await Promise.allSettled([tts.ready(), say('one'), say('two')]);
  for (const outcome of outcomes) {
    expect(outcome).toMatchObject({
      reason: { code: 'engine_unavailable', message: expect.stringContaining('broken') },
    });
  }
  const first = await say('three').catch((error: unknown) => error);
  expect(await say('four').catch((error: unknown) => error)).toBe(first);
  clock.advance(30_000);
  expect(await say('five').catch((error: unknown) => error)).not.toBe(first);
});

test('a worker that dies time after time is started later and later; who speaks meanwhile is told at once', async () => {
  const clock = new ManualClock();
  tts = new EspeakTts({ clock, random: () => 1, worker: mortal });
  for (const delayMs of [0, 250, 500, 1_000, 2_000]) {
    await tts.ready();
    await expect(say('die')).rejects.toMatchObject({ code: 'engine_unavailable', engine: 'espeak', retryable: true });
    expect(clock.nextInMs).toBe(delayMs);
    if (delayMs === 2_000) await expect(say('one')).rejects.toMatchObject({ code: 'engine_unavailable' });
    clock.advance(delayMs);
  }
  expect(await say('two')).toBe(100);
});
