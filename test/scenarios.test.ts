import { existsSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readScenario, runScenario } from './support/scenario/scenario.ts';

const folder = new URL('./scenarios/', import.meta.url);

/** YAML files, in order. */
function filesIn(path: URL): URL[] {
  if (!existsSync(path)) return [];
  const names = readdirSync(path).filter((name) => name.endsWith('.yaml'));
  return names.sort().map((name) => new URL(name, path));
}

const files = filesIn(folder);

describe('a conversation', () => {
  const scenarios = files.map(readScenario);
  it.each(scenarios.filter(({ engines }) => !engines.demo).map((scenario) => [scenario.name, scenario] as const))(
    '%s',
    (_, scenario) => runScenario(scenario),
  );

  it.each(scenarios.filter(({ engines }) => engines.demo).map((scenario) => [scenario.name, scenario] as const))(
    'with a real recogniser and voice: %s',
    (_, scenario) => runScenario(scenario),
  );

  it('is not told twice, also where it is still to come true', () => {
    const coming = filesIn(new URL('coming/', folder)).map(readScenario);
    const names = [...scenarios, ...coming].map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(scenarios.length).toBeGreaterThanOrEqual(25);
  });
});
