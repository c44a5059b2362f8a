// Makes the pictures of the console in docs/: a desktop in light colours, a phone in dark ones. Needs chromium.
//
//   npm run console-pictures

import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startPretendedFleet } from '../bench/support/pretended-fleet.mjs';
import { Chromium, hasChromium } from '../dist/device-sim/testing/chromium.js';

const HOUR = 3_600_000;
const PICTURES = [
  { file: 'console-desktop.png', view: { width: 1280, height: 860 }, open: 'Hall' },
  { file: 'console-phone.png', view: { width: 360, height: 960, dark: true } },
];

if (!hasChromium()) {
  process.stderr.write('chromium is missing: apt-get install chromium\n');
  process.exit(1);
}
const now = Date.now();
const fleet = await startPretendedFleet({
  entries: [
    { name: 'Kitchen', host: '10.0.0.21' },
    { name: 'Living room', host: '10.0.0.22' },
    { name: 'Hall', host: '10.0.0.23' },
    { name: 'Robot', host: '10.0.0.31' },
    { name: 'Workshop', host: '10.0.0.24' },
    { name: 'Attic', host: '10.0.0.25', enabled: false },
    { name: 'Desk bot', protocol: 'xiaozhi', direction: 'accept', id: '34:85:18:aa:01:7e' },
  ],
  engineStatus: () => [
    { kind: 'stt', engine: 'sherpa', state: 'up', sinceMs: undefined, lastError: undefined },
    {
      kind: 'llm',
      engine: 'groq',
      state: 'full',
      sinceMs: now - 40_000,
      lastError: {
        class: 'limit',
        code: 'engine_rate_limited',
        message: 'the limit of requests a minute is reached',
        atMs: now - 40_000,
      },
    },
    { kind: 'llm', engine: 'ollama', state: 'up', sinceMs: undefined, lastError: undefined },
    { kind: 'tts', engine: 'sherpa', state: 'up', sinceMs: undefined, lastError: undefined },
  ],
  config: {
    misconfigured: [
      { name: 'Garage', index: 7, errors: ['devices[7].port: expected a number, found "8765"'], lines: [42] },
    ],
  },
});
for (const [index, name] of fleet.names.entries()) {
  fleet.set(name, {
    since: now - (index + 1) * 2.3 * HOUR,
    rttMs: 4 + index * 3,
    reported: { wifiRssiDbm: -48 - index * 6 },
  });
}
fleet.set('Desk bot', { rttMs: null, reported: null, state: 'waiting' });
fleet.set('Attic', { rttMs: null, reported: null });
fleet.state('Hall', 'backoff', {
  lastError: { code: 'host_unreachable', message: 'connect EHOSTUNREACH 10.0.0.23:8765', at: now },
  nextRetryAt: now + 25_000,
  attempts: 6,
  rttMs: null,
});
say('Living room', 1, 'set a timer for ten minutes', 'Ten minutes, starting now.', 640);
say('Workshop', 4, 'how much is three eighths of an inch', 'Nine point five millimetres.', 910);
say('Robot', 9, 'turn around', 'I have turned around.', 720);
say('Kitchen', 2, 'is there any milk left', 'You have one bottle, and it is open since Monday.', 780);
fleet.report({ type: 'turn.started', device: 'Kitchen', turn: 3 });

const chromium = await Chromium.start();
for (const { file, view, open } of PICTURES) {
  await chromium.show(view);
  await chromium.open(`${fleet.url}/console`);
  while ((await chromium.run(`document.querySelectorAll('#engines li').length`)) < 4) await sleep(50);
  const heard = { type: 'turn.heard', device: 'Kitchen', turn: 3, text: 'then put milk on my shopping list' };
  fleet.report({ ...heard, stages: { endpointing: 410, transcription: 85 } });
  await sleep(1_500);
  if (open) await chromium.run(`document.querySelector('[data-device="${open}"]').click()`);
  await sleep(500);
  writeFileSync(fileURLToPath(new URL(`../docs/${file}`, import.meta.url)), await chromium.screenshot());
  process.stdout.write(`docs/${file}\n`);
}
await chromium.close();
await fleet.close();

/** A turn that has ended. */
function say(device, turn, heard, answer, total) {
  const model = total - 540;
  const stages = {
    endpointing: 320,
    transcription: 80,
    llm_first_token: model,
    first_sentence: 30,
    tts_first_byte: 100,
    playback: 10,
    total,
  };
  const said = { heard, answer, written: answer, spokenMs: 2_000, stages, moments: {} };
  fleet.report({ type: 'turn.started', device, turn });
  fleet.report({ type: 'turn.ended', device, turn, kind: 'user', outcome: 'answered', ...said });
}
