import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deviceConfig, parseDevices } from '../../../test/support/devices/devices.ts';
import type { DeviceConfig } from '../devices-schema.ts';
import { diffDevices } from './diff-devices.ts';

function device(more: Record<string, unknown> = {}): DeviceConfig {
  return deviceConfig({ name: 'hall', host: '10.0.0.1', ...more });
}

function kindOf(before: DeviceConfig, after: DeviceConfig): string {
  const { added, removed, restarted, updated } = diffDevices([before], [after]);
  return Object.entries({ added, removed, restarted, updated })
    .filter(([, devices]) => devices.length > 0)
    .map(([kind]) => kind)
    .join();
}

function withToken(token: string): DeviceConfig {
  const entry = { name: 'hall', host: '10.0.0.1', token, allow_plaintext_token: true };
  return parseDevices(JSON.stringify({ devices: [entry] }), 'devices.json').devices[0] as DeviceConfig;
}

describe('diffDevices', () => {
  it.each([
    ['nothing', {}, ''],
    ['the host', { host: '10.0.0.2' }, 'restarted'],
    ['the port', { port: 1 }, 'restarted'],
    ['the path', { path: '/x' }, 'restarted'],
    ['the protocol', { protocol: 'pcm' }, 'restarted'],
    ['the audio format', { audio_format: 'pcm16' }, 'restarted'],
    ['TLS', { tls: true }, 'restarted'],
    ['a header', { headers: { 'X-Room': 'hall' } }, 'restarted'],
    ['the voice', { voice: 'Charles' }, 'updated'],
    ['the engines', { engines: { llm: [{ engine: 'scripted' }] } }, 'updated'],
    ['the instructions', { instructions: { type: 'quiz_show' } }, 'updated'],
    ['the delay', { reconnect_delay: 9 }, 'updated'],
    ['auto_reconnect', { auto_reconnect: false }, 'updated'],
    ['enabled', { enabled: false }, 'updated'],
    ['the name', { name: 'kitchen' }, 'added,removed'],
  ])('when %s changes', (_, more, kind) => expect(kindOf(device(), device(more))).toBe(kind));

  it('sees a new token although nothing of it can be printed', () => {
    expect(kindOf(withToken('one'), withToken('one'))).toBe('');
    expect(kindOf(withToken('one'), withToken('two'))).toBe('restarted');
  });

  it('sees no difference in another order, and none once it was applied', () => {
    const devices = fc.uniqueArray(
      fc.record({
        name: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
        port: fc.integer({ min: 1, max: 3 }),
        voice: fc.constantFrom('Charles', 'Gertrude'),
      }),
      { selector: ({ name }) => name },
    );
    fc.assert(
      fc.property(devices, devices, (before, after) => {
        const running = before.map(device);
        const wanted = after.map(device);
        const { added, removed, restarted, updated, unchanged } = diffDevices(running, wanted);
        expect(added.length + restarted.length + updated.length + unchanged.length).toBe(wanted.length);
        expect(running.length - removed.length).toBe(wanted.length - added.length);
        const names = (list: readonly DeviceConfig[]) => list.map(({ name }) => name).sort();
        const shuffled = diffDevices(running.toReversed(), wanted.toReversed());
        expect(names(shuffled.restarted)).toEqual(names(restarted));
        expect(diffDevices(wanted, wanted.toReversed()).unchanged).toHaveLength(wanted.length);
      }),
    );
  });
});
