import { expect, it } from 'vitest';
import { ManualClock } from '../core/manual-clock.ts';
import { DeviceWarnings } from './device-warnings.ts';
import type { FleetEvent } from './events.ts';

it('reports each cause once, and keeps it for the status until the device is another one', () => {
  const clock = new ManualClock();
  const events: FleetEvent[] = [];
  const warnings = new DeviceWarnings('kitchen', { clock, report: (event) => events.push(event) });
  const at = clock.wallNow();
  warnings.warn('odd_bytes', 'an odd number of bytes');
  clock.advance(5_000);
  warnings.warn('odd_bytes', 'an odd number of bytes, again');
  warnings.warn('slow_link', 'too slow');
  expect(events).toEqual([
    { type: 'device.warning', device: 'kitchen', code: 'odd_bytes', message: 'an odd number of bytes' },
    { type: 'device.warning', device: 'kitchen', code: 'slow_link', message: 'too slow' },
  ]);
  expect(warnings.list).toEqual([
    { code: 'odd_bytes', message: 'an odd number of bytes', at },
    { code: 'slow_link', message: 'too slow', at: at + 5_000 },
  ]);
  warnings.clear();
  expect(warnings.list).toEqual([]);
  warnings.warn('odd_bytes', 'an odd number of bytes');
  expect(events).toHaveLength(3);
});

it('reports languages without a voice one by one', () => {
  const clock = new ManualClock();
  const events: FleetEvent[] = [];
  const warnings = new DeviceWarnings('kitchen', { clock, report: (event) => events.push(event) });
  for (const language of ['de', 'ru', 'de']) warnings.warn('no_voice_for_language', `no voice for ${language}`);
  expect(events).toMatchObject([{ message: 'no voice for de' }, { message: 'no voice for ru' }]);
  expect(warnings.list).toHaveLength(2);
});
