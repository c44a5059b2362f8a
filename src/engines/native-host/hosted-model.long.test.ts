import { fileURLToPath } from 'node:url';
import { afterEach, expect, onTestFinished, test } from 'vitest';
import { demoSample } from '../../../test/support/audio/demo-samples.ts';
import { patientClock } from '../../../test/support/time/patient-clock.ts';
import { checkModel, HEARING, type ModelPurpose, SPEAKING } from '../sherpa/model-check.ts';
import type { SttStream } from '../stt.ts';
import { createHosts } from './create-hosts.ts';
import { HostedModel, type Hosts, lastFirst } from './hosted-model.ts';
import type { ChildStateReport } from './kept-alive.ts';

const path = (name: string) => fileURLToPath(new URL(`../../../${name}`, import.meta.url));
const STREAMING = path('assets/asr-demo-model');
const WHOLE = path('test/fixtures/offline-asr-model');
const VOICE = path('test/fixtures/tone-voice');
const sample = demoSample('01.wav');
const { signal } = new AbortController();

let states: (readonly [number, ChildStateReport['state']])[] = [];
afterEach(() => {
  states = [];
});

function hostsOf(count: number): Hosts {
  const onState = (host: number, { state }: ChildStateReport) => void states.push([host, state]);
  return createHosts(count, { clock: patientClock, random: Math.random, onState });
}

async function modelIn(hosts: Hosts, folder: string, purpose: ModelPurpose = HEARING): Promise<HostedModel> {
  const hint = { variable: purpose.variable, otherwise: 'STT=groq' };
  const model = new HostedModel({ hosts, engine: 'sherpa', hint, prepare: () => checkModel(folder, purpose) });
  onTestFinished(() => model.close());
  await model.ready();
  return model;
}

/** How many calls each host is at. */
const inFlight = (hosts: Hosts) => hosts.map(({ inFlight: { streams, jobs } }) => [streams, jobs]);

/** What was heard of the rest of an utterance. */
async function finalOf(stream: SttStream): Promise<string> {
  stream.write(sample.samples);
  stream.end();
  let text = '';
  for await (const result of stream.results) text = result.text;
  return text;
}

test('utterances are spread over the hosts but the last, which is for voices', async () => {
  const hosts = hostsOf(3);
  const ears = await modelIn(hosts, STREAMING);
  await expect.poll(() => ears.pids).toHaveLength(2);
  await expect.poll(() => states.filter(([, state]) => state === 'ready')).toHaveLength(2);
  const streams = Array.from({ length: 4 }, () => ears.open(signal));
  expect(inFlight(hosts)).toEqual([
    [2, 0],
    [2, 0],
    [0, 0],
  ]);
  const voice = await modelIn(lastFirst(hosts), VOICE, SPEAKING);
  const speech = voice.say({ text: 'aaaa', speaker: 0, speed: 1 }, signal);
  const first = speech.next();
  expect(inFlight(hosts)).toEqual([
    [2, 0],
    [2, 0],
    [0, 1],
  ]);
  expect((await first).value).toHaveLength(6_400);
  await speech.return(undefined);
  for (const text of await Promise.all(streams.map(finalOf))) expect(text).toBe(sample.text);
  expect(inFlight(hosts)).toEqual([
    [0, 0],
    [0, 0],
    [0, 0],
  ]);
});

test('jobs go to the host that has the fewest', async () => {
  const hosts = hostsOf(2);
  const ears = await modelIn(hosts, WHOLE);
  await expect.poll(() => states.filter(([, state]) => state === 'ready')).toHaveLength(2);
  const streams = Array.from({ length: 4 }, () => ears.open(signal));
  expect(inFlight(hosts)).toEqual([
    [0, 2],
    [0, 2],
  ]);
  for (const text of await Promise.all(streams.map(finalOf))) expect(text).toBe(sample.text);
});

test('a host that is killed costs its own utterances; the next ones go to another at once', async () => {
  const hosts = hostsOf(3);
  const ears = await modelIn(hosts, STREAMING);
  await expect.poll(() => states.filter(([, state]) => state === 'ready')).toHaveLength(2);
  const [lost, kept] = [ears.open(signal), ears.open(signal)];
  const failed = finalOf(lost);
  process.kill(hosts[0].pid ?? 0, 'SIGKILL');
  await expect(failed).rejects.toMatchObject({ code: 'speech_host_down', retryable: true });
  const next = ears.open(signal);
  expect(hosts[1]?.inFlight.streams).toBe(2);
  expect(await finalOf(next)).toBe(sample.text);
  expect(await finalOf(kept)).toBe(sample.text);
  await expect.poll(() => states.at(-1)).toEqual([1, 'ready']);
  expect(states.filter(([, state]) => state === 'down')).toEqual([[1, 'down']]);
  expect(await finalOf(ears.open(signal))).toBe(sample.text);
});

test('of one host everything is in it', async () => {
  const hosts = hostsOf(1);
  const [ears, voice] = [await modelIn(hosts, STREAMING), await modelIn(lastFirst(hosts), VOICE, SPEAKING)];
  expect(ears.pids).toEqual(voice.pids);
});
