import type { ProtocolEntry } from '../../protocol-entry.ts';
import { MAX_CHUNK_BYTES } from '../chunk-intake.ts';
import { PIN_ENTRY } from '../pin-entry.ts';
import { AHEAD_MS, FirstPinSession } from './session.ts';

/**
 * The protocol of HotPin camera pins, generation 1 (VighneshNilajakar/HOTPIN): the device greets with a session id, sends raw 16 kHz
 * 16-bit PCM until it says that its user has finished, and is sent one WAV file.
 */
export const HOTPIN_V1: ProtocolEntry = {
  ...PIN_ENTRY,
  id: 'hotpin-v1',
  description: 'HotPin camera pins of the first generation.',
  accept: { paths: ['/ws'], ifTaken: 'refuse_if_alive', maxMessageBytes: MAX_CHUNK_BYTES },
  defaultAheadMs: AHEAD_MS,
  fields: {},
  /** What the server of the first generation grants. */
  helloTimeoutMs: 10_000,
  keepAlive: { probeAfterMs: 20_000, deadAfterMs: 60_000, mutedDeadAfterMs: 120_000 },

  /** Audio comes in binary messages only. */
  carriesAudio: () => false,

  open: async (link, _device, listener, { clock, pins }) =>
    new FirstPinSession({ link, listener, clock, limits: pins?.limits, files: pins?.openFiles?.() }),
};
