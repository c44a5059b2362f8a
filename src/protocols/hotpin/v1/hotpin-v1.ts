import type { ProtocolEntry } from '../../protocol-entry.ts';
import { MAX_CHUNK_BYTES } from '../chunk-intake.ts';
import { AHEAD_MS, FirstPinSession } from './session.ts';

/**
 * The protocol of HotPin camera pins, generation 1 (VighneshNilajakar/HOTPIN): the device greets with a session id, sends raw 16 kHz
 * 16-bit PCM until it says that its user has finished, and is sent one WAV file.
 */
export const HOTPIN_V1: ProtocolEntry = {
  id: 'hotpin-v1',
  description: 'HotPin camera pins of the first generation.',
  transport: 'websocket',
  directions: ['accept'],
  accept: { paths: ['/ws'], ifTaken: 'refuse_if_alive', maxMessageBytes: MAX_CHUNK_BYTES },
  subprotocols: [],
  defaultPort: 8000,
  defaultPath: '/ws',
  defaultDuplex: 'half',
  defaultAheadMs: AHEAD_MS,
  hasButton: true,
  fields: {},
  /** What the server of the first generation grants. */
  helloTimeoutMs: 10_000,
  keepAlive: { probeAfterMs: 20_000, deadAfterMs: 60_000, mutedDeadAfterMs: 120_000 },
  isCostly: false,
  sendsRecordings: true,

  /** Audio comes in binary messages only. */
  carriesAudio: () => false,

  open: async (link, _device, listener, { clock, pins }) =>
    new FirstPinSession({ link, listener, clock, limits: pins?.limits, files: pins?.openFiles?.() }),
};
