import { expect, test } from 'vitest';
import { startApi } from './support/api-server.ts';
import { deviceStatus } from './support/devices/device-status.ts';

// Row 37 of the bad inputs, over a real server.

test('row 37: /metrics is as before when 10,000 devices have come and gone', async () => {
  const { request, fleet, bus, clock } = await startApi();
  const series = async () => {
    clock.advance(1_000);
    const lines = (await request('/metrics')).text.split('\n').filter((line) => line.startsWith('dialtone_'));
    return lines.map((line) => line.slice(0, line.lastIndexOf(' '))).sort();
  };
  const before = await series();
  const { devices } = fleet;
  fleet.devices = Array.from({ length: 10_000 }, (_, index) => deviceStatus({ name: `device ${index}` }));
  for (const { config } of fleet.devices) {
    bus.report({ type: 'device.attempt', device: config.name, attempt: 1 });
  }
  expect((await series()).length).toBeGreaterThan(before.length + 75_000);
  fleet.devices = devices;
  expect(await series()).toEqual(before);
});
