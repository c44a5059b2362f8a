// Ten noises of a house, 60 s each, before an open microphone: how often the recogniser is asked, and how often the device
// answers although no user has spoken. The recogniser says "Thank you." to whatever it is sent, as Whisper does. Then the same
// noises behind a question: how long its answer takes. Real voice activity detection, virtual time. Usage: node bench/noise.mjs [--seconds 60] [--level -20]

import { readdirSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { SharedPacer } from '../dist/audio/pacer.js';
import { parseWav } from '../dist/audio/wav.js';
import { parseDevices } from '../dist/config/devices-file.js';
import { Conversation } from '../dist/conversation/conversation.js';
import { AsyncQueue } from '../dist/core/async-queue.js';
import { ManualClock } from '../dist/core/manual-clock.js';
import { NOISE_NAMES, noiseOf } from '../dist/device-sim/mic/noises.js';
import { engineCall } from '../dist/engines/engine-call.js';
import { loadFvad } from '../dist/engines/fvad/fvad.js';
import { PROTOCOLS } from '../dist/protocols/registry.js';

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '60' }, level: { type: 'string', default: '-20' } },
});
const seconds = Number(values.seconds);
const levelDb = Number(values.level);
const FRAME_MS = 20;
const FRAME_SAMPLES = 320;

const MICROPHONES = {
  'half duplex': { duplex: 'half' },
  'full duplex': { duplex: 'full' },
  'wake word': { activation: 'wake_word', wake_words: ['hey jarvis'] },
};

const words = (ms) => Array.from({ length: Math.max(1, Math.ceil(ms / 300)) }, (_, word) => `word${word}`).join(' ');
const createVad = await loadFvad();
const settle = () => new Promise((resolve) => setImmediate(resolve));

/** Chance, the same in every run. */
function dice(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/**
 * A recogniser without partial results that makes a phrase of any noise.
 * @param saidUntilMs until then a user speaks, a word every 300 ms
 */
function recogniser(clock, counts, saidUntilMs) {
  return {
    id: 'phrase',
    open({ signal }) {
      const results = new AsyncQueue();
      let writtenMs = 0;
      signal.addEventListener('abort', () => results.end());
      return {
        engine: 'phrase',
        capabilities: { partials: false, wordTimings: false },
        results,
        write(samples) {
          writtenMs += samples.length / 16;
        },
        end() {
          counts.sent += 1;
          // An early question sends all audio at once: the utterance began so long ago.
          const ofUserMs = Math.min(writtenMs, saidUntilMs - (clock.now() - writtenMs));
          clock.setTimer(() => {
            results.push({ type: 'final', ...(ofUserMs > 0 ? { text: words(ofUserMs) } : OF_NOISE) });
            results.end();
          }, 300);
        },
      };
    },
    async close() {},
  };
}

const model = {
  id: 'model',
  reply: () =>
    engineCall(
      (async function* () {
        yield { type: 'token', text: 'You are welcome, and what else may I do for you today?' };
      })(),
      'model',
      { images: false, tools: false },
    ),
  async close() {},
};

/** Says every text in 3 s of a soft tone. */
const voice = {
  id: 'voice',
  speak: (text) =>
    engineCall(
      (async function* () {
        for await (const _ of text) yield { sampleRate: 24_000, samples: new Int16Array(72_000).fill(1_000) };
      })(),
      'voice',
      { streamingText: false, wordTimings: false },
    ),
  async close() {},
};

/** What Groq says of a door: no_speech_prob 0.2, avg_logprob -0.35. */
const OF_NOISE = { text: 'Thank you.', doubt: 0.35 };

const session = {
  abilities: { playTone: false, setVolume: false },
  playback: { sampleRate: 24_000, frameMs: 80, aheadMs: 320, trailingSilenceMs: 80 },
  receiveText() {},
  receiveBinary() {},
  close() {},
  send() {},
  async prepareToPlay() {},
  play() {},
};

/** What comes of a sound that a microphone hears. */
async function listen(samples, microphone, saidUntilMs = 0) {
  const entry = { name: 'bench', host: '192.0.2.1', greeting: false, long_silence: false, ...microphone };
  const { devices } = parseDevices(JSON.stringify({ devices: [entry] }), 'devices.json', { kinds: PROTOCOLS });
  const clock = new ManualClock();
  const counts = { sent: 0, answers: 0, interrupted: 0, playedAtMs: Number.POSITIVE_INFINITY };
  const engines = { stt: recogniser(clock, counts, saidUntilMs), llm: model, tts: voice };
  const conversation = new Conversation([...devices.values()][0], {
    clock,
    pacer: new SharedPacer(clock),
    report: (event) => {
      if (event.type === 'turn.ended' && event.answer !== '') counts.answers += 1;
      if (event.type === 'turn.ended' && event.outcome === 'interrupted') counts.interrupted += 1;
    },
    engines: { for: () => engines, release: () => undefined },
    vad: createVad(),
    prompts: { render: () => 'Be kind.' },
  });
  conversation.attach({
    ...session,
    play: () => {
      counts.playedAtMs = Math.min(counts.playedAtMs, clock.now());
    },
  });
  const hear = async (frame) => {
    clock.advance(FRAME_MS);
    conversation.audio(frame, clock.now());
    await settle();
  };
  for (let at = 0; at + FRAME_SAMPLES <= samples.length; at += FRAME_SAMPLES) {
    await hear(samples.subarray(at, at + FRAME_SAMPLES));
  }
  const silence = new Int16Array(FRAME_SAMPLES);
  for (let frame = 0; frame < 500; frame++) await hear(silence);
  return counts;
}

const columns = Object.keys(MICROPHONES);
const line = (name, cells) => `| ${name.padEnd(10)} | ${cells.map((cell) => String(cell).padEnd(26)).join(' | ')} |`;
const all = { sent: 0, answers: 0 };
process.stdout.write(`${seconds} s of each noise at ${levelDb} dB: requests sent, answers given\n\n`);
process.stdout.write(
  `${line('noise', columns)}\n${line(
    '---',
    columns.map(() => '---'),
  )}\n`,
);
for (const [index, name] of NOISE_NAMES.entries()) {
  const samples = noiseOf(name, seconds, levelDb, dice(index + 1));
  const cells = [];
  for (const column of columns) {
    const { sent, answers } = await listen(samples, MICROPHONES[column]);
    all.sent += sent;
    all.answers += answers;
    cells.push(`${sent} sent, ${answers} answered`);
  }
  process.stdout.write(`${line(name, cells)}\n`);
}
process.stdout.write(`\nall noises: ${all.sent} sent, ${all.answers} answered (target: 0 answered)\n`);

// And what must not be lost: recordings of people, alone and with a noise behind them.
const folder = new URL('../assets/asr-demo-model/samples/', import.meta.url);
const recordings = readdirSync(folder)
  .filter((name) => name.endsWith('.wav'))
  .map((file) => parseWav(readFileSync(new URL(file, folder))).samples);
let heard = 0;
for (const samples of recordings) {
  if ((await listen(samples, MICROPHONES['half duplex'], samples.length / 16)).sent > 0) heard += 1;
}
process.stdout.write(`recorded utterances: ${heard} of ${recordings.length} sent\n`);

const QUESTION_DB = -20;
const BEHIND = [-10, 0];

/** A question, and a noise from its end on. */
function behind(question, noise) {
  const all = new Int16Array(question.length + noise.length);
  all.set(question);
  all.set(noise, question.length);
  return all;
}

/** So loud, dB of full scale, without the silence around it. */
function trimmed(samples) {
  const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  const isLoud = (sample) => Math.abs(sample) > peak * 0.15;
  const sounding = samples.slice(samples.findIndex(isLoud), samples.findLastIndex(isLoud));
  const loud = sounding.filter(isLoud);
  const rms = Math.sqrt(loud.reduce((sum, sample) => sum + sample ** 2, 0) / loud.length) / 32_768;
  return sounding.map((sample) => Math.max(-32_768, Math.min(32_767, (sample * 10 ** (QUESTION_DB / 20)) / rms)));
}

process.stdout.write('\n40 s of each noise behind a question: from its end to the answer, turns\n\n');
const ways = BEHIND.map((db) => `${db} dB`);
process.stdout.write(
  `${line('noise', ways)}\n${line(
    '---',
    ways.map(() => '---'),
  )}\n`,
);
for (const [index, name] of NOISE_NAMES.entries()) {
  const cells = [];
  for (const db of BEHIND) {
    const question = trimmed(recordings[index % recordings.length]);
    const noise = noiseOf(name, 40, QUESTION_DB + db, dice(index + 1));
    const counts = await listen(behind(question, noise), MICROPHONES['full duplex'], question.length / 16);
    const waitMs = counts.playedAtMs - question.length / 16;
    cells.push(`${(waitMs / 1_000).toFixed(2)} s, ${counts.answers} answers, ${counts.interrupted} cut`);
  }
  process.stdout.write(`${line(name, cells)}\n`);
}
