// The backend as in production (dist/app.js, settings of the environment, a devices.json), but with fake engines.
import { startApp } from '../../dist/app.js';
import { writeToStdout } from '../../dist/cli/stdio.js';
import { readDevicesFile } from '../../dist/config/devices-file.js';
import { letHeapGrow } from '../../dist/core/heap-growth.js';
import { PROTOCOLS } from '../../dist/protocols/registry.js';
import { parseSettings } from '../../dist/settings.js';
import { createLogOn } from '../../dist/telemetry/log.js';
import { LogOutput } from '../../dist/telemetry/log-output.js';
import { serve } from './child.mjs';
import { DELAYS, fakeEngines } from './fake-engines.mjs';
import { createMeter, memory } from './meter.mjs';
import { allSpeech } from './recordings.mjs';
import { waitBelow, waitCounts } from './waits.mjs';

/** What each stage of a turn waits for the fakes, milliseconds. */
const WAITS = { transcription: DELAYS.stt, llm_first_token: DELAYS.llm, tts_first_byte: DELAYS.tts };

letHeapGrow();
const [file, answerMs] = process.argv.slice(2);
const meter = createMeter();
const turns = { ended: 0, other: {}, added: [], stages: {}, late: 0 };
let waited = { counts: [], leftOut: 0 };
const settings = parseSettings({ ...process.env, REMOTE_DEVICES_CONFIG: file, PORT: '0' });
const app = await startApp({
  settings,
  config: readDevicesFile(file, { kinds: PROTOCOLS }),
  log: createLogOn(new LogOutput(writeToStdout), settings.LOG_LEVEL),
  version: 'bench',
  watch: false,
  engines: fakeEngines({ answerMs: Number(answerMs), voice: await allSpeech(24_000) }),
});
app.bus.subscribe((event) => {
  if (event.type === 'playout.late') turns.late += 1;
  if (event.type !== 'turn.ended') return;
  turns.ended += 1;
  if (event.outcome !== 'answered') turns.other[event.outcome] = (turns.other[event.outcome] ?? 0) + 1;
  for (const [stage, ms] of Object.entries(event.stages)) {
    turns.stages[stage] ??= [];
    turns.stages[stage].push(ms - (WAITS[stage] ?? 0));
  }
  const { total, endpointing } = event.stages;
  // Endpointing is a wish of the user's (how long a pause may be), not our delay.
  if (total !== undefined && endpointing !== undefined) {
    turns.added.push(total - endpointing - DELAYS.stt - DELAYS.llm - DELAYS.tts);
  }
});

serve({
  start: async () => {
    waited = await waitCounts(app.url);
    Object.assign(turns, { ended: 0, other: {}, added: [], stages: {}, late: 0 });
    meter.start();
  },
  stop: async () => {
    const cost = meter.stop();
    const after = await waitCounts(app.url);
    const waits = {
      p50: waitBelow(waited, after, 0.5),
      p95: waitBelow(waited, after, 0.95),
      leftOut: after.leftOut - waited.leftOut,
    };
    return { ...cost, turns, waits };
  },
  memory,
  url: () => app.url,
  listenPort: () => app.listenPort,
  states: () => {
    const counts = {};
    for (const { state } of app.fleet.list()) counts[state] = (counts[state] ?? 0) + 1;
    return counts;
  },
  connections: () => app.fleet.list().map(({ connections }) => connections),
  handles: () => ({
    resources: process.getActiveResourcesInfo().length,
    timers: process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length,
    sockets: process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap').length,
    listeners: ['exit', 'SIGTERM', 'SIGINT', 'SIGHUP', 'message'].reduce(
      (sum, name) => sum + process.listenerCount(name),
      0,
    ),
  }),
  /** Longest time for which nothing else could run within `ms`, milliseconds. */
  longestBlock: (ms) =>
    new Promise((resolve) => {
      const start = performance.now();
      let last = start;
      let longest = 0;
      const look = () => {
        const now = performance.now();
        longest = Math.max(longest, now - last);
        last = now;
        if (now - start < ms) setImmediate(look);
        else resolve(longest);
      };
      look();
    }),
  reload: async () => {
    const at = performance.now();
    const status = await app.config.reload('api');
    return {
      ms: performance.now() - at,
      changes: status.lastReload?.changes ?? null,
      errors: status.lastReload?.errors,
    };
  },
});
process.on('SIGTERM', async () => {
  await app.close();
  process.exit(0);
});
