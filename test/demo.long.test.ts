import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { rms } from '#src/audio/pcm';
import { parseWav } from '#src/audio/wav';
import { startProgram, temporaryFolder } from './support/program.ts';

const DEVICES = ['kitchen', 'hall', 'desk'];

function demo(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const cwd = temporaryFolder();
  const program = startProgram(args, { entry: 'device-sim/demo/demo.js', cwd, env });
  return { cwd, program };
}

describe('npm run demo', () => {
  it('-- --once shows every step of every device, and leaves what each loudspeaker played', async () => {
    const { cwd, program } = demo(['--once']);
    const code = await program.ended;
    const out = program.out();
    expect(code, out + program.err()).toBe(0);
    expect(program.err()).toBe('');
    expect(out).toMatch(/curl http:\/\/127\.0\.0\.1:\d+\/v1\/devices\/status/);
    expect(out).toMatch(/All went well: 9 turns, \d+ of \d+ words misheard/);
    expect(out).toContain('knows 210 words of synthetic voices');

    const lines = out.split('\n');
    for (const device of DEVICES) {
      const steps = (step: string) => lines.filter((line) => new RegExp(`^${device} +${step} `).test(line));
      expect(steps('line up')).toHaveLength(1);
      expect(steps('says')).toHaveLength(3);
      for (const step of ['heard', 'answered']) {
        expect(steps(step), device).toHaveLength(3);
        // Each with how long its stages took.
        for (const line of steps(step)) expect(line).toMatch(/".+" +\(.*\d+ (?:ms|s)/);
      }
    }

    expect(readdirSync(cwd)).toEqual(['demo-output']);
    for (const device of DEVICES) {
      expect(out).toContain(join('demo-output', `${device}.wav`));
      const { samples, sampleRate } = parseWav(readFileSync(join(cwd, 'demo-output', `${device}.wav`)));
      // Three answers of at least a second each.
      expect(samples.length / sampleRate).toBeGreaterThan(3);
      expect(rms(samples)).toBeGreaterThan(0.02);
    }
  });

  it('-- --once says which device failed at which stage, and ends with 1', async () => {
    // No server listens there: every answer fails.
    const env = { LLM: 'groq', GROQ_API_KEY: 'gsk_CANARY', GROQ_BASE_URL: 'http://127.0.0.1:1' };
    const { program } = demo(['--once', '--speak', 'hello'], env);
    expect(await program.ended).toBe(1);
    expect(program.out()).toContain('Something went wrong');
    for (const device of DEVICES) {
      expect(program.out()).toContain(`${device} failed at "answered" of "hello": engine_unavailable`);
    }
    expect(program.out() + program.err()).not.toContain('CANARY');
  });
});
