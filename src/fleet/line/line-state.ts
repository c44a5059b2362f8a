/** Where the life of one device's line stands, as REST, metrics and events show it. */
export type LineState =
  /** Switched off. */
  | 'disabled'
  /** Waits for the device to dial in. */
  | 'waiting'
  /** Waits for a dial slot. */
  | 'queued'
  /** DNS, TCP, TLS and the upgrade. */
  | 'connecting'
  /** The link is up; the session is being set up, or the device's hello is awaited. */
  | 'handshaking'
  /** The line is up and the conversation attached. */
  | 'ready'
  /** Waits for the next attempt. */
  | 'backoff'
  /** The device refused because it has a client already; waits longer. */
  | 'busy'
  /** The device refused our credentials, or dialtone refused the device; waits much longer. */
  | 'auth_failed'
  /** The line is on its way down; what follows waits until the socket is gone. */
  | 'draining'
  /** Nothing happens until it is asked for: shut down, disconnected, or `auto_reconnect: false` after a loss. */
  | 'stopped';

/** Every state, for metrics and documents. */
export const LINE_STATES: readonly LineState[] = [
  'disabled',
  'waiting',
  'queued',
  'connecting',
  'handshaking',
  'ready',
  'backoff',
  'busy',
  'auth_failed',
  'draining',
  'stopped',
];

/** Whether there is a link that is to stay. */
export function isUp(state: LineState): boolean {
  return state === 'ready' || state === 'handshaking';
}
