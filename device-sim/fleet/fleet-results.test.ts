import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FleetResults, judge, mergeResults } from './fleet-results.ts';
import { type FleetScenario, readScenario } from './fleet-scenario.ts';

const part = (more: Partial<FleetResults> = {}): FleetResults => ({
  steady: { connections: { 1: 10 }, mostSockets: 1 },
  devices: 10,
  asked: 50,
  answered: 50,
  latenciesMs: Array.from({ length: 50 }, (_, index) => 500 + index * 10),
  frames: 1000,
  lateFrames: 1,
  droppedFrames: 0,
  underruns: 0,
  complaints: {},
  ...more,
});
const scenario = (budgets: FleetScenario['budgets']): FleetScenario => ({
  protocol: 'pcm',
  seconds: 60,
  microphone: 'silence',
  talkers: 0.1,
  say: ['a.wav'],
  pause_s: [1, 2],
  faulty: 0,
  faults: [],
  budgets,
});

describe('what a fleet saw', () => {
  it('is put together from its parts', () => {
    const other = part({ steady: { connections: { 1: 8, 2: 2 }, mostSockets: 2 }, complaints: { oops: 2 }, asked: 40 });
    const merged = mergeResults([part({ complaints: { oops: 1 } }), other]);
    expect(merged).toMatchObject({
      steady: { connections: { 1: 18, 2: 2 }, mostSockets: 2 },
      devices: 20,
      asked: 90,
      answered: 100,
      complaints: { oops: 3 },
    });
    expect(merged.latenciesMs).toHaveLength(100);
  });

  it('holds every budget, or says which it breaks', () => {
    const budgets = {
      connections: 1,
      answered: 0.98,
      latency_p95_ms: 980,
      late_frames: 0.001,
      dropped_frames: 0,
      underruns: 0,
    };
    const good = judge(part(), scenario(budgets));
    expect(good.holds).toBe(true);
    expect(good.table).toContain('| end of speech to first audio, p95 | 970 ms | at most 980 ms | holds |');
    expect(good.table).toContain('| end of speech to first audio, p99 | 990 ms |  |  |');
    for (const [worse, line] of [
      [{ answered: 48 }, 'questions answered | 96 % | at least 98 % | BROKEN'],
      [{ steady: { connections: { 1: 9, 2: 1 }, mostSockets: 1 } }, '1 to 2 | exactly 1 | BROKEN'],
      [{ steady: { connections: { 1: 10 }, mostSockets: 2 } }, 'most | 2 | at most 1 | BROKEN'],
      [{ latenciesMs: [2_000] }, 'p95 | 2000 ms | at most 980 ms | BROKEN'],
      [{ lateFrames: 2 }, 'late frames | 0.2 % | at most 0.1 % | BROKEN'],
      [{ droppedFrames: 1 }, 'dropped frames | 0.1 % | at most 0 % | BROKEN'],
      [{ underruns: 1 }, 'underruns of an answer | 0.02 | at most 0 | BROKEN'],
    ] as const) {
      const { holds, table } = judge(part(worse), scenario(budgets));
      expect(holds, table).toBe(false);
      expect(table).toContain(line);
    }
  });

  it('breaks a promise to answer when nothing was asked', () => {
    expect(judge(part({ asked: 0, answered: 0, latenciesMs: [] }), scenario({ answered: 0.9 })).holds).toBe(false);
    expect(judge(part({ asked: 0, answered: 0, latenciesMs: [] }), scenario({})).holds).toBe(true);
  });
});

describe('a scenario', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'dialtone-fleet-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const write = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };

  it('is YAML or JSON, with defaults, and names files beside itself', async () => {
    const yaml = await readScenario(write('a.yml', 'say: [question.wav]\nfaults: [gap]\n'));
    expect(yaml).toMatchObject({ protocol: 'realtime', talkers: 0.1, say: [join(folder, 'question.wav')] });
    expect(await readScenario(write('a.json', '{"say": ["/tmp/q.wav"]}'))).toMatchObject({ say: ['/tmp/q.wav'] });
  });

  it.each([
    ['a.yml', 'say: []', 'a.yml: say: '],
    ['a.yml', 'say: [a.wav]\ntalker: 1', 'talker'],
    ['a.yml', 'say: [a.wav]\nfaults: [flood]', 'There is no fault "flood"'],
    ['a.json', '{', 'a.json: '],
  ])('%s with %j is told what is wrong', async (name, text, why) => {
    await expect(readScenario(write(name, text))).rejects.toThrow(why);
  });

  it.each(['chatty', 'rough'])('%s is one', async (name) => {
    const { say } = await readScenario(new URL(`../scenarios/${name}.yml`, import.meta.url).pathname);
    expect(say.length).toBeGreaterThan(1);
  });
});
