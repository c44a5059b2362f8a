import type { ListeningMode } from '../../conversation/turn/listening-mode.ts';
import type { DeviceEvent, DeviceSession } from '../../protocols/protocol.ts';

/** What a line serves: a conversation, as far as a line knows it. */
export interface SessionUser {
  /** Mono s16 at 16 kHz, any length. Only valid during the call. @param arrivedAtMs monotonic milliseconds */
  audio(samples: Int16Array, arrivedAtMs: number): void;
  event(event: DeviceEvent): void;
  /** What the microphone is good for just now: it says how soon its audio is to be handled. */
  readonly listeningMode: ListeningMode;
  /** The line is up. */
  attach(session: DeviceSession): void;
  /** The line is gone; the session must not be used any more. */
  detach(): void;
  /** The line will go down: end the sentence in progress, then call `done`. */
  finish(done: () => void): void;
}
