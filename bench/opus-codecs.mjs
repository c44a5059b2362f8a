// What the Opus libraries cost, and what they survive. Run: npm run build && node bench/opus-codecs.mjs
// Each library runs in a process of its own, so that memory is its own and a crash is seen rather than shared.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import { fileURLToPath } from 'node:url';
import { DEFAULT_BITRATE, DEFAULT_COMPLEXITY } from '../dist/audio/opus/opus.js';
import { loadOpusCodec } from '../dist/audio/opus/opus-codec.js';
import { checkOpusPacket } from '../dist/audio/opus/opus-packet.js';
import { createResampler } from '../dist/audio/resample.js';
import { parseWav } from '../dist/audio/wav.js';

const PACKET_MS = 40;
const FRAME_24K = 24 * PACKET_MS;
const PASSES = 12;
const require = createRequire(import.meta.url);

/** Every library as an OpusCodec: { createDecoder, createEncoder }. */
const LIBRARIES = {
  'libopus-wasm': () => loadOpusCodec('libopus-wasm'),
  'opusscript, our adapter': () => loadOpusCodec('opusscript'),
  'opusscript, its own class': opusscriptClass,
  '@evan/opus (native)': evanOpus,
};

const PARTS = { speed, decoders500, decoders2000, noise };

const [library, part] = process.argv.slice(2);
if (library && part) process.stdout.write(JSON.stringify(await PARTS[part](await LIBRARIES[library]())));
else report();

function report() {
  const cpu = os.cpus()[0]?.model ?? 'unknown CPU';
  console.log(`Node ${process.version}, ${os.platform()} ${os.arch()}, ${cpu}, mono speech, ${PACKET_MS} ms packets\n`);
  const columns = [
    'library',
    `encode 24 kHz, complexity ${DEFAULT_COMPLEXITY} (µs/packet)`,
    'decode to 16 kHz (µs/packet)',
    'memory of 500 decoders (MB)',
    '2,000 decoders at once',
    '20,000 random packets',
  ];
  console.log(`| ${columns.join(' | ')} |\n|${' --- |'.repeat(columns.length)}`);
  for (const name of Object.keys(LIBRARIES)) {
    const cells = Object.keys(PARTS).map((each) => run(name, each));
    console.log(`| ${[name, ...cells.flat()].join(' | ')} |`);
  }
}

function run(name, each) {
  try {
    const args = ['--expose-gc', fileURLToPath(import.meta.url), name, each];
    return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }));
  } catch (error) {
    const says = String(error.stderr ?? '').match(/^\w*Error.*$/m)?.[0] ?? '';
    const how = error.signal ? `killed by ${error.signal}` : `exit ${error.status}`;
    return each === 'speed' ? [how, says] : [`${how} ${says}`.trim()];
  }
}

async function speed(codec) {
  const frames = await speechFrames();
  const encoder = await codec.createEncoder({ sampleRate: 24_000, frameMs: PACKET_MS, complexity: DEFAULT_COMPLEXITY });
  const decoder = await codec.createDecoder({ sampleRate: 16_000 });
  const packets = frames.map((frame) => encoder.encode(frame));
  return [leastMicros(frames, (frame) => encoder.encode(frame)), leastMicros(packets, (each) => decoder.decode(each))];
}

/** Mean cost of an item, each at its best of several passes, so that what else runs on the machine counts little. */
function leastMicros(items, work) {
  const least = items.map(() => Number.POSITIVE_INFINITY);
  for (let pass = 0; pass < PASSES; pass++) {
    for (const [index, item] of items.entries()) {
      const started = performance.now();
      work(item);
      least[index] = Math.min(least[index], performance.now() - started);
    }
  }
  return ((least.reduce((sum, each) => sum + each, 0) * 1000) / items.length).toFixed(0);
}

async function decoders500(codec) {
  const packets = await speechPackets(20);
  const warm = await codec.createDecoder({ sampleRate: 16_000 });
  // Until the engine has compiled what it will: that memory is not the decoders'.
  for (let round = 0; round < 500; round++) for (const packet of packets) warm.decode(packet);
  globalThis.gc();
  const before = process.memoryUsage().rss;
  const decoders = [];
  for (let index = 0; index < 500; index++) decoders.push(await codec.createDecoder({ sampleRate: 16_000 }));
  for (const decoder of decoders) for (const packet of packets) decoder.decode(packet);
  globalThis.gc();
  return [((process.memoryUsage().rss - before) / 1e6).toFixed(0)];
}

/** Packet by packet through all in turn: each must decode exactly as one alone does. */
async function decoders2000(codec) {
  const packets = await speechPackets(20);
  const alone = await codec.createDecoder({ sampleRate: 16_000 });
  const expected = packets.map((packet) => bytesOf(alone.decode(packet)));
  const decoders = [];
  for (let index = 0; index < 2000; index++) decoders.push(await codec.createDecoder({ sampleRate: 16_000 }));
  const wrong = new Set();
  const threw = new Map();
  for (const [place, packet] of packets.entries()) {
    for (const [index, decoder] of decoders.entries()) {
      try {
        if (!expected[place].equals(bytesOf(decoder.decode(packet)))) wrong.add(index);
      } catch (error) {
        threw.set(index, error.message);
      }
    }
  }
  for (const index of threw.keys()) wrong.delete(index);
  if (wrong.size + threw.size === 0) return ['all right'];
  const says = [...new Set(threw.values())].map((text) => `"${text}"`).join(', ');
  return [`${threw.size} threw${says && `: ${says}`}; ${wrong.size} decoded something else`];
}

async function noise(codec) {
  const decoder = await codec.createDecoder({ sampleRate: 16_000 });
  const before = process.memoryUsage().rss;
  let state = 7;
  const random = () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
  let threw = 0;
  let threwThoughChecked = 0;
  for (let index = 0; index < 20_000; index++) {
    const length = random() < 0.2 ? Math.floor(random() * 8) : Math.floor(random() * 1300);
    const packet = Buffer.from(Uint8Array.from({ length }, () => Math.floor(random() * 256)));
    try {
      decoder.decode(packet);
    } catch {
      threw++;
      if (checkOpusPacket(packet).ok) threwThoughChecked++;
    }
  }
  const grown = ((process.memoryUsage().rss - before) / 1e6).toFixed(0);
  return [`no crash; ${threw} refused (${threwThoughChecked} that checkOpusPacket lets through); RSS +${grown} MB`];
}

async function speechFrames() {
  const frames = [];
  for (let file = 0; file < 10; file++) {
    const url = new URL(`../assets/asr-demo-model/samples/0${file}.wav`, import.meta.url);
    const wav = parseWav(readFileSync(url));
    const resampler = await createResampler(wav.sampleRate, 24_000);
    const samples = resampler.process(wav.samples);
    for (let at = 0; at + FRAME_24K <= samples.length; at += FRAME_24K) frames.push(samples.slice(at, at + FRAME_24K));
  }
  return frames;
}

/** The same packets for every library. */
async function speechPackets(count) {
  const encoder = await (await loadOpusCodec('libopus-wasm')).createEncoder({ sampleRate: 24_000, frameMs: PACKET_MS });
  return (await speechFrames()).slice(10, 10 + count).map((frame) => Buffer.from(encoder.encode(frame)));
}

function bytesOf(samples) {
  return Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
}

function opusscriptClass() {
  const OpusScript = require('opusscript');
  const create = ({ sampleRate }) => new OpusScript(sampleRate, 1, OpusScript.Application.AUDIO);
  return {
    createDecoder: async (options) => {
      const coder = create(options);
      return {
        decode: (packet) => {
          const bytes = coder.decode(packet);
          return new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2);
        },
      };
    },
    createEncoder: async (options) => {
      const coder = create(options);
      coder.encoderCTL(4010, options.complexity);
      coder.setBitrate(DEFAULT_BITRATE);
      return { encode: (frame) => coder.encode(bytesOf(frame), frame.length) };
    },
  };
}

function evanOpus() {
  const { Encoder, Decoder } = require('@evan/opus');
  return {
    createDecoder: async ({ sampleRate }) => {
      const coder = new Decoder({ channels: 1, sample_rate: sampleRate });
      return {
        decode: (packet) => {
          const bytes = coder.decode(packet);
          return new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2);
        },
      };
    },
    createEncoder: async ({ sampleRate, complexity }) => {
      const coder = new Encoder({ channels: 1, sample_rate: sampleRate, application: 'audio' });
      coder.complexity = complexity;
      coder.bitrate = DEFAULT_BITRATE;
      return { encode: (frame) => coder.encode(frame) };
    },
  };
}
