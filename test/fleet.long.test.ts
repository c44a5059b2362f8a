import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startProgram, temporaryFolder } from './support/program.ts';

const QUESTION = fileURLToPath(new URL('../assets/asr-demo-model/samples/01.wav', import.meta.url));

function fleet(scenario: object, ...args: readonly string[]) {
  const cwd = temporaryFolder();
  const file = join(cwd, 'scenario.json');
  writeFileSync(file, JSON.stringify({ say: [QUESTION], pause_s: [0.2, 0.4], talkers: 0.5, ...scenario }));
  const program = startProgram(['--scenario', file, '--base-port', '0', ...args], { entry: 'device-sim/main.js', cwd });
  // Gently: it has a backend to end too.
  onTestFinished(async () => {
    program.child.kill('SIGTERM');
    await program.ended;
  });
  return { cwd, program };
}

describe('npm run device-sim -- --fleet', () => {
  it('has its users talk with a backend, in several processes, and says that the budgets held', async () => {
    const budgets = { connections: 1, answered: 1, dropped_frames: 0 };
    const { cwd, program } = fleet({ seconds: 5, budgets }, ...['--fleet', '4', '--processes', '2', '--with-backend']);
    const code = await program.ended;
    const out = program.out();
    expect(code, out + program.err()).toBe(0);
    expect(out).toContain('4 devices listen in 2 processes');
    expect(out).toMatch(/\d s: 4 of 4 connected, [1-9]\d* asked/);
    expect(out).toContain('| connections of a device without faults, least to most | 1 to 1 | exactly 1 | holds |');
    expect(out).toMatch(/end of speech to first audio, p99 \| [1-9]\d* ms/);
    expect(out).toMatch(/audio frames \| [1-9]/);
    expect(out).toContain('Every budget held.');
    const { devices } = JSON.parse(readFileSync(join(cwd, 'fleet-devices.json'), 'utf8')) as {
      devices: { name: string }[];
    };
    expect(devices.map(({ name }) => name)).toEqual(['fleet 0', 'fleet 1', 'fleet 2', 'fleet 3']);
  });

  it('ends with 1 when a budget is broken, and its misbehaving devices harm only themselves', async () => {
    const { program } = fleet(
      {
        seconds: 5,
        protocol: 'pcm',
        talkers: 1,
        faulty: 0.5,
        faults: ['reboot:1,0.5', 'garbage:0.5'],
        budgets: { connections: 1, answered: 1, latency_p50_ms: 1 },
      },
      ...['--fleet', '4', '--with-backend'],
    );
    expect(await program.ended).toBe(1);
    expect(program.out()).toContain('| 1 to 1 | exactly 1 | holds |');
    expect(program.out()).toContain('| questions answered | 100 % | at least 100 % | holds |');
    expect(program.out()).toMatch(/p50 \| \d+ ms \| at most 1 ms \| BROKEN/);
    expect(program.out()).toContain('A budget is broken.');
  });

  it('waits for a backend of the user until it is stopped', async () => {
    const { program } = fleet({}, '--fleet', '2');
    await program.printed(/start the backend: REMOTE_DEVICES_CONFIG=fleet-devices\.json npm start/);
    program.child.kill('SIGINT');
    expect(await program.ended).toBe(1);
    expect(program.err()).toBe('');
  });

  it.each([
    [['--fleet', '0', '--scenario', 'x.yml'], 'at least one device'],
    [['--fleet', '5', '--base-port', '65534', '--scenario', 'x.yml'], 'go beyond 65535'],
    [['--fleet', '5'], 'needs a --scenario'],
  ] as const)('%j is a mistake', async (args, why) => {
    const program = startProgram(args, { entry: 'device-sim/main.js' });
    expect(await program.ended).toBe(2);
    expect(program.err()).toContain(why);
  });
});
