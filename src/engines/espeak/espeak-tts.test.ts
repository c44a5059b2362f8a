import { afterAll, beforeAll, expect, test } from 'vitest';
import { wordErrors } from '../../../test/support/audio/demo-samples.ts';
import { patientClock } from '../../../test/support/time/patient-clock.ts';
import { createResampler } from '../../audio/resample.ts';
import { VOICE_NAMES } from '../../config/voices/voice-names.ts';
import { AsyncQueue } from '../../core/async-queue.ts';
import { systemClock } from '../../core/clock.ts';
import { isAbort } from '../../core/errors.ts';
import { once } from '../../core/once.ts';
import { SherpaStt } from '../sherpa/sherpa-stt.ts';
import type { PcmChunk } from '../tts.ts';
import { EspeakTts, MAX_ESPEAK_REQUESTS } from './espeak-tts.ts';
import { synthesize } from './synthesize.ts';

let tts: EspeakTts;
beforeAll(async () => {
  tts = new EspeakTts({ clock: systemClock, random: Math.random });
  await tts.ready();
});
afterAll(async () => {
  await tts.close();
});

function never(): AbortSignal {
  return new AbortController().signal;
}

const long = 'The quick brown fox jumps over the lazy dog, and then it does so again and again until it is tired. ';

async function say(text: string, voice = 'Watercooler', language?: string): Promise<PcmChunk[]> {
  return collect(tts.speak(once(text), { voice, signal: never(), ...(language && { language }) }));
}

async function collect(stream: AsyncIterable<PcmChunk>): Promise<PcmChunk[]> {
  const chunks: PcmChunk[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks;
}

/** What was said, as one. Never the same twice: espeak's hiss is chance. */
function joined(chunks: readonly PcmChunk[]): Int16Array {
  return Int16Array.from(chunks.flatMap((chunk) => [...chunk.samples]));
}

test('speaks, and marks each word in the chunk in which it begins', async () => {
  const text = 'Hello there, it is half past twelve.';
  const chunks = await say(text);
  const samples = joined(chunks);
  expect(samples.length).toBeGreaterThan(22_050);
  expect(samples.length).toBeLessThan(22_050 * 5);
  expect(Math.max(...samples)).toBeGreaterThan(5_000);
  expect(new Set(chunks.map((chunk) => chunk.sampleRate))).toEqual(new Set([22_050]));
  expect(chunks.length).toBeGreaterThan(10);

  const words = chunks.flatMap((chunk) => chunk.words ?? []);
  expect(words.map((word) => word.text).join(' ')).toBe(text);
  expect(words.map((word) => word.atSample)).toEqual([...words.map((word) => word.atSample)].sort((a, b) => a - b));
  let end = 0;
  for (const chunk of chunks) {
    end += chunk.samples.length;
    for (const word of chunk.words ?? []) expect(word.atSample).toBeLessThanOrEqual(end);
  }
  expect(words.at(-1)?.atSample).toBeGreaterThan(samples.length / 2);
});

test('several sentences have a pause between them, and no word is lost in numbers, symbols or markup', async () => {
  const text = `${long}At 12:30 Dr. Smith said <b>"AT&T"</b> - 1,234 [[times]] 😀... ${long}Done.`;
  const chunks = await say(text);
  const words = chunks.flatMap((chunk) => chunk.words ?? []).map((word) => word.text);
  expect(words).toEqual(text.split(/\s+/));
  let quiet = 0;
  let longest = 0;
  for (const sample of joined(chunks)) {
    quiet = Math.abs(sample) < 100 ? quiet + 1 : 0;
    longest = Math.max(longest, quiet);
  }
  expect(longest).toBeGreaterThan(22_050 * 0.28);
});

test('pieces are spoken as they come, one behind the other, with a pause between sentences', async () => {
  const text = new AsyncQueue<string>();
  const stream = tts.speak(text, { voice: 'Watercooler', signal: never() });
  text.push('Hello there.');
  const first = await stream.next();
  expect(first.value?.samples.length).toBeGreaterThan(0);
  text.push('How are you,');
  text.push('my friend?');
  text.end();
  const chunks = [first.value, ...(await collect(stream))];
  const words = chunks.flatMap((chunk) => chunk?.words ?? []);
  expect(words.map((word) => word.text).join(' ')).toBe('Hello there. How are you, my friend?');
  expect(words.map((word) => word.atSample)).toEqual([...words.map((word) => word.atSample)].sort((a, b) => a - b));
  expect(chunks.filter((chunk) => chunk?.samples.length === (22_050 * 300) / 1_000)).toHaveLength(1);
});

test('nothing to say is nothing said', async () => {
  expect(await say('')).toEqual([]);
  expect(await say(' \n ')).toEqual([]);
});

test('every voice speaks, no two as fast, in another language too', async () => {
  const spoken = await Promise.all(VOICE_NAMES.map((voice) => say('Bonjour, one two three.', voice)));
  const lengths = new Set(spoken.map((chunks) => joined(chunks).length));
  expect(lengths.size).toBe(VOICE_NAMES.length);
  lengths.add(joined(await say('Bonjour, one two three.', 'Watercooler', 'fr')).length);
  expect(lengths.size).toBe(VOICE_NAMES.length + 1);
  expect(joined(await say('Hello', 'no such voice')).length).toBeGreaterThan(5_000);
});

test('two speak at once: a short text does not wait for a long one', async () => {
  const order: string[] = [];
  const longOne = say(long.repeat(10)).then((chunks) => {
    order.push('long');
    return chunks;
  });
  const shortOne = say('Yes.').then((chunks) => {
    order.push('short');
    return chunks;
  });
  const [first, second] = await Promise.all([longOne, shortOne]);
  expect(order).toEqual(['short', 'long']);
  expect(joined(first).length).toBeGreaterThan(22_050 * 30);
  expect(joined(second).length / joined(await say('Yes.')).length).toBeCloseTo(1, 1);
});

test('abort stops at the next chunk, and the next speaker is served', async () => {
  const controller = new AbortController();
  let chunks = 0;
  const error = await (async () => {
    for await (const _ of tts.speak(once(long.repeat(20)), { voice: 'Watercooler', signal: controller.signal })) {
      chunks++;
      if (chunks === 3) controller.abort();
    }
    return undefined;
  })().catch((reason: unknown) => reason);
  expect(isAbort(error)).toBe(true);
  expect(chunks).toBe(3);
  expect((await say('Yes.')).length).toBeGreaterThan(0);

  const early = tts.speak(once('Hello'), { voice: 'Watercooler', signal: AbortSignal.abort() });
  expect(isAbort(await early.next().catch((reason: unknown) => reason))).toBe(true);
});

test('a caller that stops listening stops the work', async () => {
  for await (const chunk of tts.speak(once(long.repeat(20)), { voice: 'Watercooler', signal: never() })) {
    expect(chunk.samples.length).toBeGreaterThan(0);
    break;
  }
  expect((await say('Yes.')).length).toBeGreaterThan(0);
});

test('a listener who takes nothing does not pile up audio', async () => {
  const slow = tts.speak(once(long.repeat(50)), { voice: 'Watercooler', signal: never() });
  const first = await slow.next();
  // Each of these is served between two units of the slow one, were it still being made.
  for (let index = 0; index < 10; index++) await say('Yes.');
  const before = process.memoryUsage().arrayBuffers;
  for (let index = 0; index < 10; index++) await say('Yes.');
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(4_000_000);
  expect(first.done).toBe(false);
  let samples = 0;
  for await (const chunk of slow) samples += chunk.samples.length;
  expect(samples).toBeGreaterThan(22_050 * 250);
});

test('more than so many at once are refused', async () => {
  const own = new EspeakTts({ clock: systemClock, random: Math.random });
  const all = Array.from({ length: MAX_ESPEAK_REQUESTS + 1 }, () =>
    own.speak(once('Yes.'), { voice: 'Watercooler', signal: never() }).next(),
  );
  const outcomes = await Promise.allSettled(all);
  expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(1);
  expect(outcomes.at(-1)).toMatchObject({ reason: { code: 'engine_overloaded', retryable: true } });
  await own.close();
});

test('closing fails what is in flight and what comes later', async () => {
  const own = new EspeakTts({ clock: systemClock, random: Math.random });
  const speech = own.speak(once('Hello'), { voice: 'Watercooler', signal: never() }).next();
  const failure = expect(speech).rejects.toMatchObject({ code: 'engine_unavailable' });
  await own.close();
  await failure;
  await expect(own.ready()).rejects.toMatchObject({ code: 'engine_unavailable' });
});

test('the demo recogniser understands what is synthesised', async () => {
  const stt = new SherpaStt({ clock: patientClock, random: Math.random });
  const recognise = async (speech: Int16Array, sampleRate: number): Promise<string> => {
    const resampler = await createResampler(sampleRate, 16_000);
    const stream = stt.open({ key: 'test', signal: never() });
    stream.write(new Int16Array(4_800));
    stream.write(resampler.process(speech));
    stream.end();
    let text = '';
    for await (const result of stream.results) text = result.text;
    return text;
  };
  const whole = await synthesize('what time is it');
  expect(await recognise(whole.samples, whole.sampleRate)).toBe('what time is it');

  let errors = 0;
  for (const sentence of ['turn on the kitchen light', 'set a timer for five minutes', 'tell me a joke']) {
    for (const voice of ['Watercooler', 'en']) {
      errors += wordErrors(sentence, await recognise(joined(await say(sentence, voice)), 22_050));
    }
  }
  await stt.close();
  // Of 30 words.
  expect(errors).toBeLessThanOrEqual(3);
});
