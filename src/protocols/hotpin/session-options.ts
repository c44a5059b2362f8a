import type { Clock } from '../../core/clock.ts';
import type { Link } from '../../transport/link.ts';
import type { DeviceListener } from '../protocol.ts';

/** The limits of HotPin's server, as its settings give them. Milliseconds. */
export interface PinLimits {
  readonly minRecordingMs: number;
  readonly maxRerecords: number;
  readonly readyMs: number;
  readonly stallMs: number;
  /** A recording that stalls is given up after so long. */
  readonly graceMs: number;
}

export const DEFAULT_PIN_LIMITS: PinLimits = {
  minRecordingMs: 500,
  maxRerecords: 2,
  readyMs: 5_000,
  stallMs: 5_000,
  graceMs: 30_000,
};

/** Keeps what one session records; a disk that refuses costs the recording, nothing else. */
export interface SessionFiles {
  /** Bytes on the disk. */
  readonly bytes: number;
  /** A recording begins; what is kept of it until the next call belongs to it. */
  begin(): void;
  audio(bytes: Uint8Array): void;
  end(): void;
  close(): void;
}

/** What a session is made with. */
export interface HotpinSessionOptions {
  readonly link: Link;
  readonly listener: DeviceListener;
  readonly clock: Clock;
  readonly format: 'pcm' | 'wav';
  readonly aheadMs?: number | undefined;
  readonly limits?: PinLimits | undefined;
  /** What the device did when its last link was lost; undefined: it had none. */
  readonly did?: string | undefined;
  /** Offers an answer, a WAV file, as a download. @returns its address; undefined: there is none */
  readonly download?: ((wav: Uint8Array) => string | undefined) | undefined;
  readonly files?: SessionFiles | undefined;
  /** The session ends. @param does what the device was at */
  readonly onClose?: ((does: string) => void) | undefined;
}
