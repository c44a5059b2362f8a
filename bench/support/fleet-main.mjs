// Simulated devices, many in one process that is not the backend's. Their microphones' frames are encoded once.
import { setTimeout as sleep } from 'node:timers/promises';
import { startSimDevice } from '../../dist/device-sim/device/sim-device.js';
import { serve } from './child.mjs';
import { question } from './recordings.mjs';

/** Behind the length of a frame a device notices it: 65 ms between frames of 40 ms. Milliseconds. */
const LATE_AFTER_MS = 25;
const AUDIO_TYPES = new Set(['response.audio.delta', 'binary']);

let devices = [];
let frameMs = 80;
let stopping = false;
/** Of the measurement under way. */
let sinceMs = performance.now();
let failures = {};

/** The first `microphones` devices send frames all the time, the others nothing. */
async function start({ count, protocol = 'realtime', microphones = count, reconnectDelay = 5 }) {
  frameMs = protocol === 'realtime' ? 80 : 40;
  const options = { protocol, loudspeaker: 'durations', keepAlive: null, clients: 'many' };
  devices = [];
  for (let index = 0; index < count; index++) {
    const kind =
      index < microphones ? { microphone: 'silence', messageLog: 800 } : { microphone: 'nothing', messageLog: 0 };
    devices.push(await startSimDevice({ ...options, ...kind, name: `device ${index}` }));
  }
  return devices.map(({ name, port }) => ({
    name,
    host: '127.0.0.1',
    port,
    protocol,
    reconnect_delay: reconnectDelay,
    greeting: false,
    long_silence: false,
    idle_timeout: false,
  }));
}

/** Has the first `count` devices talk until `halt`: they speak, listen to the answer, pause. They begin spread over `spreadMs`. */
async function talk({ count, speechMs, pauseMs, spreadMs }) {
  const speech = { name: 'speech', samples: await question(24_000, speechMs), sampleRate: 24_000 };
  for (let index = 0; index < count; index++) {
    void converse(devices[index], speech, pauseMs, (index * spreadMs) / count);
  }
}

async function converse(device, speech, pauseMs, delayMs) {
  await sleep(delayMs);
  while (!stopping) {
    try {
      const reply = device.waitForReply({ timeoutMs: 30_000 });
      reply.catch(() => undefined);
      await device.say(speech);
      await reply;
    } catch (error) {
      if (stopping) return;
      const why = error.message.slice(0, 100);
      failures[why] = (failures[why] ?? 0) + 1;
    }
    await sleep(pauseMs);
  }
}

/** What arrived since the measurement began: the gaps between the audio messages of an answer. */
function arrivals() {
  const seen = { frames: 0, gaps: 0, late: 0, worstGapMs: 0 };
  for (const device of devices) {
    let last;
    for (const { at, type } of device.messages) {
      if (at < sinceMs) continue;
      // Anything that ends an answer ends its gaps.
      if (type === 'response.audio.done' || type === 'server_status') last = undefined;
      if (!AUDIO_TYPES.has(type)) continue;
      seen.frames += 1;
      if (last !== undefined) {
        seen.gaps += 1;
        if (at - last > frameMs + LATE_AFTER_MS) seen.late += 1;
        seen.worstGapMs = Math.max(seen.worstGapMs, at - last);
      }
      last = at;
    }
  }
  return { ...seen, audioMs: seen.frames * frameMs };
}

/** Every device loses its line without a goodbye, is away for a while, and comes back. Resolves when all listen again. */
async function lose({ awayMs }) {
  for (const device of devices) device.terminate();
  await Promise.all(devices.map((device) => device.stop()));
  await sleep(awayMs);
  for (const device of devices) await device.start();
}

/** A device loses its line, half of the time with its port. @param {number} index */
async function churn(index) {
  const device = devices[index];
  if (Math.random() < 0.5) return device.terminate();
  await device.stop();
  await sleep(Math.random() * 2_000);
  await device.start();
}

serve({
  start,
  talk,
  lose,
  churn,
  reset: () => {
    sinceMs = performance.now();
    failures = {};
  },
  figures: () => ({ ...arrivals(), failures }),
  open: () => devices.filter((device) => device.openSockets > 0).length,
  mostSockets: () => Math.max(0, ...devices.map((device) => device.maxOpenSockets)),
  connections: () => devices.map((device) => device.connections),
  violations: () => [...new Set(devices.flatMap((device) => device.violations))].slice(0, 5),
  halt: async () => {
    stopping = true;
    await Promise.all(devices.map((device) => device.stop().catch(() => undefined)));
  },
});
