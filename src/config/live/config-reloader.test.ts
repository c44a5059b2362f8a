import { describe, expect, it } from 'vitest';
import { parseDevices } from '../../../test/support/devices/devices.ts';
import { ManualClock } from '../../core/manual-clock.ts';
import { ConfigReloader } from './config-reloader.ts';

const good = (name: string) => ({ name, host: '192.0.2.1' });
const wrong = (name: string) => ({ ...good(name), port: 'x' });
const read = (...devices: unknown[]) => parseDevices(JSON.stringify({ devices }), 'devices.json', { lenient: true });

/** Reloads from one file to another and tells whether it was applied. */
async function reload(before: readonly unknown[], after: readonly unknown[]): Promise<boolean> {
  const applied: string[][] = [];
  const reloader = new ConfigReloader(read(...before), {
    clock: new ManualClock(),
    report: () => undefined,
    apply: (devices, misconfigured) => {
      applied.push([...devices, ...misconfigured].map(({ name }) => name));
      return { added: [], removed: [], restarted: [], updated: [], unchanged: 0 };
    },
    read: () => read(...after),
  });
  const { lastReload } = await reloader.reload('api');
  expect(lastReload?.ok).toBe(applied.length === 1);
  return applied.length === 1;
}

describe('a file with entries that are wrong', () => {
  it.each<[string, readonly unknown[], readonly unknown[]]>([
    ['were wrong before', [good('a'), wrong('b')], [good('a'), wrong('b')]],
    ['were wrong in another way before', [good('a'), wrong('b')], [good('a'), { name: 'b' }]],
    ['were wrong before, at another place', [wrong('b'), good('a')], [good('c'), good('a'), wrong('b')]],
    ['were wrong before and have no name, at another place', [good('a'), 7], [good('a'), good('b'), 7]],
    ['are gone', [good('a'), wrong('b')], [good('a')]],
    ['are mended', [good('a'), wrong('b')], [good('a'), good('b')]],
  ])('is applied when they %s', async (_, before, after) => {
    expect(await reload(before, after)).toBe(true);
  });

  it.each<[string, readonly unknown[], readonly unknown[]]>([
    ['was right before', [good('a'), good('b')], [good('a'), wrong('b')]],
    ['is new', [good('a')], [good('a'), wrong('b')]],
    ['has the name of a device that runs', [good('a'), wrong('b')], [good('a'), wrong('b'), wrong('a')]],
    ['has lost its name, where one without a name was wrong before', [good('a'), {}], [7, {}]],
    ['was right before, where it now has the place of one that was wrong', [good('a'), 7], [7, { host: 'x', port: 0 }]],
  ])('changes nothing when one %s', async (_, before, after) => {
    expect(await reload(before, after)).toBe(false);
  });
});

it('ends the use of the last good copy, also with a file of the same text', async () => {
  const running: string[] = [];
  const reloader = new ConfigReloader(
    read(good('a')),
    {
      clock: new ManualClock(),
      report: () => undefined,
      apply: () => ({ added: [], removed: [], restarted: [], updated: [], unchanged: 1 }),
      read: () => read(good('a')),
      onRunning: ({ hash }) => running.push(hash),
    },
    'the copy runs',
  );
  expect(reloader.status.fallback).toBe('the copy runs');
  expect((await reloader.reload('file')).fallback).toBeNull();
  expect(running).toHaveLength(1);
});
