import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { alerts, alertsSeenFiring, metricsIn, panels, queries } from './support/monitoring/queries.ts';
import { needs } from './support/needs.ts';

// What prometheus.long.test.ts asks a running Prometheus is not here.

const folder = new URL('../monitoring/', import.meta.url);
const yaml = (name: string) => parse(readFileSync(new URL(name, folder), 'utf8'));

/** Runs promtool on files of monitoring/. */
function promtool(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync('promtool', args, { cwd: fileURLToPath(folder), encoding: 'utf8' });
  return { status, output: `${stdout}${stderr}` };
}

const isThere = needs(
  spawnSync('promtool', ['--version']).error === undefined,
  'promtool',
  'the alerts fire when they should',
);

describe('the alerts', () => {
  it.skipIf(!isThere)('fire when they should, and not before (skipped where promtool is not installed)', () => {
    expect(promtool('check', 'config', 'prometheus.yml')).toMatchObject({ status: 0 });
    expect(promtool('test', 'rules', 'alerts_test.yml')).toMatchObject({ status: 0 });
  });

  it('have a test in which they fire, each, and a severity', () => {
    const names = alerts().map(({ alert }) => alert);
    expect([...alertsSeenFiring()].sort()).toEqual([...names].sort());
    for (const { alert, labels } of alerts()) expect(['critical', 'warning'], alert).toContain(labels.severity);
  });
});

describe('the dashboard', () => {
  it('has a row for each concern, and no panel covers another', () => {
    const all = panels();
    expect(all.filter(({ type }) => type === 'row').map(({ title }) => title)).toEqual([
      'Fleet',
      'Latency by stage',
      'Engines',
      'Errors',
      'Process',
    ]);
    const taken = new Map<string, string>();
    for (const { title, gridPos } of all) {
      expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(24);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
          expect(taken.get(`${x},${y}`), `${title} is where this is`).toBeUndefined();
          taken.set(`${x},${y}`, title);
        }
      }
    }
  });

  it('asks the source of data that Grafana is given', () => {
    const { datasources } = yaml('grafana/provisioning/datasources/prometheus.yml');
    const uids = panels().flatMap(({ datasource }) => (datasource ? [datasource.uid] : []));
    expect(new Set(uids)).toEqual(new Set(datasources.map(({ uid }: { uid: string }) => uid)));
  });
});

it('every query of alerts and dashboard names a metric', () => {
  const without = queries().filter((query) => metricsIn(query).length === 0 && !query.startsWith('up{'));
  expect(without).toEqual([]);
});
