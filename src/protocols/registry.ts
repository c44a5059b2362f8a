import { HOTPIN } from './hotpin/hotpin.ts';
import { HOTPIN_V1 } from './hotpin/v1/hotpin-v1.ts';
import { PCM } from './pcm/pcm.ts';
import type { Protocol } from './protocol.ts';
import { type ProtocolEntry, type ProtocolTools, withTools } from './protocol-entry.ts';
import { REALTIME } from './realtime/realtime.ts';
import { WEBRTC } from './webrtc/webrtc.ts';
import { XIAOZHI } from './xiaozhi/xiaozhi.ts';

/** Every protocol; the first is that of a device which names none. */
export const PROTOCOLS: readonly [ProtocolEntry, ...ProtocolEntry[]] = [
  REALTIME,
  PCM,
  XIAOZHI,
  WEBRTC,
  HOTPIN,
  HOTPIN_V1,
];

/** The protocols by id, ready to open sessions. */
export function createProtocols(tools: ProtocolTools): ReadonlyMap<string, Protocol> {
  return new Map(PROTOCOLS.map((entry) => [entry.id, withTools(entry, tools)]));
}
