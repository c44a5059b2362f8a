/** Where the life of one device's line stands. */
export type ConnectionState =
  | 'disabled'
  | 'queued'
  | 'connecting'
  | 'handshaking'
  | 'ready'
  | 'backoff'
  | 'busy'
  | 'auth_failed'
  | 'draining'
  | 'stopped';

/** Every state, for metrics and documents. */
export const CONNECTION_STATES: readonly ConnectionState[] = [
  'disabled',
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
