import type { Clock } from '../../core/clock.ts';
import type { Link } from '../../transport/link.ts';
import type { DeviceListener } from '../protocol.ts';
import type { LeftBehind } from './left-behind.ts';
import type { PinDownloads } from './pin-offers.ts';

/** The limits of HotPin's server, as its settings give them. Milliseconds. */
export interface PinLimits {
  readonly minRecordingMs: number;
  readonly maxRerecords: number;
  readonly readyMs: number;
  readonly stallMs: number;
  /** A recording that stalls is given up after so long. */
  readonly graceMs: number;
}

/** Nothing has come of a recording after so long, whatever the engines do: the device must not wait for ever. Milliseconds. */
export const ANSWER_MS = 180_000;

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
  /** The recording in progress, or the last one, below the folder of all sessions; empty: there is none. */
  readonly current: string;
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
  /** What the last link of the device left behind; undefined: it had none. */
  readonly left?: LeftBehind | undefined;
  /** Default: nothing can be downloaded. */
  readonly downloads?: PinDownloads | undefined;
  readonly files?: SessionFiles | undefined;
  /** The session ends. @param left what it leaves behind */
  readonly onClose?: ((left: LeftBehind) => void) | undefined;
}
