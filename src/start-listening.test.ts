import { expect, it } from 'vitest';
import { ManualClock } from './core/manual-clock.ts';
import { listenPlan } from './listen-settings.ts';
import { parseSettings } from './settings.ts';
import { startListening } from './start-listening.ts';
import { createLog } from './telemetry/log.ts';

it.each([
  ['127.0.0.1', 'ws://127.0.0.1:'],
  ['::1', 'ws://[::1]:'],
])('writes the address of %s into the log as devices write it', async (LISTEN_HOST, begin) => {
  const lines: string[] = [];
  const settings = parseSettings({ LISTEN_HOST, LISTEN_PORT: '0' });
  const plan = listenPlan(settings);
  if (!plan) throw new Error('there is no plan');
  const server = await startListening(plan, {
    settings,
    clock: new ManualClock(),
    fleet: { admit: () => ({ allowed: false, status: 404, message: 'not here' }) },
    report: () => undefined,
    log: createLog('info', { write: (line: string) => lines.push(line) }),
    answer: (_, response) => response.end(),
  });
  await server.close();
  const { url } = JSON.parse(lines[0] ?? '');
  expect(url).toBe(`${begin}${server.port}`);
  expect(URL.canParse(url)).toBe(true);
});
