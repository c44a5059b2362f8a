import { expect, it } from 'vitest';
import type { OpusCodec } from '#src/audio/opus/opus';
import { loadOpusCodec } from '#src/audio/opus/opus-codec';
import { concatSamples } from '#src/audio/pcm';
import { ManualClock } from '#src/core/manual-clock';
import type { Stt } from '#src/engines/stt';
import { newMediaCounters } from '#src/protocols/webrtc/media-counters';
import { Uplink } from '#src/protocols/webrtc/uplink';
import { writeRtp } from '#src/transport/webrtc/rtp-packet';
import { demoSamples, wordErrors } from './support/audio/demo-samples.ts';
import { deviceConfig } from './support/devices/devices.ts';
import { sharedEngines } from './support/engines/shared-engines.ts';
import { dice } from './support/time/dice.ts';

const FRAME_MS = 20;
const FRAME = 320;
const LOSS = 0.05;
const JITTER_MS = 60;
/** Each recording goes over the network so often, with other chance. */
const PASSES = 3;

interface Arrival {
  readonly sequence: number;
  readonly payload: Uint8Array;
  readonly atMs: number;
}

/** The packets of a recording as they come over a network that loses some and delays each by another time. */
async function overNetwork(codec: OpusCodec, samples: Int16Array, chance: () => number): Promise<Arrival[]> {
  // As browsers do it.
  const encoder = await codec.createEncoder({
    sampleRate: 16_000,
    frameMs: FRAME_MS,
    application: 'voip',
    complexity: 5,
    bitrate: 32_000,
    lossPercent: 5,
  });
  const arrivals: Arrival[] = [];
  for (let sequence = 0; (sequence + 1) * FRAME <= samples.length; sequence++) {
    const payload = encoder.encode(samples.subarray(sequence * FRAME, (sequence + 1) * FRAME));
    const atMs = sequence * FRAME_MS + chance() * JITTER_MS;
    if (chance() >= LOSS) arrivals.push({ sequence, payload, atMs });
  }
  encoder.free();
  return arrivals.sort((a, b) => a.atMs - b.atMs);
}

/** What is heard of it through the uplink. */
async function through(codec: OpusCodec, arrivals: readonly Arrival[]): Promise<Int16Array> {
  const clock = new ManualClock();
  const pieces: Int16Array[] = [];
  const listener = { audio: (samples: Int16Array) => void pieces.push(samples.slice()), event: () => undefined };
  const decoder = await codec.createDecoder({ sampleRate: 16_000 });
  const uplink = new Uplink(decoder, listener, clock, newMediaCounters());
  for (const { sequence, payload, atMs } of arrivals) {
    clock.advance(atMs - clock.now());
    uplink.receive(writeRtp({ sequence, timestamp: sequence * 960, ssrc: 1, marker: false, payload }));
  }
  clock.advance(300);
  uplink.close();
  return concatSamples(pieces);
}

/** What is heard when packets are decoded as they come, and nothing stands for those that do not. */
async function asItComes(codec: OpusCodec, arrivals: readonly Arrival[]): Promise<Int16Array> {
  const decoder = await codec.createDecoder({ sampleRate: 16_000 });
  const pieces = arrivals.map(({ payload }) => decoder.decode(payload));
  decoder.free();
  return concatSamples(pieces);
}

async function recognised(stt: Stt, samples: Int16Array): Promise<string> {
  const stream = stt.open({ key: 'pi', signal: new AbortController().signal });
  stream.write(samples);
  stream.end();
  let text = '';
  for await (const result of stream.results) text = result.text;
  return text;
}

it('5 % loss and 60 ms of jitter cost few words, and far more without the jitter buffer and concealment', async () => {
  const codec = await loadOpusCodec();
  const engines = await sharedEngines();
  const { stt } = engines.lease().for(deviceConfig());
  const chance = dice();
  const errors = { whole: 0, concealed: 0, raw: 0 };
  let words = 0;
  for (const { samples, text } of demoSamples()) {
    const unharmed = wordErrors(text, await recognised(stt, samples));
    for (let pass = 0; pass < PASSES; pass++) {
      const arrivals = await overNetwork(codec, samples, chance);
      words += text.split(' ').length;
      errors.whole += unharmed;
      errors.concealed += wordErrors(text, await recognised(stt, await through(codec, arrivals)));
      errors.raw += wordErrors(text, await recognised(stt, await asItComes(codec, arrivals)));
    }
  }
  const told = `of ${words} words: ${errors.whole} wrong without loss, ${errors.concealed} concealed, ${errors.raw} as they come`;
  console.log(told);
  expect(errors.concealed - errors.whole, told).toBeLessThanOrEqual(words * 0.05);
  expect(errors.raw, told).toBeGreaterThan(2 * errors.concealed);
});
