// What is gained when the language model begins before it is decided that the user has finished: the real recogniser and voice,
// a language model that takes a fixed time to its first word, recorded questions; with and without. Usage: node bench/preemptive.mjs [--questions 10]
import { parseArgs } from 'node:util';
import { startApp } from '../dist/app.js';
import { parseDevices } from '../dist/config/devices-file.js';
import { systemClock } from '../dist/core/clock.js';
import { startSimDevice } from '../dist/device-sim/device/sim-device.js';
import { engineCall } from '../dist/engines/engine-call.js';
import { createEngineRegistry } from '../dist/engines/engine-registry.js';
import { PROTOCOLS } from '../dist/protocols/registry.js';
import { parseSettings } from '../dist/settings.js';
import { createLog } from '../dist/telemetry/log.js';

const { values } = parseArgs({
  options: { questions: { type: 'string', default: '10' }, 'first-token-ms': { type: 'string', default: '300' } },
});
const questions = Number(values.questions);
const firstTokenMs = Number(values['first-token-ms']);

/** Answers after a fixed time, and counts how often it was told to stop. */
function slowModel() {
  const calls = { begun: 0, thrownAway: 0 };
  const write = async function* (signal) {
    calls.begun += 1;
    signal.addEventListener('abort', () => (calls.thrownAway += 1), { once: true });
    await new Promise((resolve) => setTimeout(resolve, firstTokenMs));
    signal.throwIfAborted();
    yield { type: 'token', text: 'Yes, I see.' };
  };
  return {
    calls,
    id: 'slow',
    reply: (_messages, { signal }) => engineCall(write(signal), 'slow', { images: false, tools: false }),
    async close() {},
  };
}

async function run(preemptive) {
  const settings = parseSettings({ PORT: '0', PREEMPTIVE: String(preemptive), LLM: 'scripted' });
  const report = () => {};
  const chosen = createEngineRegistry(settings, { clock: systemClock, random: Math.random, report, debug: report });
  const llm = slowModel();
  const engines = { ...chosen.defaults, llm };
  const device = await startSimDevice({ name: 'bench' });
  const entry = { name: 'bench', host: '127.0.0.1', port: device.port, greeting: false, long_silence: false };
  const app = await startApp({
    settings,
    config: parseDevices(JSON.stringify({ devices: [entry] }), 'devices.json', { kinds: PROTOCOLS }),
    log: createLog('silent', { write() {} }),
    version: 'bench',
    watch: false,
    engines: {
      defaults: engines,
      lease: () => ({ for: () => engines, release: () => undefined }),
      reasons: [],
      warnings: [],
      ready: () => chosen.ready(),
      close: () => chosen.close(),
    },
  });
  const totals = [];
  app.bus.subscribe((event) => {
    if (event.type === 'turn.ended' && event.stages.total !== undefined) totals.push(event.stages.total);
  });
  await device.waitForConnection();
  for (let question = 0; question < questions; question++) {
    const file = new URL(`../assets/asr-demo-model/samples/0${question % 10}.wav`, import.meta.url);
    await device.say({ wav: file });
    await device.waitForReply();
    await device.speaker.idle();
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  await app.close();
  await device.stop();
  totals.sort((a, b) => a - b);
  const at = (share) =>
    Math.round(totals[Math.min(totals.length - 1, Math.floor(totals.length * share))] ?? Number.NaN);
  return { turns: totals.length, p50: at(0.5), p90: at(0.9), ...llm.calls };
}

const without = await run(false);
const withIt = await run(true);
const line = (name, { turns, p50, p90, begun, thrownAway }) =>
  `${name}: ${turns} turns, end of speech to first audio ${p50} ms p50, ${p90} ms p90; model begun ${begun} times, stopped ${thrownAway}`;
console.log(`first token after ${firstTokenMs} ms`);
console.log(line('decided first  ', without));
console.log(line('begun early    ', withIt));
console.log(`gain: ${without.p50 - withIt.p50} ms p50`);
