// Time and garbage of single pieces of the hot path, each alone in a loop.
import { setTimeout as sleep } from 'node:timers/promises';
import { OggOpusReader } from '../../dist/audio/ogg/ogg-reader.js';
import { OggOpusWriter } from '../../dist/audio/ogg/ogg-writer.js';
import { loadOpusCodec } from '../../dist/audio/opus/opus-codec.js';
import { createResampler } from '../../dist/audio/resample.js';
import { CheckedBeginning } from '../../dist/conversation/listening/evidence/checked-beginning.js';
import { PreRoll } from '../../dist/conversation/listening/pre-roll.js';
import { systemClock } from '../../dist/core/clock.js';
import { loadFvad } from '../../dist/engines/fvad/fvad.js';
import { DeviceMemory } from '../../dist/protocols/device-memory.js';
import { PCM } from '../../dist/protocols/pcm/pcm.js';
import { REALTIME } from '../../dist/protocols/realtime/realtime.js';
import { XIAOZHI } from '../../dist/protocols/xiaozhi/xiaozhi.js';
import { serve } from './child.mjs';
import { allSpeech } from './recordings.mjs';

const opus = await loadOpusCodec();
const speech = await allSpeech(24_000);
const frames80 = cut(speech, 1_920, 100);
const packets40 = await encodeAll(cut(speech, 960, 200));
const device = {
  name: 'hall',
  host: '192.0.2.1',
  port: 8765,
  options: { audio_format: 'auto', commands: [] },
  voice: 'Watercooler',
  instructions: { type: 'smalltalk' },
};
const AUDIO_MESSAGE = '{"type":"input_audio_buffer.append","audio":"$"}';
const tools = (codec) => ({ codec, random: Math.random, clock: systemClock, memory: new DeviceMemory() });
const silence = { audio: () => undefined, event: (event) => fail(JSON.stringify(event)) };

const BENCHES = { codec: codecs, ogg: oggs, resample: resamplers, vad: vads, protocol: protocols };

/** @returns a list of { name, ns, bytes, message? }: `message` is what a frame may allocate, bytes */
async function measure(name, quick) {
  const pieces = await BENCHES[name]();
  const result = [];
  for (const { name: piece, work, message } of pieces)
    result.push({ name: piece, message, ...(await cost(work, quick)) });
  return result;
}

async function codecs() {
  const decoder = await opus.createDecoder({ sampleRate: 16_000 });
  const encoder = await opus.createEncoder({ sampleRate: 24_000, frameMs: 40 });
  const frames = cut(speech, 960, 200);
  const encoder60 = await opus.createEncoder({ sampleRate: 24_000, frameMs: 60 });
  const frames60 = cut(speech, 1_440, 130);
  const packets60 = await xiaozhiPackets();
  return [
    {
      name: 'decode 60 ms to 16 kHz, of xiaozhi',
      message: 1_920 + 600,
      work: (at) => decoder.decode(packets60[at % packets60.length]),
    },
    { name: 'encode 60 ms of 24 kHz', message: 1_200, work: (at) => encoder60.encode(frames60[at % 130]) },
    // 640 samples are 1,280 bytes.
    { name: 'decode 40 ms to 16 kHz', message: 1_280 + 600, work: (at) => decoder.decode(packets40[at % 200]) },
    { name: 'encode 40 ms of 24 kHz', message: 1_000, work: (at) => encoder.encode(frames[at % 200]) },
  ];
}

async function oggs() {
  const reader = new OggOpusReader(() => undefined);
  const writer = new OggOpusWriter();
  const messages = pages();
  const decoder = await opus.createDecoder({ sampleRate: 16_000 });
  const encoder = await opus.createEncoder({ sampleRate: 24_000, frameMs: 40 });
  return [
    { name: 'parse a message', message: 400, work: (at) => reader.push(messages[at % 100]) },
    {
      name: 'write a message',
      // Two pages of some 190 bytes and what each array costs by itself.
      message: 1_200,
      work: (at) => {
        writer.page(packets40[(at * 2) % 200], 1_920);
        writer.page(packets40[(at * 2 + 1) % 200], 1_920);
      },
    },
    {
      name: 'Opus decode',
      work: (at) => {
        decoder.decode(packets40[(at * 2) % 200]);
        decoder.decode(packets40[(at * 2 + 1) % 200]);
      },
    },
    {
      name: 'Opus encode',
      work: (at) => {
        const frame = frames80[at % 100];
        encoder.encode(frame.subarray(0, 960));
        encoder.encode(frame.subarray(960));
      },
    },
  ];
}

async function resamplers() {
  const down = await createResampler(24_000, 16_000);
  const up = await createResampler(22_050, 24_000);
  const same = await createResampler(24_000, 24_000);
  const odd = cut(speech, 1_764, 100);
  return [
    { name: '80 ms, 24 to 16 kHz', message: 2_560 + 400, work: (at) => down.process(frames80[at % 100]) },
    { name: '80 ms, 22.05 to 24 kHz', message: 3_840 + 400, work: (at) => up.process(odd[at % 100]) },
    { name: '80 ms, 24 to 24 kHz', message: 50, work: (at) => same.process(frames80[at % 100]) },
  ];
}

async function vads() {
  const detector = (await loadFvad())();
  const frames = cut(speech, 320, 400);
  const still = new Int16Array(320);
  // With VAD=silero: nothing is asked in silence.
  const checker = { id: 'none', listen: () => fail('silence was checked'), close: async () => undefined };
  const checked = new CheckedBeginning(checker, new PreRoll(42, 320));
  return [
    { name: '20 ms of speech', message: 50, work: (at) => detector.isSpeech(frames[at % 400]) },
    { name: '20 ms of silence', message: 50, work: () => detector.isSpeech(still) },
    {
      name: '20 ms of silence, with silero',
      message: 50,
      work: () => checked.begins(detector.isSpeech(still), still),
    },
  ];
}

/** The protocols without their codec: what they cost themselves. */
async function protocols() {
  const decoded = new Int16Array(640);
  const free = () => undefined;
  const stub = {
    name: 'none',
    createDecoder: async () => ({ decode: () => decoded, free }),
    createEncoder: async () => ({ frameSamples: 960, encode: () => packets40[7], free }),
  };
  const link = { send: () => undefined, close: fail };
  const realtime = await REALTIME.open(link, device, silence, tools(stub));
  await realtime.prepareToPlay();
  const texts = pages().map((bytes) => AUDIO_MESSAGE.replace('$', bytes.toString('base64')));
  const pcm = await PCM.open(link, device, silence);
  const binary = Buffer.alloc(1_280, 1);
  const out = new Int16Array(640);
  const xiaozhi = await xiaozhiSession(link, stub, 3);
  const packet3 = Buffer.concat([Buffer.from([0, 0, 0, packets40[7].length]), packets40[7]]);
  const frame60 = new Int16Array(1_440);
  return [
    { name: 'realtime in, 80 ms', message: 2_500, work: (at) => realtime.receiveText(texts[at % texts.length]) },
    { name: 'realtime out, 80 ms', message: 5_000, work: (at) => realtime.play(frames80[at % 100]) },
    { name: 'pcm in, 40 ms', message: 250, work: () => pcm.receiveBinary(binary) },
    { name: 'xiaozhi in, 60 ms', message: 700, work: () => xiaozhi.receiveBinary(packet3) },
    { name: 'xiaozhi out, 60 ms', message: 1_200, work: () => xiaozhi.play(frame60) },
    { name: 'pcm out, 40 ms', message: 1_280 + 400, work: () => pcm.play(out) },
  ];
}

/** A session of a device that listens and is spoken to. */
async function xiaozhiSession(link, codec, version) {
  const options = { options: { persistent: false } };
  const session = await XIAOZHI.open(link, options, { audio: () => undefined, event: () => undefined }, tools(codec));
  session.receiveText(JSON.stringify({ type: 'hello', version, transport: 'websocket' }));
  session.receiveText('{"type":"listen","state":"start","mode":"realtime"}');
  session.send({ type: 'reply_started' });
  await session.prepareToPlay();
  return session;
}

/** What a line carries while the user speaks, kbit/s of WebSocket frames; TCP and IP come on top. */
async function bandwidth() {
  const seconds = 8;
  const sent = { bytes: 0 };
  const count = (payload, mask) => payload + (payload < 126 ? 2 : 4) + mask;
  const link = {
    // What a client sends is masked: four bytes more.
    send: (data) => {
      sent.bytes += count(Buffer.byteLength(data), 4);
    },
    close: fail,
  };
  const kilobits = (bytes) => (bytes * 8) / 1000 / seconds;
  const played = async (session, frames) => {
    await session.prepareToPlay();
    sent.bytes = 0;
    for (const frame of frames) session.play(frame);
    return kilobits(sent.bytes);
  };
  const messages = pages().map((bytes) => bytes.toString('base64').length + AUDIO_MESSAGE.length);
  const mean = messages.reduce((sum, each) => sum + count(each, 0), 0) / messages.length;
  return {
    realtime: {
      up: kilobits((mean * seconds * 1000) / 80),
      down: await played(await REALTIME.open(link, device, silence, tools(opus)), frames80),
    },
    xiaozhi: {
      // Opus of 16 kHz, as devices send; what we send is not masked.
      up: kilobits((count(meanOf((await xiaozhiPackets()).map(({ length }) => length)) + 4, 4) * seconds * 1000) / 60),
      down: await played(await xiaozhiSession(link, opus, 3), cut(speech, 1_440, 133)),
    },
    pcm: {
      up: kilobits((count(1_280, 0) * seconds * 1000) / 40),
      down: await played(await PCM.open(link, device, silence), cut(speech, 640, 200)),
    },
  };
}

/** The least of several passes: what else runs on the machine counts little. */
async function cost(work, quick) {
  let at = 0;
  const pass = (count) => {
    for (let index = 0; index < count; index++) work(at++);
  };
  pass(100);
  const trial = timed(() => pass(100));
  const count = Math.max(20, Math.min(20_000, Math.round((100 * (quick ? 10 : 60)) / trial)));
  pass(count);
  let ms = Number.POSITIVE_INFINITY;
  for (let round = 0; round < (quick ? 5 : 12); round++)
    ms = Math.min(
      ms,
      timed(() => pass(count)),
    );
  const frames = Math.min(2_000, count);
  const bytes = [];
  for (let round = 0; round < 5; round++) {
    // Array buffers are given back a little after the collection that found them.
    globalThis.gc();
    await sleep(20);
    const before = process.memoryUsage();
    pass(frames);
    const after = process.memoryUsage();
    bytes.push((after.heapUsed - before.heapUsed + after.arrayBuffers - before.arrayBuffers) / frames);
  }
  return { ns: (ms * 1e6) / count, bytes: Math.max(0, bytes.sort((a, b) => a - b)[2]) };
}

function timed(work) {
  const started = performance.now();
  work();
  return performance.now() - started;
}

/** A hundred messages of two pages, as the reference device sends them. */
function pages() {
  const writer = new OggOpusWriter();
  const each = packets40.map((packet) => writer.page(packet, 1_920));
  return Array.from({ length: 100 }, (_, index) => Buffer.concat([each[index * 2], each[index * 2 + 1]]));
}

function cut(samples, length, count) {
  return Array.from({ length: count }, (_, index) => samples.slice(index * length, (index + 1) * length));
}

/** What a microphone of a xiaozhi device sends. */
async function xiaozhiPackets() {
  const encoder = await opus.createEncoder({ sampleRate: 16_000, frameMs: 60, application: 'voip', bitrate: 25_000 });
  const packets = cut(await allSpeech(16_000), 960, 133).map((frame) => Buffer.from(encoder.encode(frame)));
  encoder.free();
  return packets;
}

function meanOf(numbers) {
  return numbers.reduce((sum, each) => sum + each, 0) / numbers.length;
}

async function encodeAll(frames) {
  // As devices send.
  const encoder = await opus.createEncoder({ sampleRate: 24_000, frameMs: 40, application: 'voip' });
  const packets = frames.map((frame) => Buffer.from(encoder.encode(frame)));
  encoder.free();
  return packets;
}

function fail(why) {
  throw new Error(`not expected: ${why}`);
}

serve({ measure, bandwidth });
