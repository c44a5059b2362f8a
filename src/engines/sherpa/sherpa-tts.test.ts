import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { patientClock } from '../../../test/support/time/patient-clock.ts';
import { parseVoices } from '../../config/voices/voice-book.ts';
import { AsyncQueue } from '../../core/async-queue.ts';
import { once } from '../../core/once.ts';
import { NativeHost } from '../native-host/native-host.ts';
import type { PcmChunk } from '../tts.ts';
import { SherpaStt } from './sherpa-stt.ts';
import { SherpaTts } from './sherpa-tts.ts';

/** Hums 100 ms a character, "a" at 220 Hz and speaker 1 an octave above. */
const modelDir = fileURLToPath(new URL('../../../test/fixtures/tone-voice', import.meta.url));
const RATE = 16_000;
const CHARACTER = RATE / 10;

const voices = parseVoices(
  JSON.stringify({
    voices: [
      { name: 'Low', language: 'en', sherpa: { model: 'tone-voice', speaker: 0 } },
      { name: 'High', language: 'en', sherpa: { model: 'tone-voice', speaker: 1 } },
      { name: 'Haute', language: 'fr', sherpa: { model: 'tone-voice', speaker: 1 } },
      { name: 'Elsewhere', language: 'en', sherpa: { model: 'kokoro-en-v0_19', speaker: 1 } },
      { name: 'Unknown', language: 'en' },
    ],
  }),
  'voices.json',
);

let tts: SherpaTts;
beforeAll(async () => {
  tts = new SherpaTts({ clock: patientClock, random: Math.random, modelDir, voices });
  await tts.ready();
});
afterAll(async () => {
  await tts.close();
});

async function collect(stream: AsyncIterable<PcmChunk>): Promise<PcmChunk[]> {
  const chunks: PcmChunk[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks;
}

function say(text: string, voice = 'Low', signal = new AbortController().signal): Promise<PcmChunk[]> {
  return collect(tts.speak(once(text), { voice, signal }));
}

function joined(chunks: readonly PcmChunk[]): Int16Array {
  return Int16Array.from(chunks.flatMap(({ samples }) => [...samples]));
}

/** Of a tone: how often it goes up through zero. */
function hertz(samples: Int16Array): number {
  const ups = samples.filter((sample, index) => sample > 0 && (samples[index - 1] ?? 0) <= 0);
  return Math.round((ups.length * RATE) / samples.length);
}

test('says each character of a sentence, at the rate of the model', async () => {
  const chunks = await say('aaaaaaaaaz');
  expect(new Set(chunks.map(({ sampleRate }) => sampleRate))).toEqual(new Set([RATE]));
  const samples = joined(chunks);
  expect(samples).toHaveLength(10 * CHARACTER);
  // ids 3 and 28, so 230 and 480 Hz; half as loud as can be.
  expect(hertz(samples.subarray(0, 9 * CHARACTER))).toBe(220);
  expect(hertz(samples.subarray(9 * CHARACTER))).toBe(470);
  expect(Math.max(...samples)).toBeGreaterThan(16_000);
  expect(Math.max(...samples)).toBeLessThan(16_500);
});

test.each([
  ['Low', 220],
  ['High', 440],
  ['Elsewhere', 220],
  ['Unknown', 220],
  ['not in the book', 220],
])('voice %s', async (voice, expected) => {
  expect(hertz(joined(await say('aaaaaaaaaa', voice)))).toBe(expected);
});

test.each([
  ['en', 220],
  ['fr-CA', 440],
  ['de', 220],
])('voice Low, a sentence in %s', async (language, expected) => {
  expect(tts.voiceFor('Low', language)).toBe('Low');
  const { signal } = new AbortController();
  const chunks = await collect(tts.speak(once('aaaaaaaaaa'), { voice: 'Low', language, signal }));
  expect(hertz(joined(chunks))).toBe(expected);
});

test('the sentences of a piece come one by one, and the next piece is not awaited', async () => {
  const text = new AsyncQueue<string>();
  const stream = tts.speak(text, { voice: 'Low', signal: new AbortController().signal });
  text.push('aa. aaa! aaaa?');
  const lengths: number[] = [];
  for await (const { samples } of stream) {
    lengths.push(samples.length / CHARACTER);
    if (lengths.length === 3) {
      text.push('aa');
      text.end();
    }
  }
  // Behind the first, each begins with its space.
  expect(lengths).toEqual([3, 5, 6, 2]);
});

test('signs that the model does not know are nothing to say', async () => {
  expect(await say('\u{1f600}')).toEqual([]);
  expect(
    await collect(tts.speak(new AsyncQueue<string>(), { voice: 'Low', signal: AbortSignal.abort() })).catch(
      (error) => error.name,
    ),
  ).toBe('AbortError');
});

test('many at once are all said whole', async () => {
  const texts = Array.from({ length: 20 }, (_, index) => 'a'.repeat(index + 2));
  const said = await Promise.all(texts.map((text) => say(text)));
  expect(said.map((chunks) => joined(chunks).length / CHARACTER)).toEqual(texts.map(({ length }) => length));
});

test('more than can wait fail at once and say that it is full', async () => {
  const outcomes = await Promise.allSettled(Array.from({ length: 60 }, () => say('aa')));
  const failed = outcomes.filter(({ status }) => status === 'rejected');
  expect(failed.length).toBeGreaterThan(0);
  expect(failed.length).toBeLessThanOrEqual(60 - 33);
  for (const failure of failed) {
    expect(failure).toMatchObject({ reason: { code: 'engine_overloaded', retryable: true, engine: 'sherpa' } });
  }
  expect(await say('aa')).not.toEqual([]);
});

test('aborted amid a sentence, it ends with an AbortError; the next one is said', async () => {
  const controller = new AbortController();
  const stream = tts.speak(once('aaaa. '.repeat(60)), { voice: 'Low', signal: controller.signal });
  const chunks: PcmChunk[] = [];
  const reading = (async () => {
    for await (const chunk of stream) {
      chunks.push(chunk);
      controller.abort();
    }
  })();
  await expect(reading).rejects.toMatchObject({ name: 'AbortError' });
  expect(chunks).toHaveLength(1);
  expect(joined(await say('aa'))).toHaveLength(2 * CHARACTER);
});

test('a killed host costs the sentence in flight; the next one is said', async () => {
  const { hostPid } = tts;
  process.kill(hostPid ?? 0, 'SIGSTOP');
  const failure = say('aaaa.').catch((error: unknown) => error);
  await new Promise(setImmediate);
  process.kill(hostPid ?? 0, 'SIGKILL');
  expect(await failure).toMatchObject({ code: 'speech_host_down', retryable: true, engine: 'sherpa' });
  expect(joined(await say('aa'))).toHaveLength(2 * CHARACTER);
  expect(tts.hostPid).not.toBe(hostPid);
});

test('ears and voice share a host', async () => {
  const host = new NativeHost({ clock: patientClock, random: Math.random });
  const options = { clock: patientClock, random: Math.random, hosts: [host] } as const;
  const [ears, voice] = [new SherpaStt(options), new SherpaTts({ ...options, modelDir, voices })];
  await Promise.all([ears.ready(), voice.ready()]);
  expect(ears.hostPid).toBe(voice.hostPid);
  expect(await collect(voice.speak(once('aa'), { voice: 'Low', signal: new AbortController().signal }))).toHaveLength(
    1,
  );
  await ears.close();
  expect(voice.hostPid).toBeTypeOf('number');
  await voice.close();
  expect(host.pid).toBeUndefined();
});

test('without a folder it says what to set', () => {
  expect(() => new SherpaTts({ clock: patientClock, random: Math.random, modelDir: undefined })).toThrow(
    expect.objectContaining({ code: 'engine_misconfigured', message: expect.stringContaining('SHERPA_TTS_MODEL_DIR') }),
  );
});

test.each([
  [
    'whose metadata lacks the sample rate',
    (model: Buffer) => rename(model, 'sample_rate', 'sample_ratf'),
    'sample_rate',
  ],
  ['with an operation that there is not', (model: Buffer) => rename(model, 'Unsqueeze', 'Unsqueezf'), 'Unsqueezf'],
  ['that was cut short', (model: Buffer) => model.subarray(0, 6_000), 'Protobuf parsing failed'],
])('a voice %s is an error with its cause', async (_, spoil, cause) => {
  const folder = mkdtempSync(join(tmpdir(), 'vits-spoilt-'));
  cpSync(join(modelDir, 'tokens.txt'), join(folder, 'tokens.txt'));
  writeFileSync(join(folder, 'model.onnx'), spoil(readFileSync(join(modelDir, 'model.onnx'))));
  const bad = new SherpaTts({ clock: patientClock, random: Math.random, modelDir: folder });
  const error: unknown = await bad.ready().catch((failure: unknown) => failure);
  expect(error).toMatchObject({
    code: 'engine_misconfigured',
    message: expect.stringContaining('SHERPA_TTS_MODEL_DIR'),
  });
  // What the native code said before it gave up.
  expect((error as Error).message).toContain(cause);
  expect(bad.hostPid).toBeUndefined();
  await bad.close();
  rmSync(folder, { recursive: true });
});

function rename(model: Buffer, from: string, to: string): Buffer {
  const bytes = Buffer.from(model);
  bytes.write(to, bytes.indexOf(from), 'latin1');
  return bytes;
}
