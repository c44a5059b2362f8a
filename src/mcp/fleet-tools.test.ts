import { expect, it } from 'vitest';
import type { Backend } from './backend.ts';
import { fleetTools } from './fleet-tools.ts';

const tools = fleetTools(['robot'], undefined);

/** The schemas within one, itself among them. */
function schemasIn(value: unknown): object[] {
  if (typeof value !== 'object' || value === null) return [];
  const { properties = {}, items, additionalProperties } = value as Record<string, unknown>;
  return [value, ...[...Object.values(properties as object), items, additionalProperties].flatMap(schemasIn)];
}

it.each(tools.map(({ spec }) => [spec.name, spec.inputSchema] as const))(
  'no schema of %s says nothing',
  (_, schema) => {
    for (const part of schemasIn(schema)) expect(part).not.toEqual({});
  },
);

it.each([
  ['say', '/v1/devices/by-name/robot/say', { device: 'robot', text: 'Hi.' }],
  ['ask', '/v1/devices/by-name/robot/ask', { device: 'robot', text: 'Tea?' }],
  ['listen', '/v1/devices/by-name/robot/listen', { device: 'robot' }],
  ['announce', '/v1/announce', { text: 'Hi.' }],
])('%s waits for a device as REST does', async (name, path, args) => {
  const called: [string, unknown][] = [];
  const backend: Backend = {
    get: async () => ({}),
    post: async (...call) => {
      called.push([call[0], call[1]]);
      return { outcome: 'played' };
    },
    upload: async () => ({}),
  };
  const call = tools.find(({ spec }) => spec.name === name);
  await call?.run({ ...args, wait_for_device: 20 }, backend);
  await call?.run(args, backend);
  expect(called).toMatchObject([
    [path, { wait_for_device: 20 }],
    [path, {}],
  ]);
  expect(called[1]?.[1]).not.toHaveProperty('wait_for_device');
  for (const wrong of [-1, 301, '20']) {
    expect(await call?.run({ ...args, wait_for_device: wrong }, backend)).toMatchObject({ isError: true });
  }
  expect(called).toHaveLength(2);
});

it('device_tool passes any arguments on', async () => {
  const called: unknown[] = [];
  const backend: Backend = {
    get: async () => ({ tools: [{ name: 'self.x', description: '', parameters: {}, audience: 'model' }] }),
    post: async (path, body) => {
      called.push(path, body);
      return { content: [], is_error: false };
    },
    upload: async () => ({}),
  };
  const call = tools.find(({ spec }) => spec.name === 'device_tool');
  await call?.run({ device: 'robot', tool: 'self.x', arguments: { a: [1], b: { c: null } } }, backend);
  await call?.run({ device: 'robot', tool: 'self.x' }, backend);
  expect(called).toEqual([
    '/v1/devices/by-name/robot/tools/self.x',
    { arguments: { a: [1], b: { c: null } } },
    '/v1/devices/by-name/robot/tools/self.x',
    { arguments: {} },
  ]);
});
