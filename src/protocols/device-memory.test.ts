import { expect, it } from 'vitest';
import { deviceConfig } from '../../test/support/devices/devices.ts';
import { DeviceMemory } from './device-memory.ts';

it('remembers the last word of each device, and not of another device of that name', () => {
  const memory = new DeviceMemory();
  const hall = deviceConfig({ name: 'hall' });
  expect(memory.recall(hall)).toBeUndefined();
  memory.note(hall, 'pcm16');
  memory.note(deviceConfig({ name: 'kitchen' }), 'ogg-opus');
  expect(memory.recall(deviceConfig({ name: 'hall', voice: 'Gertrude' }))).toBe('pcm16');
  memory.note(hall, 'pcmf32');
  expect(memory.recall(hall)).toBe('pcmf32');
  for (const other of [{ host: '192.0.2.2' }, { port: 8766 }, { path: '/other' }]) {
    expect(memory.recall(deviceConfig({ name: 'hall', ...other }))).toBeUndefined();
  }
});

it('forgets those not met for longest, beyond as many as there may be', () => {
  const memory = new DeviceMemory();
  const device = (index: number) => ({ ...deviceConfig(), name: `device ${index}` });
  for (let index = 0; index < 10_000; index++) memory.note(device(index), 'pcm16');
  memory.note(device(0), 'pcm16');
  memory.note(device(10_000), 'pcm16');
  expect(memory.recall(device(0))).toBe('pcm16');
  expect(memory.recall(device(1))).toBeUndefined();
  expect(memory.recall(device(2))).toBe('pcm16');
});
