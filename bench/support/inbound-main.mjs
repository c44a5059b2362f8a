// Simulated xiaozhi devices that dial in, many in one process that is not the backend's.
import { setTimeout as sleep } from 'node:timers/promises';
import { XiaozhiDevice } from '../../dist/device-sim/protocols/xiaozhi/xiaozhi-device.js';
import { serve } from './child.mjs';
import { question } from './recordings.mjs';

const FRAME_MS = 60;

let devices = [];
let speech = new Int16Array(0);
/** Longest time from the end of a question to the end of its answer, milliseconds. */
let answerWithinMs = 0;
let stopping = false;
let conversing = [];
/** Of the measurement under way. */
let failures = {};
let playedBefore = 0;

const idOf = (index) =>
  `02:00:00:00:${String(Math.floor(index / 100)).padStart(2, '0')}:${String(index % 100).padStart(2, '0')}`;

/** The devices.json entries of so many devices. */
function entries(count) {
  return Array.from({ length: count }, (_, index) => ({
    name: `toy ${index}`,
    protocol: 'xiaozhi',
    direction: 'accept',
    id: idOf(index),
    greeting: false,
    long_silence: false,
    idle_timeout: false,
  }));
}

/** Makes the devices of the entries; all three versions of the protocol are among them. None of them dials yet. */
async function make({ count, listenPort, speechMs, mode, answerWithinMs: within }) {
  answerWithinMs = within;
  const url = `ws://127.0.0.1:${listenPort}/xiaozhi/v1/`;
  speech = await question(16_000, speechMs);
  devices = Array.from({ length: count }, (_, index) => {
    const state = { onAnswer: () => undefined };
    const device = new XiaozhiDevice({
      url,
      id: idOf(index),
      version: (index % 3) + 1,
      mode,
      onText: (message) => {
        if (message.type !== 'tts' || message.state !== 'stop') return;
        state.onAnswer();
        // Nothing looks at old texts: a device that runs for minutes does not keep them.
        device.texts.length = 0;
      },
    });
    return { device, state };
  });
}

/** Has all of them talk on one link each until `halt`: they speak, hear the answer, pause. They begin spread over `spreadMs`. */
function talk({ pauseMs, spreadMs }) {
  stopping = false;
  conversing = devices.map(async (each, index) => {
    await sleep((index * spreadMs) / devices.length);
    while (!stopping) {
      try {
        if (each.device.state !== 'listening') await each.device.wake('Jarvis');
        await ask(each);
      } catch (error) {
        failed(error);
      }
      await sleep(pauseMs);
    }
  });
}

/**
 * Has all of them dial, ask, hear the answer or leave in the middle of it, and dial again, until `halt`: a new link of each
 * every few seconds. Their links end in four ways.
 */
function reconnect() {
  stopping = false;
  conversing = devices.map(async (each, index) => {
    await sleep((index * 4_000) / devices.length);
    for (let time = index; !stopping; time++) {
      try {
        // The backend still has its last link.
        if (each.device.isConnected) await each.device.connect();
        await each.device.wake('Jarvis');
        if (time % 5 === 0) await each.device.say(speech);
        else await ask(each);
      } catch (error) {
        failed(error);
      }
      await leave(each.device, time % 4);
    }
  });
}

/** Says the question, and waits for the end of its answer. */
async function ask({ device, state }) {
  let timer;
  const answer = new Promise((resolve) => {
    state.onAnswer = resolve;
  });
  try {
    await device.say(speech);
    const tooLate = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error('no answer')), answerWithinMs);
    });
    await Promise.race([answer, tooLate]);
    // What it has in its queue is played, then it listens again.
    while (device.state === 'speaking' && !stopping) await sleep(20);
  } finally {
    clearTimeout(timer);
  }
}

/** The ends of a link that devices know. */
async function leave(device, way) {
  if (way === 0) device.disconnect();
  else if (way === 1) device.send({ type: 'goodbye' });
  // Without power nothing is said of the end.
  else if (way === 2) device.off();
  // It stays, and dials anew at once.
  else return;
  await sleep(300 + Math.random() * 700);
}

function failed(error) {
  if (stopping) return;
  const why = error.message.slice(0, 100);
  failures[why] = (failures[why] ?? 0) + 1;
}

const played = () => devices.reduce((sum, { device }) => sum + device.packetsPlayed, 0);

serve({
  entries,
  make,
  talk,
  reconnect,
  reset: () => {
    failures = {};
    playedBefore = played();
  },
  figures: () => ({
    audioMs: (played() - playedBefore) * FRAME_MS,
    connections: devices.reduce((sum, { device }) => sum + device.connections, 0),
    fewestConnections: Math.min(...devices.map(({ device }) => device.connections)),
    failures,
    problems: [...new Set(devices.flatMap(({ device }) => device.problems))].slice(0, 5),
  }),
  /** All end what they do and have no link any more. */
  halt: async () => {
    stopping = true;
    await Promise.all(conversing);
    for (const { device } of devices) device.off();
  },
});
