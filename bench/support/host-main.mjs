// Speakers for the speech host, and the same recogniser in this very process for comparison.
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import sherpa from 'sherpa-onnx-node';
import { FRAME_MS } from '../../dist/audio/rates.js';
import { systemClock } from '../../dist/core/clock.js';
import { once } from '../../dist/core/once.js';
import { EspeakTts } from '../../dist/engines/espeak/espeak-tts.js';
import { BatchRecogniser } from '../../dist/engines/native-host/child/sherpa-streaming.js';
import { checkModel } from '../../dist/engines/sherpa/model-check.js';
import { SherpaStt } from '../../dist/engines/sherpa/sherpa-stt.js';
import { VAD_FRAME_SAMPLES } from '../../dist/engines/vad.js';
import { serve } from './child.mjs';
import { recording } from './recordings.mjs';

const stt = new SherpaStt({ clock: systemClock, random: Math.random });
await stt.ready();
const clips = Array.from({ length: 10 }, (_, file) => recording(file).samples);
const bytesOf = (samples) => new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);

/** So many speak at the pace of speech for so long. CPU of the speech host, seconds. */
async function speakers(count, ms) {
  let wrong = 0;
  let frames = 0;
  const end = performance.now() + ms;
  const before = hostCpuSeconds();
  const speak = async (index) => {
    await sleep((index * 997) % 1_000);
    for (let round = index; performance.now() < end; round++) {
      const samples = clips[round % clips.length];
      const stream = stt.open({ key: `speaker ${index}`, signal: new AbortController().signal });
      const text = finalOf(stream);
      const start = performance.now();
      for (let at = 0; at + VAD_FRAME_SAMPLES <= samples.length && performance.now() < end; at += VAD_FRAME_SAMPLES) {
        const wait = start + (at / VAD_FRAME_SAMPLES) * FRAME_MS - performance.now();
        if (wait > 1) await sleep(wait);
        stream.write(samples.subarray(at, at + VAD_FRAME_SAMPLES));
        frames += 1;
      }
      const isWhole = performance.now() < end;
      stream.end();
      if ((await text) === '' && isWhole) wrong += 1;
    }
  };
  await Promise.all(Array.from({ length: count }, (_, index) => speak(index)));
  return { cpuSeconds: hostCpuSeconds() - before, audioSeconds: (frames * FRAME_MS) / 1000, wrong };
}

/** From the end of an utterance to its text: across the boundary and without it, in turn. */
async function boundary(rounds) {
  const model = await checkModel(fileURLToPath(new URL('../../assets/asr-demo-model', import.meta.url)));
  const finals = new Map();
  const recogniser = new BatchRecogniser(
    new sherpa.OnlineRecognizer({
      featConfig: { sampleRate: 16_000, featureDim: 80 },
      modelConfig: { nemoCtc: model.group, tokens: model.tokens, numThreads: 1, provider: 'cpu', debug: 0 },
      decodingMethod: 'greedy_search',
    }),
    { partial: () => undefined, final: (id, text) => finals.set(id, text) },
  );
  recogniser.warmUp();
  const across = [];
  const inside = [];
  const different = [];
  for (let round = 0; round < rounds; round++) {
    const samples = clips[round % clips.length];
    const stream = stt.open({ key: 'boundary', signal: new AbortController().signal });
    const text = finalOf(stream);
    stream.write(samples);
    await sleep(150);
    let started = performance.now();
    stream.end();
    const said = await text;
    across.push(performance.now() - started);
    recogniser.open(round);
    recogniser.audio(round, bytesOf(samples));
    while (recogniser.busy) recogniser.turn();
    started = performance.now();
    recogniser.end(round);
    while (!finals.has(round)) recogniser.turn();
    inside.push(performance.now() - started);
    // Steps of several speakers at once round differently: a word that is on the edge may fall either way.
    if (finals.get(round) !== said) different.push({ there: said, here: finals.get(round) });
    if (said === '') throw new Error(`nothing was understood of clip ${round % clips.length}`);
  }
  return { across, inside, different };
}

/** CPU of this process while espeak, in its thread, says so many sentences. */
async function voice(sentences) {
  const tts = new EspeakTts({ clock: systemClock, random: Math.random });
  const options = { voice: 'Watercooler', language: 'en', signal: new AbortController().signal };
  const say = async () => {
    let seconds = 0;
    const text = 'The kitchen light is on, and it is a quarter past seven in the evening.';
    for await (const { samples, sampleRate } of tts.speak(once(text), options)) seconds += samples.length / sampleRate;
    return seconds;
  };
  await say();
  const before = process.cpuUsage();
  let audioSeconds = 0;
  for (let sentence = 0; sentence < sentences; sentence++) audioSeconds += await say();
  const { user, system } = process.cpuUsage(before);
  await tts.close();
  return { cpuSeconds: (user + system) / 1e6, audioSeconds };
}

async function finalOf(stream) {
  for await (const result of stream.results) if (result.type === 'final') return result.text;
  return '';
}

/** Linux only: time in user and system mode, in ticks of 10 ms, stand behind the program's name. */
function hostCpuSeconds() {
  const fields = readFileSync(`/proc/${stt.hostPid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

serve({ speakers, boundary, voice });
process.on('SIGTERM', async () => {
  await stt.close();
  process.exit(0);
});
