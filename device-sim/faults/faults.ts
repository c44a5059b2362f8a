/** Something that happens again and again. */
interface Repeated {
  /** From the end of one to the begin of the next, milliseconds. */
  readonly everyMs: number;
  /** How long it lasts, milliseconds. */
  readonly forMs: number;
}

/** HTTP statuses, and the WebSocket close code, with which devices turn a backend away. */
export type RefusalStatus = 401 | 409 | 503 | 1013;

/** How a simulated device misbehaves. device-sim/README.md names the real device behind each fault. */
export interface Faults {
  /** A power cut: links end without a close frame, the port is closed for `forMs`, the codec begins anew. */
  readonly reboot?: Repeated;
  /** Sleeps to save its battery: says goodbye with 1001, and its port is closed for `forMs`. */
  readonly sleep?: Repeated;
  /** A Wi-Fi gap: nothing passes in either direction and no handshake is answered; afterwards everything comes at once. */
  readonly gap?: Repeated;
  /** The program hangs: it reads and sends nothing, not even pongs; its sockets stay open. */
  readonly freeze?: Repeated;
  /** The device forgets its link without a word, keeps the socket open, and waits for another link. */
  readonly halfOpenEveryMs?: number;
  /** Reads no more than so many bytes a second. */
  readonly slowReaderBytesPerS?: number;
  /** Turns every backend away: an HTTP status in place of the handshake, or close code 1013 behind it. */
  readonly refuse?: RefusalStatus;
  /** Closes every link with this code as soon as it is open. */
  readonly closeAtOnce?: number;
  /** Sends each microphone message up to so much later, milliseconds, at random but in order. */
  readonly jitterMs?: number;
  /** Sends something that no backend can understand, again and again. */
  readonly garbageEveryMs?: number;
  /** How much faster than true time microphone and loudspeaker run, parts per million. */
  readonly driftPpm?: number;
  /** The loudspeaker does not play the first so many milliseconds after it was quiet. */
  readonly swallowMs?: number;
}
