import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { demoSamples, wordErrors } from '../../../test/support/audio/demo-samples.ts';
import { patientClock } from '../../../test/support/time/patient-clock.ts';
import { DialtoneError } from '../../core/errors.ts';
import { ManualClock } from '../../core/manual-clock.ts';
import type { SttResult, SttStream } from '../stt.ts';
import { SherpaStt } from './sherpa-stt.ts';

const FRAME = 320;
const samples = demoSamples();
const words = samples.reduce((sum, sample) => sum + sample.text.split(' ').length, 0);

let stt: SherpaStt;
beforeAll(async () => {
  stt = new SherpaStt({ clock: patientClock, random: Math.random });
  await stt.ready();
});
afterAll(async () => {
  await stt.close();
});

function open(engine = stt): SttStream {
  return engine.open({ key: 'test', signal: new AbortController().signal });
}

async function collect(stream: SttStream): Promise<SttResult[]> {
  const results: SttResult[] = [];
  for await (const result of stream.results) results.push(result);
  return results;
}

function speak(stream: SttStream, audio: Int16Array): void {
  // One array for all frames, as the audio path does: the stream must copy.
  const frame = new Int16Array(FRAME);
  for (let at = 0; at + FRAME <= audio.length; at += FRAME) {
    frame.set(audio.subarray(at, at + FRAME));
    stream.write(frame);
  }
  frame.fill(-1);
}

async function recognise(audio: Int16Array, engine = stt): Promise<string> {
  const stream = open(engine);
  speak(stream, audio);
  stream.end();
  return (await collect(stream)).at(-1)?.text ?? '';
}

test('recognises the ten demo samples in frames of 20 ms', async () => {
  let errors = 0;
  for (const { samples: audio, text } of samples) errors += wordErrors(text, await recognise(audio));
  expect(errors / words).toBeLessThanOrEqual(0.2);
});

test('gives partial results while the user speaks, then exactly one final one', async () => {
  const { samples: audio, text } = samples[6] ?? { samples: new Int16Array(), text: '' };
  const stream = open();
  speak(stream, audio.subarray(0, 32_000));
  const partials: string[] = [];
  const finals: string[] = [];
  for await (const result of stream.results) {
    (result.type === 'partial' ? partials : finals).push(result.text);
    // Only now the rest: the first words were there before the last were said.
    if (partials.length === 1 && finals.length === 0) {
      speak(stream, audio.subarray(32_000));
      stream.end();
    }
  }
  expect(finals).toHaveLength(1);
  expect(wordErrors(text, finals[0] ?? '')).toBeLessThanOrEqual(2);
  expect(partials[0]).not.toBe('');
  expect(text.startsWith(partials[0] ?? '')).toBe(true);
  expect(partials[0]?.length).toBeLessThan(text.length);
});

test('recognises 20 utterances at once, and streams used again hear nothing of before', async () => {
  for (let round = 0; round < 3; round++) {
    const some = Array.from({ length: 20 }, (_, index) => samples[(index + round) % samples.length]);
    const texts = await Promise.all(some.map((sample) => recognise(sample?.samples ?? new Int16Array())));
    const errors = some.reduce((sum, sample, index) => sum + wordErrors(sample?.text ?? '', texts[index] ?? ''), 0);
    expect(errors / (words * 2)).toBeLessThanOrEqual(0.2);
  }
});

test('says when it believes that the utterance is over', async () => {
  const stream = open();
  speak(stream, samples[0]?.samples ?? new Int16Array());
  speak(stream, new Int16Array(16_000 * 1.5));
  let last: SttResult | undefined;
  for await (const result of stream.results) {
    last = result;
    if (result.type === 'partial' && result.endpoint) stream.end();
  }
  expect(last).toEqual({ type: 'final', text: samples[0]?.text });
});

test('silence and an utterance without any audio are empty texts', async () => {
  expect(await recognise(new Int16Array(32_000))).toBe('');
  expect(await recognise(new Int16Array(0))).toBe('');
});

test('an aborted utterance ends without a final result, and spoils nothing', async () => {
  const controller = new AbortController();
  const stream = stt.open({ key: 'test', signal: controller.signal });
  speak(stream, (samples[5]?.samples ?? new Int16Array()).subarray(0, 16_000));
  setImmediate(() => controller.abort());
  expect((await collect(stream)).filter((result) => result.type === 'final')).toEqual([]);
  stream.write(new Int16Array(FRAME));
  stream.end();
  expect(await recognise(samples[1]?.samples ?? new Int16Array())).toBe('what time is it');

  const aborted = stt.open({ key: 'test', signal: AbortSignal.abort() });
  expect(await collect(aborted)).toEqual([]);
});

test('a killed host costs the utterance in flight; the next one works', async () => {
  const stream = open();
  const failure = collect(stream).catch((error: unknown) => error);
  speak(stream, (samples[0]?.samples ?? new Int16Array()).subarray(0, 8_000));
  const { hostPid } = stt;
  if (hostPid === undefined) throw new Error('no host');
  await sleep(20);
  process.kill(hostPid, 'SIGKILL');
  const error = await failure;
  expect(error).toBeInstanceOf(DialtoneError);
  expect(error).toMatchObject({ code: 'speech_host_down', retryable: true });
  // At once, while the next host is still starting.
  expect(await recognise(samples[1]?.samples ?? new Int16Array())).toBe('what time is it');
  expect(stt.hostPid).not.toBe(hostPid);
});

test('a host that answers is left alone, one that hangs is replaced', async () => {
  const clock = new ManualClock();
  const own = new SherpaStt({ clock, random: Math.random });
  await own.ready();
  const { hostPid } = own;
  for (let second = 0; second < 10; second++) {
    clock.advance(1_000);
    // The answers come in order: with this one, the heartbeat's has come.
    await recognise(new Int16Array(0), own);
  }
  expect(own.hostPid).toBe(hostPid);

  process.kill(hostPid ?? 0, 'SIGSTOP');
  const failure = collect(open(own)).catch((error: unknown) => error);
  clock.advance(6_000);
  expect(await failure).toMatchObject({ code: 'speech_host_down', message: expect.stringContaining('did not answer') });
  clock.advance(0);
  expect(await recognise(samples[1]?.samples ?? new Int16Array(), own)).toBe('what time is it');
  await own.close();
});

test('a host that does not take its audio fails the speaker, and memory stays bounded', async () => {
  const clock = new ManualClock();
  const own = new SherpaStt({ clock, random: Math.random });
  await own.ready();
  process.kill(own.hostPid ?? 0, 'SIGSTOP');
  const stream = open(own);
  const failure = collect(stream).catch((error: unknown) => error);
  const audio = new Int16Array(16_000);
  // 200 s of audio: 6.4 MB.
  for (let second = 0; second < 200; second++) stream.write(audio);
  expect(await failure).toMatchObject({ code: 'engine_overloaded', retryable: true });
  // It does not see the end of its pipe either: it is killed.
  const closed = own.close();
  await sleep(0);
  clock.advance(2_000);
  await closed;
});

test('closing ends the host and fails what is in flight', async () => {
  const own = new SherpaStt({ clock: patientClock, random: Math.random });
  await own.ready();
  const { hostPid } = own;
  const failure = collect(open(own)).catch((error: unknown) => error);
  await own.close();
  expect(await failure).toMatchObject({ code: 'speech_host_down' });
  expect(() => process.kill(hostPid ?? 0, 0)).toThrow();
  expect(own.hostPid).toBeUndefined();
  await expect(collect(open(own))).rejects.toMatchObject({ code: 'speech_host_down' });
  await expect(own.ready()).rejects.toMatchObject({ code: 'speech_host_down' });
});
