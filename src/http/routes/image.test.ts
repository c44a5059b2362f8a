import { expect, test } from 'vitest';
import { startApi } from '../../../test/support/api-server.ts';
import { deviceStatus } from '../../../test/support/devices/device-status.ts';
import { jpeg, png } from '../../../test/support/pictures.ts';

const send = (body: Buffer | FormData, type?: string): RequestInit => ({
  method: 'POST',
  body: body instanceof FormData ? body : Uint8Array.from(body),
  ...(type === undefined ? {} : { headers: { 'content-type': type } }),
});

test('a picture is shown to a device, as the body or in a form, and is what its content says', async () => {
  const { get: requestJson, fleet } = await startApi();
  const path = '/v1/devices/kitchen/image';
  expect(await requestJson(path, send(jpeg(640, 480), 'image/jpeg'))).toMatchObject({
    status: 200,
    body: { device: 'kitchen', media_type: 'image/jpeg', width: 640, height: 480, bytes: jpeg(640, 480).length },
  });
  // Whatever it is called.
  for (const type of ['application/octet-stream', 'image/jpeg', 'text/plain', undefined]) {
    expect((await requestJson(path, send(png(4, 3), type))).body).toMatchObject({ media_type: 'image/png', width: 4 });
  }
  const form = new FormData();
  form.set('file', new Blob([Uint8Array.from(png(5, 5))], { type: 'image/jpeg' }), 'a/b"c.jpg');
  expect((await requestJson(path, send(form))).body).toMatchObject({ media_type: 'image/png', width: 5 });
  expect(fleet.shown).toHaveLength(6);
  expect(fleet.shown.map(({ picture }) => picture.name)).toEqual([
    'image.jpg',
    ...Array(4).fill('image.png'),
    expect.stringMatching(/\.jpg$/),
  ]);
  expect(Buffer.from(fleet.shown[0]?.picture.bytes ?? [])).toEqual(jpeg(640, 480));
});

test('what is no picture, or too large, is refused with words, and nothing is shown', async () => {
  const { get: requestJson, fleet } = await startApi({
    env: { MAX_IMAGE_SIZE_BYTES: '5000', IMAGE_MAX_DIMENSION: '100' },
  });
  const path = '/v1/devices/kitchen/image';
  const form = new FormData();
  form.set('picture', 'none');
  const cases: [RequestInit, number, string, RegExp][] = [
    [send(Buffer.alloc(0), 'image/jpeg'), 400, 'bad_request', /no picture/],
    [send(Buffer.from('hello'), 'image/jpeg'), 415, 'bad_request', /no whole JPEG or PNG/],
    [send(jpeg(8, 8).subarray(0, -2), 'image/jpeg'), 415, 'bad_request', /no whole/],
    [send(jpeg(101, 8), 'image/jpeg'), 413, 'body_too_big', /101 × 8/],
    [send(Buffer.concat([jpeg(8, 8), Buffer.alloc(5_000)]), 'image/jpeg'), 413, 'body_too_big', /5000 bytes/],
    [send(Buffer.alloc(50_000), 'image/jpeg'), 413, 'body_too_big', /bytes/],
    [send(form), 400, 'bad_request', /as "file"/],
    [send(Buffer.from('--x\r\n'), 'multipart/form-data; boundary=y'), 400, 'bad_request', /multipart|file/],
    [send(Buffer.from('--x\r\n'), 'multipart/form-data'), 400, 'bad_request', /multipart|file/],
  ];
  for (const [init, status, code, detail] of cases) {
    expect(await requestJson(path, init)).toMatchObject({
      status,
      body: { code, detail: expect.stringMatching(detail) },
    });
  }
  expect(fleet.shown).toEqual([]);
});

test('a device that is not there is shown nothing', async () => {
  const { get: requestJson } = await startApi({ devices: [deviceStatus({ name: 'off', enabled: false })] });
  expect((await requestJson('/v1/devices/attic/image', send(jpeg(8, 8)))).body.code).toBe('unknown_device');
  expect((await requestJson('/v1/devices/off/image', send(jpeg(8, 8)))).body.code).toBe('device_disabled');
});
