import { cpSync, mkdtempSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { patientClock } from '../../../test/support/time/patient-clock.ts';
import { systemClock } from '../../core/clock.ts';
import type { EngineEvent } from '../events.ts';
import { NativeHost } from '../native-host/native-host.ts';
import type { SpeechCheck } from '../vad.ts';
import { SileroChecker } from './silero-checker.ts';

/** Its "now" stands still: on no machine an answer comes too late. */
const clock = { ...patientClock, now: () => 0 };

/** A model with the inputs of silero v5: what has deep tones is speech. */
const fixture = fileURLToPath(new URL('../../../test/fixtures/band-vad', import.meta.url));

const tone = (hertz: number, ms: number) =>
  Int16Array.from({ length: ms * 16 }, (_, index) => 8_000 * Math.sin((2 * Math.PI * hertz * index) / 16_000));
const SILENCE = new Int16Array(16 * 700);

function folderOf(prepare: (folder: string) => void): string {
  const folder = mkdtempSync(join(tmpdir(), 'dialtone-silero-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  prepare(folder);
  return folder;
}

describe('SileroChecker', () => {
  const reports: EngineEvent[] = [];
  const host = new NativeHost({ clock, random: Math.random });
  const modelDir = mkdtempSync(join(tmpdir(), 'dialtone-silero-'));
  cpSync(fixture, modelDir, { recursive: true });
  const checker = new SileroChecker({
    clock,
    random: Math.random,
    hosts: [host],
    modelDir,
    report: (event) => reports.push(event),
  });
  beforeAll(() => checker.ready());
  beforeEach(() => {
    reports.length = 0;
  });
  afterAll(async () => {
    await checker.close();
    rmSync(modelDir, { recursive: true });
  });

  it('tells the deep tones of a voice from a whistle, and from silence', async () => {
    for (const [sound, verdict] of [
      [tone(300, 200), 'speech'],
      [tone(3_000, 400), 'noise'],
      [SILENCE, 'noise'],
    ] as const) {
      const check = checker.listen();
      check.write(sound);
      await expect.poll(() => check.verdict).toBe(verdict);
      check.close();
    }
    expect(reports).toEqual([]);
  });

  it('follows a sound: a whistle, a voice in it, and silence again', async () => {
    const check = checker.listen();
    check.write(tone(3_000, 300));
    await expect.poll(() => check.verdict).toBe('noise');
    check.write(tone(300, 200));
    await expect.poll(() => check.verdict).toBe('speech');
    check.write(SILENCE);
    await expect.poll(() => check.verdict).toBe('noise');
    check.close();
  });

  it('forgets what one sound was before it hears the next', async () => {
    const first = checker.listen();
    first.write(tone(300, 200));
    await expect.poll(() => first.verdict).toBe('speech');
    first.close();
    const next = checker.listen();
    next.write(tone(3_000, 20));
    await expect.poll(() => next.verdict).toBe('noise');
    next.close();
  });

  it('hears many sounds at once, each as if it were alone, up to a bound', async () => {
    const checks = Array.from({ length: 17 }, () => checker.listen());
    for (const [index, check] of checks.entries()) check.write(tone(index % 2 === 0 ? 300 : 3_000, 200));
    const verdicts = async (check: SpeechCheck) => {
      await expect.poll(() => check.verdict).not.toBe('pending');
      return check.verdict;
    };
    const all = await Promise.all(checks.map(verdicts));
    expect(all).toEqual([
      ...Array.from({ length: 16 }, (_, index) => (index % 2 === 0 ? 'speech' : 'noise')),
      'unavailable',
    ]);
    for (const check of checks) check.close();
    expect(reports).toMatchObject([{ type: 'engine.state', kind: 'vad', engine: 'silero', state: 'full' }]);
  });

  it('takes no model that was changed for another sound, which might end the host', async () => {
    const path = join(modelDir, 'silero_vad.onnx');
    const own = new SileroChecker({
      clock,
      random: Math.random,
      modelDir,
      report: (event) => reports.push(event),
    });
    onTestFinished(() => own.close());
    await own.ready();
    const first = own.listen();
    renameSync(path, `${path}.gone`);
    onTestFinished(() => renameSync(`${path}.gone`, path));
    const second = own.listen();
    await expect.poll(() => second.verdict).toBe('unavailable');
    first.write(tone(300, 200));
    await expect.poll(() => first.verdict).toBe('speech');
    expect(reports).toMatchObject([{ state: 'down', reason: expect.stringContaining('was changed or removed') }]);
  });

  it('says nothing for a moment when the host dies, tells of it once, and of its return', async () => {
    const time = { ms: 0 };
    const ownClock = { ...patientClock, now: () => time.ms };
    const meanwhile: string[] = [];
    const own: SileroChecker = new SileroChecker({
      clock: ownClock,
      random: Math.random,
      modelDir,
      report: (event) => {
        reports.push(event);
        if (event.type === 'engine.state' && event.state === 'down') meanwhile.push(own.listen().verdict);
      },
      hosts: [new NativeHost({ clock, random: Math.random })],
    });
    onTestFinished(() => own.close());
    await own.ready();
    const check = own.listen();
    check.write(tone(300, 200));
    await expect.poll(() => check.verdict).toBe('speech');
    process.kill(own.hostPid ?? 0, 'SIGKILL');
    await expect.poll(() => check.verdict).toBe('unavailable');
    expect(meanwhile).toEqual(['unavailable']);
    await own.ready();
    const hear = async () => {
      const again = own.listen();
      again.write(tone(300, 200));
      await expect.poll(() => again.verdict).toBe('speech');
      again.close();
    };
    await hear();
    expect(reports.map((event) => event.type === 'engine.state' && event.state)).toEqual(['down']);
    time.ms += 10_000;
    await hear();
    expect(reports).toMatchObject([{ state: 'down', kind: 'vad' }, { state: 'up' }]);
  });
});

describe('a model that cannot be used', () => {
  const ready = (modelDir: string) =>
    new SileroChecker({ clock: systemClock, random: Math.random, modelDir, report: () => undefined }).ready();

  it.each([
    ['none', (folder: string) => writeFileSync(join(folder, 'tokens.txt'), ''), 'has no silero_vad.onnx'],
    [
      'two',
      (folder: string) => ['a', 'b'].map((name) => writeFileSync(join(folder, `silero_${name}.onnx`), 'x')),
      'more than one',
    ],
    ['an empty one', (folder: string) => writeFileSync(join(folder, 'silero_vad.onnx'), ''), 'is empty'],
    [
      'half of one',
      (folder: string) => {
        cpSync(fixture, folder, { recursive: true });
        truncateSync(join(folder, 'silero_vad.onnx'), 500);
      },
      'could not be loaded',
    ],
  ])('%s', async (_, prepare, problem) => {
    const error = await ready(folderOf(prepare)).catch((cause: unknown) => cause);
    expect(error).toMatchObject({
      code: 'engine_misconfigured',
      engine: 'silero',
      message: expect.stringContaining(problem),
    });
    expect(error).toMatchObject({ message: expect.stringContaining('VAD_MODEL') });
  });
});
