import type { ProtocolEntry } from '../protocol-entry.ts';

/** What pins of both generations have in common: they dial in, and their user holds what is recorded in the hand. */
export const PIN_ENTRY = {
  transport: 'websocket',
  directions: ['accept'],
  subprotocols: [],
  defaultPort: 8000,
  defaultPath: '/ws',
  defaultDuplex: 'half',
  hasButton: true,
  isCostly: false,
  /** A client that has the whole recording sends it at once. */
  sendsRecordings: true,
} as const satisfies Partial<ProtocolEntry>;
