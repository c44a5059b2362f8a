import type { Link } from '../../transport/link.ts';
import type { DeviceCommand, DeviceSession, PlaybackFormat } from '../protocol.ts';
import { DOWNLINK_RATE, type Downlink, FRAME_MS } from './downlink.ts';
import type { MediaCounters } from './media-counters.ts';
import type { Uplink } from './uplink.ts';

/**
 * How far ahead of the loudspeaker audio is sent, milliseconds. What the device has too much of it plays faster, to keep its delay
 * small: so packets leave at the pace of speech, some of them ahead for what is late here.
 */
export const AHEAD_MS = 80;

/** The most that an entry of devices.json may ask for, milliseconds. */
const MAX_AHEAD_MS = 200;

/** What a session is made with. */
export interface WebRtcSessionOptions {
  readonly link: Link;
  readonly uplink: Uplink;
  readonly downlink: Downlink;
  readonly counters: MediaCounters;
}

/** One open WebRTC link. There is nothing but audio: the device is told nothing else, and tells nothing else. */
export class WebRtcSession implements DeviceSession {
  readonly playback: PlaybackFormat = {
    sampleRate: DOWNLINK_RATE,
    frameMs: FRAME_MS,
    aheadMs: AHEAD_MS,
    maxAheadMs: MAX_AHEAD_MS,
    trailingSilenceMs: 2 * FRAME_MS,
  };
  readonly abilities = { playTone: false, setVolume: false };
  /** What was sent is gone: UDP keeps nothing back. */
  readonly unsentMs = 0;
  readonly #options: WebRtcSessionOptions;
  #closed = false;

  constructor(options: WebRtcSessionOptions) {
    this.#options = options;
  }

  /** There are no texts on such a link. */
  receiveText(): void {}

  receiveBinary(bytes: Uint8Array): void {
    if (!this.#closed) this.#options.uplink.receive(bytes);
  }

  prepareToPlay(): Promise<void> {
    const { downlink, link } = this.#options;
    return downlink.prepare(link.reportedLoss);
  }

  play(frame: Int16Array): void {
    const { counters, downlink, link } = this.#options;
    const bytes = this.#closed ? undefined : downlink.encode(frame);
    if (!bytes) {
      counters.framesDropped += 1;
      return;
    }
    counters.framesSent += 1;
    link.send(bytes);
  }

  send(command: DeviceCommand): void {
    if (this.#closed) return;
    const { counters, downlink } = this.#options;
    switch (command.type) {
      case 'speech_started':
        counters.vadOnsets += 1;
        return;
      case 'speech_stopped':
        counters.vadEnds += 1;
        return;
      case 'reply_done':
      case 'reply_interrupted':
        downlink.release();
        return;
      default:
        // The wire has no word for it.
        return;
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#options.uplink.close();
    this.#options.downlink.close();
  }
}
