import { expect, test } from 'vitest';
import type { FoundService } from '#src/discovery/service-records';
import { NOW, startApi } from '../../../test/support/api-server.ts';
import { deviceStatus } from '../../../test/support/devices/device-status.ts';

const service = (fields: Partial<FoundService>): FoundService => ({
  type: '_dialtone-device._tcp',
  instance: 'kitchen',
  host: 'esp32.local',
  port: 8765,
  addresses: [],
  txt: new Map(),
  firstSeenAt: NOW - 1_000,
  lastSeenAt: NOW,
  ...fields,
});

test('GET /v1/discovered lists what no entry is for, each with a name of its own', async () => {
  const { get } = await startApi({
    devices: [
      deviceStatus({ name: 'kitchen', host: '10.0.0.5', port: 81 }),
      deviceStatus({ name: 'bath', host: 'Bath.local' }),
    ],
    discovered: () => [
      service({ host: 'bath.local' }),
      service({ host: 'other.local', port: 81, addresses: ['10.0.0.5'] }),
      service({ addresses: ['10.0.0.7'], txt: new Map([['protocol', 'pcm']]) }),
      service({ host: 'two.local' }),
      service({ type: '_esphomelib._tcp', instance: 'lamp\u202e\n', host: 'lamp.local', port: 6053 }),
    ],
  });
  const { status, body } = await get('/v1/discovered');
  expect(status).toBe(200);
  expect(body).toEqual({
    enabled: true,
    devices: [
      {
        name: 'kitchen',
        service: '_dialtone-device._tcp',
        host: 'esp32.local',
        port: 8765,
        addresses: ['10.0.0.7'],
        txt: { protocol: 'pcm' },
        first_seen_at: '2026-01-01T11:59:59.000Z',
        last_seen_at: '2026-01-01T12:00:00.000Z',
        entry: { name: 'kitchen 2', protocol: 'pcm', host: 'esp32.local', port: 8765 },
        note: null,
      },
      expect.objectContaining({ entry: { name: 'kitchen 3', protocol: 'realtime', host: 'two.local', port: 8765 } }),
      expect.objectContaining({
        name: 'lamp  ',
        entry: null,
        note: 'this version of dialtone has no protocol "esphome"',
      }),
    ],
  });
});

test('GET /v1/discovered says when devices are not looked for', async () => {
  const { get } = await startApi();
  expect((await get('/v1/discovered')).body).toEqual({ enabled: false, devices: [] });
});
