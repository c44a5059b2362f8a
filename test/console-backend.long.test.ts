import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tone } from '#src/audio/pcm';
import { encodeWav } from '#src/audio/wav';
import { hasChromium } from '../device-sim/testing/chromium.ts';
import { NOW, startApi } from './support/api-server.ts';
import { simDevice, startBackend } from './support/backend.ts';
import { startConsole, useConsole } from './support/console/start-console.ts';
import { deviceStatus } from './support/devices/device-status.ts';
import { needs } from './support/needs.ts';
import { startProgram, temporaryFolder } from './support/program.ts';

const WRITE = 'write-token-0123456789abcdef';
const READ = 'read-token-0123456789abcdef';

const consoleOf = useConsole();

describe.skipIf(!needs(hasChromium(), 'chromium', 'the console'))('the console', () => {
  it('asks for the token once, says when it is wrong, and keeps it in the tab alone', async () => {
    const page = consoleOf();
    const { server } = await startConsole(page, { env: { API_TOKEN: WRITE } });
    await page.signIn('wrong-token-0123456789');
    await page.shows('#sign-in-problem', 'refuses this token');
    expect(await page.text('#console')).toBe('');
    await page.write('#token', 'two words');
    await page.click('#sign-in button');
    await page.shows('#sign-in-problem', 'one word');
    await page.signIn(WRITE);
    await page.shows('#device-rows', 'kitchen');
    await page.hides('#sign-in');

    const kept = `JSON.stringify({ address: location.href, cookie: document.cookie, local: { ...localStorage } })`;
    expect(await page.chromium.run(kept)).not.toContain(WRITE);
    await page.open(server.url);
    await page.shows('#device-rows', 'kitchen');
    await page.click('#forget-token');
    await page.shows('#sign-in', 'API token');
    await page.open(server.url);
    await page.shows('#sign-in', 'API token');
  });

  it('with the read token everything is seen, and a button says what it would take', async () => {
    const page = consoleOf();
    const { fleet } = await startConsole(page, { env: { API_TOKEN: WRITE, API_READ_TOKEN: READ } });
    await page.signIn(READ);
    await page.openDevice('kitchen');
    await page.click('#do-reconnect');
    await page.shows('#detail-result', 'This token may only read');
    expect(fleet.reconnected).toEqual([]);
  });

  it('has a device speak', async () => {
    const page = consoleOf();
    const device = await simDevice({ name: 'kitchen' });
    const { app } = await startBackend([device]);
    await device.waitForConnection();
    await page.open(app.url);
    await page.openDevice('kitchen');
    const reply = device.waitForReply();
    await page.click('#do-say');
    await page.shows('#detail-result', 'Write what the device is to say');
    await page.write('#say-text', 'Dinner is ready.');
    await page.click('#do-say');
    expect((await reply).audioMs).toBeGreaterThan(300);
    await page.shows('#detail-result', 'It was said.');
    // Opus of a second of speech and more.
    expect(app.fleet.get('kitchen')?.traffic.sentBytes).toBeGreaterThan(1_000);
    await page.shows('#detail-turns', /told to say[\s\S]*Dinner is ready\./);
    await page.click('#do-disable');
    await page.shows('#detail-state', 'switched off');
    await page.click('#do-enable');
    await page.shows('#detail-state', 'connected');
    await page.chromium.open('about:blank');
  });

  it('finds the backend again after a restart, and shows its state as it is then', async () => {
    const page = consoleOf();
    const first = await startConsole(page, { devices: [deviceStatus({ name: 'kitchen' })] });
    await page.shows('#device-rows', 'kitchen');
    await first.server.close();
    await page.shows('#connection-banner', /No connection to the backend since \d/);
    await page.shows('#connection', 'no connection');
    await page.shows('#device-rows', 'kitchen');
    await startApi({ port: first.port, devices: [deviceStatus({ name: 'attic' })] });
    await page.shows('#device-rows', 'attic');
    await page.hides('#connection-banner');
    expect(await page.names()).toEqual(['attic']);
  });

  it('a token that counts no more is asked for again', async () => {
    const page = consoleOf();
    const first = await startConsole(page, { env: { API_TOKEN: WRITE } });
    await page.signIn(WRITE);
    await page.shows('#device-rows', 'kitchen');
    await first.server.close();
    await page.shows('#connection-banner', /No connection/);
    await startApi({ port: first.port, env: { API_TOKEN: `another-${WRITE}` } });
    await page.shows('#sign-in-problem', 'refuses this token');
  });

  it('lets the user hear a recorded turn, both sides', async () => {
    const page = consoleOf();
    const endedAt = new Date(NOW).toISOString();
    const side = (file: string) => ({ file, sample_rate: 16_000, started_at: endedAt, ms: 500 });
    const line = {
      ...{ turn: 1, kind: 'user', outcome: 'answered', started_at: endedAt, ended_at: endedAt },
      ...{ user: side('u.wav'), assistant: side('a.wav') },
    };
    // An older turn of the same number, from before a restart.
    const older = { ...line, ended_at: '2020-01-01T00:00:00.000Z', user: side('x.wav') };
    const asked: string[] = [];
    const wav = encodeWav(tone({ hz: 440, ms: 500, sampleRate: 16_000, amplitude: 0.3 }), 16_000);
    const { bus } = await startConsole(page, {
      env: { API_TOKEN: WRITE },
      recordings: {
        list: async () => [older, line].map((each) => ({ day: '2026-01-01', line: each })),
        audio: async (device, day, file) => {
          asked.push(`${device} ${day} ${file}`);
          return new Uint8Array(wav);
        },
      },
    });
    await page.signIn(WRITE);
    await page.shows('#device-rows', 'kitchen');
    const said = { heard: 'hello', answer: 'Hello!', written: 'Hello!', spokenMs: 900, moments: {}, stages: {} };
    await page.shows('#no-turns', 'None yet');
    bus.report({ type: 'turn.ended', device: 'kitchen', turn: 1, kind: 'user', outcome: 'answered', ...said });
    await page.shows('#time-line button', 'Audio');
    await page.click('#time-line button[aria-label="Audio of turn 1 of kitchen"]');
    const lengths = `JSON.stringify([...document.querySelectorAll('#time-line audio')].map(({ duration }) => duration))`;
    await expect.poll(() => page.chromium.run(lengths)).toBe('[0.5,0.5]');
    expect(asked.sort()).toEqual(['kitchen 2026-01-01 a.wav', 'kitchen 2026-01-01 u.wav']);
    // So in the panel of a device, whose players stay when another turn ends.
    await page.click('#device-rows [data-device="kitchen"]');
    await page.click('#detail-turns button[aria-label="Audio of turn 1 of kitchen"]');
    const inPanel = lengths.replace('#time-line', '#detail-turns');
    await expect.poll(() => page.chromium.run(inPanel)).toBe('[0.5,0.5]');
    bus.report({ type: 'turn.ended', device: 'kitchen', turn: 2, kind: 'user', outcome: 'answered', ...said });
    await page.shows('#detail-turns button[aria-label="Audio of turn 2 of kitchen"]', 'Audio');
    expect(await page.chromium.run(inPanel)).toBe('[0.5,0.5]');
  });

  it('is part of what is built', async () => {
    const page = consoleOf();
    const env = { STT: 'groq', LLM: 'groq', TTS: 'groq', GROQ_API_KEY: 'gsk_test', PORT: '0' };
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'devices.json'), '{ "devices": [] }');
    const program = startProgram([], { cwd: folder, env });
    const [, url = ''] = await program.printed(/"url":"([^"]+)"/);
    await page.open(url);
    await page.shows('#no-devices', 'devices.json names no device yet');
    await page.shows('#engines', /Language model: groq[\s\S]*works/);
    await page.chromium.open('about:blank');
  });
});
