import { expect, it } from 'vitest';
import { rawRequest, startApi } from '../../../test/support/api-server.ts';
import { deviceStatus } from '../../../test/support/devices/device-status.ts';

/** Half a second of silence, as raw samples of 16 kHz. */
const SPEECH = '\0'.repeat(16_000);

const upload = (device: string, headers: string, how: 'at once' | 'in chunks') =>
  `POST /v1/devices/${device}/pcm HTTP/1.1\r\nHost: 127.0.0.1\r\n${headers}` +
  (how === 'at once'
    ? `Content-Length: ${SPEECH.length}\r\n\r\n${SPEECH}`
    : `Transfer-Encoding: chunked\r\n\r\n${`3e8\r\n${SPEECH.slice(0, 1_000)}\r\n`.repeat(16)}0\r\n\r\n`);

const LAST = 'GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n';

const RATE = 'X-Sample-Rate: 16000\r\n';

// An end of the connection at once would be a reset for a client that is still sending, and it would not see why.
it.each([
  ['of a device that is away', 'hall', RATE, 409],
  ['of an unknown device', 'attic', RATE, 404],
  ['that is no audio', 'kitchen', `${RATE}Content-Type: text/plain\r\n`, 415],
  ['of no rate', 'kitchen', '', 400],
  ['that has no room', 'busy', RATE, 429],
] as const)('speech %s is refused, and the connection serves the next request', async (_, device, headers, status) => {
  const devices = [
    deviceStatus({ name: 'kitchen' }),
    deviceStatus({ name: 'busy' }),
    deviceStatus({ name: 'hall' }, { state: 'backoff' }),
  ];
  const { port, fleet } = await startApi({ devices });
  fleet.said = () => 'busy';
  for (const how of ['at once', 'in chunks'] as const) {
    const { head, body } = await rawRequest(port, upload(device, headers, how) + LAST);
    expect(`${head}${body}`.match(/HTTP\/1\.1 \d+/g)).toEqual([`HTTP/1.1 ${status}`, 'HTTP/1.1 200']);
  }
});
