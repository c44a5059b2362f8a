import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { tooOldNode } from './node-version.ts';

it.each(['v20.19.0', 'v20.20.2', 'v21.0.0', 'v24.1.0', 'v100.0.0'])('%s is new enough', (version) => {
  expect(tooOldNode(version)).toBeUndefined();
});

it.each(['v20.18.9', 'v20.9.0', 'v18.20.8', 'v8.0.0'])('%s is too old', (version) => {
  expect(tooOldNode(version)).toBe(
    `dialtone needs Node 20.19 or newer, and this is ${version}: install one from https://nodejs.org`,
  );
});

it('asks for what package.json asks for', () => {
  const { engines } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  expect(tooOldNode('v0.0.0')).toContain(`Node ${engines.node.replace('>=', '')} `);
});
