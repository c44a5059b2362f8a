import { readFile } from 'node:fs/promises';
import { dirname, extname, resolve } from 'node:path';
import { z } from 'zod';
import { parseFaults } from '../faults/fault-flags.ts';

const share = z.number().min(0).max(1);

const scenarioSchema = z.strictObject({
  protocol: z.enum(['realtime', 'pcm']).default('realtime'),
  /** How long users talk, once all devices are connected. */
  seconds: z.number().positive().max(86_400).default(60),
  /** What microphones send while users are silent. */
  microphone: z.enum(['silence', 'nothing']).default('silence'),
  /** Share of the devices whose users talk. */
  talkers: share.default(0.1),
  /** WAV files that users say, by turns; paths are relative to the scenario. */
  say: z.array(z.string()).min(1),
  /** Between an answer and the next question: from, to. */
  pause_s: z.tuple([z.number().min(0), z.number().min(0)]).default([2, 8]),
  /** Share of the devices that misbehave, and how: as for `--fault`. */
  faulty: share.default(0),
  faults: z.array(z.string()).default([]),
  budgets: z
    .strictObject({
      connections: z.number().min(1).optional(),
      answered: share.optional(),
      latency_p50_ms: z.number().positive().optional(),
      latency_p95_ms: z.number().positive().optional(),
      latency_p99_ms: z.number().positive().optional(),
      late_frames: share.optional(),
      dropped_frames: share.optional(),
      underruns: z.number().min(0).optional(),
    })
    .default({}),
});

/** What a fleet does, and what is promised. */
export type FleetScenario = z.output<typeof scenarioSchema>;

/**
 * Reads a scenario, YAML or JSON. Throws Error that names the file and what is wrong in it, and what `fs` throws.
 * The paths in `say` are absolute then.
 */
export async function readScenario(file: string): Promise<FleetScenario> {
  const parsed = scenarioSchema.safeParse(await parse(file));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new Error(`${file}: ${issue?.path.join('.') || 'the file'}: ${issue?.message ?? 'wrong'}`);
  }
  const scenario = parsed.data;
  // A mistake is known before 500 devices are started.
  parseFaults(scenario.faults);
  return { ...scenario, say: scenario.say.map((path) => resolve(dirname(file), path)) };
}

async function parse(file: string): Promise<unknown> {
  const text = await readFile(file, 'utf8');
  try {
    if (extname(file) === '.json') return JSON.parse(text);
    // A package for development: without it a scenario is written in JSON.
    return (await import('yaml')).parse(text);
  } catch (error) {
    throw new Error(`${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
