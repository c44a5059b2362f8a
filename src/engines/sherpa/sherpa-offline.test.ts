import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { demoSamples, wordErrors } from '../../../test/support/audio/demo-samples.ts';
import { patientClock } from '../../../test/support/time/patient-clock.ts';
import { HostModel } from '../native-host/host-model.ts';
import { NativeHost } from '../native-host/native-host.ts';
import type { SttResult, SttStream } from '../stt.ts';
import { checkModel } from './model-check.ts';
import { SherpaStt } from './sherpa-stt.ts';

const FRAME = 320;
const modelDir = fileURLToPath(new URL('../../../test/fixtures/offline-asr-model', import.meta.url));
const samples = demoSamples();
const words = samples.reduce((sum, sample) => sum + sample.text.split(' ').length, 0);
const silence = new Int16Array(16_000);

let stt: SherpaStt;
beforeAll(async () => {
  stt = new SherpaStt({ clock: patientClock, random: Math.random, modelDir });
  await stt.ready();
});
afterAll(async () => {
  await stt.close();
});

function open(signal = new AbortController().signal): SttStream {
  return stt.open({ key: 'test', signal });
}

async function collect({ results }: SttStream): Promise<SttResult[]> {
  const list: SttResult[] = [];
  for await (const result of results) list.push(result);
  return list;
}

function speak(stream: SttStream, audio: Int16Array = silence): void {
  const frame = new Int16Array(FRAME);
  for (let at = 0; at + FRAME <= audio.length; at += FRAME) {
    frame.set(audio.subarray(at, at + FRAME));
    stream.write(frame);
  }
  frame.fill(-1);
}

async function recognise(audio: Int16Array | undefined): Promise<SttResult[]> {
  const stream = open();
  speak(stream, audio);
  stream.end();
  return collect(stream);
}

test('recognises the ten demo samples, all at once, each by one final result', async () => {
  expect(open().capabilities).toEqual({ partials: false, wordTimings: false });
  const results = await Promise.all(samples.map((sample) => recognise(sample.samples)));
  expect(results.map((list) => list.map(({ type }) => type))).toEqual(samples.map(() => ['final']));
  const errors = samples.reduce((sum, { text }, index) => sum + wordErrors(text, results[index]?.[0]?.text ?? ''), 0);
  expect(errors / words).toBeLessThanOrEqual(0.2);
});

test('silence and an utterance without any audio are empty texts', async () => {
  const empty = [{ type: 'final', text: '' }];
  expect(await recognise(silence)).toEqual(empty);
  expect(await recognise(new Int16Array(0))).toEqual(empty);
});

test('says that an utterance of 30 s should end, and recognises what was said until then', async () => {
  const stream = open();
  speak(stream, samples[1]?.samples);
  for (let second = 0; second < 31; second++) speak(stream);
  const results: SttResult[] = [];
  for await (const result of stream.results) {
    results.push(result);
    stream.end();
  }
  expect(results).toEqual([
    { type: 'partial', text: '', endpoint: true },
    { type: 'final', text: samples[1]?.text },
  ]);
});

test('an aborted utterance ends without a final result, before its end and in the queue', async () => {
  const controller = new AbortController();
  const [before, queued] = [open(controller.signal), open(controller.signal)];
  speak(before, samples[5]?.samples);
  speak(queued, samples[5]?.samples);
  queued.end();
  setImmediate(() => controller.abort());
  expect(await collect(before)).toEqual([]);
  expect(await collect(queued)).toEqual([]);
  expect((await recognise(samples[1]?.samples)).at(-1)?.text).toBe(samples[1]?.text);
});

test('a killed host costs the utterances in flight, also those in the queue; the next one works', async () => {
  const streams = samples.map((sample) => {
    const stream = open();
    speak(stream, sample.samples);
    return stream;
  });
  // In the host, all of it.
  await recognise(undefined);
  const failures = streams.map((stream) => collect(stream));
  const { hostPid } = stt;
  process.kill(hostPid ?? 0, 'SIGSTOP');
  for (const stream of streams) stream.end();
  process.kill(hostPid ?? 0, 'SIGKILL');
  for (const failure of await Promise.allSettled(failures)) {
    expect(failure).toMatchObject({ reason: { code: 'speech_host_down', retryable: true, engine: 'sherpa' } });
  }
  expect((await recognise(samples[1]?.samples)).at(-1)?.text).toBe(samples[1]?.text);
  expect(stt.hostPid).not.toBe(hostPid);
});

test('utterances for which the queue has no room fail at once, the others are recognised', async () => {
  const host = new NativeHost({ clock: patientClock, random: Math.random });
  const hint = { variable: 'SHERPA_MODEL_DIR', otherwise: 'STT=groq' };
  const prepare = async () => ({ ...(await checkModel(modelDir)), maxWaiting: 2 });
  const model = new HostModel({ host, engine: 'sherpa', hint, prepare });
  await model.ready();
  const streams = Array.from({ length: 6 }, () => model.open(new AbortController().signal));
  for (const stream of streams) speak(stream, samples[1]?.samples);
  // All ends in one write, so that the host finds them at once.
  for (const stream of streams) stream.end();
  const outcomes = await Promise.allSettled(streams.map((stream) => collect(stream)));
  const final = { status: 'fulfilled', value: [{ type: 'final', text: samples[1]?.text }] };
  const refused = { status: 'rejected', reason: { code: 'engine_overloaded', retryable: true, engine: 'sherpa' } };
  expect(outcomes.slice(0, 3)).toEqual([final, final, final]);
  expect(outcomes.slice(3)).toMatchObject([refused, refused, refused]);
  await model.close();
});

test('shares a host with a recogniser that streams', async () => {
  const host = new NativeHost({ clock: patientClock, random: Math.random });
  const [streaming, whole] = [undefined, modelDir].map(
    (folder) =>
      new SherpaStt({ clock: patientClock, random: Math.random, hosts: [host], ...(folder && { modelDir: folder }) }),
  );
  await Promise.all([streaming?.ready(), whole?.ready()]);
  expect(streaming?.hostPid).toBe(whole?.hostPid);
  for (const engine of [streaming, whole, streaming, whole]) {
    const stream = engine?.open({ key: 'test', signal: new AbortController().signal });
    if (!stream) throw new Error('no stream');
    speak(stream, samples[1]?.samples);
    stream.end();
    expect((await collect(stream)).at(-1)?.text).toBe(samples[1]?.text);
  }
  await streaming?.close();
  await whole?.close();
  expect(host.pid).toBeUndefined();
});
