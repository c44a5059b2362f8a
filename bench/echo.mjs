// Devices that hear their own loudspeaker, at several levels and delays, in both modes: does anything of it pass for words?
// Usage: node bench/echo.mjs [--turns 20]. Real recogniser, scripted answers, espeak, real sockets.
import { parseArgs } from 'node:util';
import { startApp } from '../dist/app.js';
import { parseDevices } from '../dist/config/devices-file.js';
import { startSimDevice } from '../dist/device-sim/device/sim-device.js';
import { PROTOCOLS } from '../dist/protocols/registry.js';
import { parseSettings } from '../dist/settings.js';
import { createLog } from '../dist/telemetry/log.js';

const { values } = parseArgs({ options: { turns: { type: 'string', default: '20' } } });
const turns = Number(values.turns);

/** Protocol, duplex, level in dB, delay in milliseconds. */
const ROOMS = [
  ['realtime', 'full', -6, 120],
  ['realtime', 'full', -12, 60],
  ['realtime', 'full', -20, 300],
  ['realtime', 'full', -35, 150],
  ['realtime', 'half', -6, 60],
  ['realtime', 'half', -15, 200],
  ['realtime', 'full', -12, 700],
  ['realtime', 'full', -6, 1_100],
  ['realtime', 'half', -12, 900],
  ['pcm', 'half', -10, 400],
  ['pcm', 'half', -10, 600],
  ['pcm', 'half', -10, 900],
];

const rooms = await Promise.all(
  ROOMS.map(async ([protocol, duplex, gainDb, delayMs]) => {
    const name = `${protocol} ${duplex} ${-gainDb} dB below ${delayMs} ms`;
    return { name, protocol, duplex, device: await startSimDevice({ name, protocol, echo: { gainDb, delayMs } }) };
  }),
);
const entries = rooms.map(({ name, protocol, duplex, device }) => ({
  name,
  protocol,
  host: '127.0.0.1',
  port: device.port,
  duplex,
  greeting: false,
  long_silence: false,
}));
const app = await startApp({
  settings: parseSettings({ PORT: '0', LLM: 'scripted' }),
  config: parseDevices(JSON.stringify({ devices: entries }), 'devices.json', { kinds: PROTOCOLS }),
  log: createLog('silent', { write() {} }),
  version: 'bench',
  watch: false,
});
const events = [];
app.bus.subscribe((event) => events.push(event));
await Promise.all(
  rooms.map(async ({ device }) => {
    await device.waitForConnection();
    for (let turn = 0; turn < turns; turn++) {
      const file = new URL(`../assets/asr-demo-model/samples/0${turn % 10}.wav`, import.meta.url);
      await device.say({ wav: file });
      await device.waitForReply({ timeoutMs: 60_000 });
      await device.speaker.idle();
      await new Promise((resolve) => setTimeout(resolve, 2_000));
    }
  }),
);
let wrong = 0;
for (const { name } of rooms) {
  const of = (type) => events.filter((event) => event.type === type && event.device === name);
  const heard = of('turn.heard').length;
  const cut = of('turn.ended').filter(({ outcome }) => outcome === 'interrupted').length;
  const begun = of('turn.started').length;
  wrong += Math.max(0, heard - turns) + cut;
  console.log(
    `${name}: ${turns} questions, ${heard} heard, ${begun - heard} turns begun by echo and dropped, ${cut} answers cut`,
  );
}
await app.close();
await Promise.all(rooms.map(({ device }) => device.stop()));
console.log(wrong === 0 ? 'no talk with oneself' : `${wrong} times it talked with itself`);
process.exitCode = wrong === 0 ? 0 : 1;
