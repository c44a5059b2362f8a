// The bare loop: the Opus decode, VAD and Opus encode of so many conversations at the pace of speech, and nothing else. What
// a conversation would cost if there were no dialtone around it.
import { loadOpusCodec } from '../../dist/audio/opus/opus-codec.js';
import { loadFvad } from '../../dist/engines/fvad/fvad.js';
import { serve } from './child.mjs';
import { createMeter } from './meter.mjs';
import { allSpeech, question } from './recordings.mjs';

const HEARD = 320;
/** Per protocol: audio in a message and in a packet, milliseconds; rate at which the microphone is encoded, Hz. */
const REALTIME = { messageMs: 80, packetMs: 40, micRate: 24_000 };
const XIAOZHI = { messageMs: 60, packetMs: 60, micRate: 16_000 };

const codec = await loadOpusCodec();
const createVad = await loadFvad();
const meter = createMeter();
const lines = [];
let work = () => undefined;
let wire = REALTIME;

/**
 * Makes its lines and runs for a second to warm up; `measure` then runs for so long and says what it cost.
 * @param {{ count: number, cycleMs: number, speechMs: number, speaking: number, opus: boolean }} options in every
 * cycle the microphone hears `speechMs` of speech and then noise; `speaking`: part of the cycle in which an answer is
 * encoded; `opus` false: raw PCM, VAD only; `xiaozhi`: packets of 60 ms, and of the microphone none while it hears noise:
 * such devices send none in silence
 */
async function prepare({ count, cycleMs, speechMs, speaking, opus, xiaozhi = false }) {
  wire = xiaozhi ? XIAOZHI : REALTIME;
  const { messageMs, packetMs, micRate } = wire;
  const parts = messageMs / packetMs;
  const voice = frames(await allSpeech(24_000), 24 * packetMs);
  const packets = opus ? await encoded(await microphone(micRate, speechMs, cycleMs)) : [];
  const raw = opus ? [] : frames(await microphone(16_000, speechMs, cycleMs), HEARD);
  const cycle = Math.floor(cycleMs / messageMs);
  lines.length = 0;
  for (let index = 0; index < count; index++) {
    lines.push({
      decoder: await codec.createDecoder({ sampleRate: 16_000 }),
      encoder: speaking > 0 ? await codec.createEncoder({ sampleRate: 24_000, frameMs: packetMs }) : undefined,
      vad: createVad(),
      // Which part of its cycle it begins with: the same share of them speaks at every moment.
      message: Math.round((index * cycle) / count),
      frame: new Int16Array(HEARD),
    });
  }
  work = (line) => {
    for (let part = 0; part < parts; part++) {
      const at = (line.message * parts + part) % (opus ? packets.length : raw.length);
      if (opus && xiaozhi && at * packetMs >= speechMs) {
        // Nothing came.
      } else if (opus) {
        const samples = line.decoder.decode(packets[at]);
        for (let from = 0; from < samples.length; from += HEARD) {
          line.frame.set(samples.subarray(from, from + HEARD));
          line.vad.isSpeech(line.frame);
        }
      } else {
        line.vad.isSpeech(raw[at]);
        line.vad.isSpeech(raw[(at + 1) % raw.length]);
      }
      if (line.message % cycle < speaking * cycle)
        line.encoder?.encode(voice[(line.message * parts + part) % voice.length]);
    }
    line.message += 1;
  };
  await paced(1_000);
}

async function measure(ms) {
  meter.start();
  await paced(ms);
  return meter.stop();
}

/** Each line has its own deadlines, as its device's messages have: lines do not send in step. */
function paced(ms) {
  return new Promise((resolve) => {
    const start = performance.now();
    let job = 0;
    const dueMs = () => start + (job * wire.messageMs) / lines.length;
    const step = () => {
      // What one process cannot do in time is done late: the cost of it counts, not the pace.
      for (; dueMs() <= performance.now(); job++) {
        if (dueMs() - start >= ms) return resolve();
        work(lines[job % lines.length]);
      }
      setTimeout(step, dueMs() - performance.now());
    };
    step();
  });
}

function frames(samples, length) {
  const result = [];
  for (let at = 0; at + length <= samples.length; at += length) {
    result.push(samples.slice(at, at + length));
  }
  return result;
}

async function encoded(samples) {
  const { packetMs, micRate } = wire;
  const encoder = await codec.createEncoder({ sampleRate: micRate, frameMs: packetMs, application: 'voip' });
  const packets = frames(samples, (micRate / 1000) * packetMs).map((frame) => Buffer.from(encoder.encode(frame)));
  encoder.free();
  return packets;
}

async function microphone(sampleRate, speechMs, cycleMs) {
  const samples = noise((sampleRate / 1000) * cycleMs);
  samples.set(await question(sampleRate, speechMs));
  return samples;
}

/** The noise of an idle microphone, as the simulated device has it. */
function noise(length) {
  let state = 1;
  return Int16Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.round((state / 2 ** 31 - 1) * 8 * Math.sqrt(3));
  });
}

serve({ prepare, measure });
