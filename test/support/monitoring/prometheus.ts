import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { freePort } from '../free-port.ts';
import { temporaryFolder } from '../program.ts';

/** One series of an answer. */
interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A Prometheus that scrapes one dialtone. */
export interface Prometheus {
  /** Answers a PromQL query. Throws with Prometheus' own words when the query is wrong. */
  query(expr: string): Promise<Sample[]>;
  /** Names of the metrics that the target describes, with their types. */
  metadata(): Promise<Readonly<Record<string, readonly { readonly type: string; readonly help: string }[]>>>;
}

/**
 * Starts Debian's Prometheus on a backend, with the project's own alerts.yml and a scrape each second; resolves once a scrape has
 * worked. Ended with the test.
 * @param target address of the backend, as in 127.0.0.1:8000
 */
export async function startPrometheus(target: string): Promise<Prometheus> {
  const folder = temporaryFolder();
  copyFileSync(new URL('../../../monitoring/alerts.yml', import.meta.url), join(folder, 'alerts.yml'));
  const config = {
    global: { scrape_interval: '1s', evaluation_interval: '1s' },
    rule_files: ['alerts.yml'],
    scrape_configs: [{ job_name: 'dialtone', static_configs: [{ targets: [target] }] }],
  };
  // JSON is YAML.
  writeFileSync(join(folder, 'prometheus.yml'), JSON.stringify(config));
  mkdirSync(join(folder, 'data'));
  const port = await freePort();
  const child = spawn(
    'prometheus',
    [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let told = '';
  child.stderr.on('data', (chunk: Buffer) => {
    told += chunk.toString();
  });
  const ended = once(child, 'close');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  const ask = async (path: string): Promise<unknown> => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`);
    const answer = (await response.json()) as { status: string; error?: string; data: unknown };
    if (answer.status !== 'success') throw new Error(`${path}: ${answer.error}`);
    return answer.data;
  };
  const prometheus: Prometheus = {
    query: async (expr) => {
      const { result } = (await ask(`/api/v1/query?${new URLSearchParams({ query: expr })}`)) as {
        result: { metric: Record<string, string>; value: [number, string] }[];
      };
      return result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
    },
    metadata: async () => (await ask('/api/v1/metadata')) as Awaited<ReturnType<Prometheus['metadata']>>,
  };
  const isUp = async () => {
    if (child.exitCode !== null) throw new Error(`Prometheus ended: ${told}`);
    try {
      return (await prometheus.query('up')).map(({ value }) => value);
    } catch {
      return told;
    }
  };
  await expect.poll(isUp).toEqual([1]);
  return prometheus;
}
