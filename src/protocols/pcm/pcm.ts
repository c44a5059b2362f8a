import type { DeviceConfig } from '../../config/devices-schema.ts';
import type { Clock } from '../../core/clock.ts';
import type { Link } from '../../transport/link.ts';
import type { DeviceListener } from '../protocol.ts';
import type { ProtocolEntry } from '../protocol-entry.ts';
import { commandsOf, type PcmOptions, pcmFields } from './commands.ts';
import { AHEAD_MS, PcmSession } from './session.ts';

/**
 * Raw PCM with JSON beside it, as ESP32 sketches and TARS-like devices speak it: binary frames are s16le 16 kHz mono both
 * ways, text frames are `{type, payload}`. The device says no hello: audio or a status simply begins.
 */
export const PCM = {
  id: 'pcm',
  description: 'raw 16 kHz 16-bit PCM with JSON beside it.',
  transport: 'websocket',
  directions: ['dial', 'accept'],
  /** As the ESP32Service of TARS: one client, and a second is told that the service is busy. */
  accept: { paths: ['/ws'], ifTaken: 'refuse' },
  subprotocols: [],
  defaultPort: 8765,
  defaultPath: '/',
  defaultDuplex: 'half',
  defaultAheadMs: AHEAD_MS,
  hasButton: true,
  fields: pcmFields,
  helloTimeoutMs: null,
  keepAlive: { probeAfterMs: 10_000, deadAfterMs: 25_000, mutedDeadAfterMs: 120_000 },
  /** A message takes a hundredth of a millisecond: it would cost more to wait. */
  isCostly: false,

  /** Audio comes in binary messages only. */
  carriesAudio: () => false,

  open: async (
    link: Link,
    device: DeviceConfig<PcmOptions>,
    listener: DeviceListener,
    tools?: { readonly clock: Clock },
  ) =>
    new PcmSession(link, listener, {
      clock: tools?.clock,
      commands: commandsOf(device.options),
      dialsIn: device.direction === 'accept',
    }),
} satisfies ProtocolEntry<PcmOptions>;
