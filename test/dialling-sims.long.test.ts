import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { rms } from '#src/audio/pcm';
import { parseWav } from '#src/audio/wav';
import { parseHotpin } from '../device-sim/cli/hotpin-options.ts';
import { parsePcmDialler } from '../device-sim/cli/pcm-options.ts';
import { runHotpin } from '../device-sim/cli/run-hotpin.ts';
import { runPcm } from '../device-sim/cli/run-pcm.ts';
import { runXiaozhi } from '../device-sim/cli/run-xiaozhi.ts';
import { parseXiaozhi } from '../device-sim/cli/xiaozhi-options.ts';
import { startBackend } from './support/backend.ts';

const QUESTION = 'assets/asr-demo-model/samples/01.wav';

type Run = (args: readonly string[], stopped: Promise<void>, print: (line: string) => void) => Promise<void>;

/** Throws for the help that no test asks for. */
function given<T>(options: T | undefined): T {
  if (options === undefined) throw new Error('only help was asked for');
  return options;
}

const SIMS: readonly (readonly [string, Run])[] = [
  ['pcm', (args, ...more) => runPcm(given(parsePcmDialler(args)), ...more)],
  ['xiaozhi', (args, ...more) => runXiaozhi(given(parseXiaozhi(args)), ...more)],
  ['hotpin', (args, ...more) => runHotpin(given(parseHotpin(args)), ...more)],
];

it.each(SIMS)(
  'a simulated %s device finds its path, and writes down the answer that it plays',
  async (protocol, run) => {
    const folder = mkdtempSync(join(tmpdir(), 'dialtone-sims-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const quiet = { greeting: false, long_silence: false, idle_timeout: false };
    const entry = { name: 'toy', protocol, direction: 'accept', token: 'let-me-in-please', ...quiet };
    const { app, all } = await startBackend([], { env: { LISTEN_PORT: '0', LISTEN_HOST: '127.0.0.1' }, more: [entry] });
    const speaker = join(folder, 'answer.wav');
    const args = [
      '--protocol',
      protocol,
      '--connect',
      `ws://127.0.0.1:${app.listenPort}`,
      '--token',
      'let-me-in-please',
    ];
    let stop = () => {};
    const stopped = new Promise<void>((resolve) => {
      stop = resolve;
    });
    const ran = run([...args, '--mic', QUESTION, '--speaker', speaker], stopped, () => {});
    await expect.poll(() => all('turn.ended').map(({ outcome }) => outcome)).toEqual(['answered']);
    stop();
    await ran;
    const { samples, sampleRate } = parseWav(readFileSync(speaker));
    expect(samples.length / sampleRate).toBeGreaterThan(1);
    expect(rms(samples)).toBeGreaterThan(0.01);
  },
);
