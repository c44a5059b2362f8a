import type { OpusDecoder } from '../../audio/opus/opus.ts';
import { checkOpusPacket } from '../../audio/opus/opus-packet.ts';
import { HEARING_RATE } from '../../audio/rates.ts';
import type { Clock, Timer } from '../../core/clock.ts';
import { type RtpPacket, readRtp } from '../../transport/webrtc/rtp-packet.ts';
import type { DeviceListener } from '../protocol.ts';
import { JitterBuffer, type OrderedPacket } from './jitter-buffer.ts';
import type { MediaCounters } from './media-counters.ts';

/** Units of the RTP clock of Opus in a millisecond. */
const UNITS_PER_MS = 48;

/** What is lost beyond this is silence: what a decoder makes up fades away by then. Milliseconds. */
const MAX_CONCEALED_MS = 100;

/** Without a packet for so long the user is taken to be silent: the encoder sends nothing then (DTX). Milliseconds. */
const QUIET_AFTER_MS = 400;

/** So much silence is told at most between two packets, milliseconds. */
const MAX_SILENCE_MS = 5_000;

/** A longer step of its timestamps is no pause: the device has set its clock anew. Milliseconds. */
const LONGEST_GAP_MS = 60_000;

/** Silence is told in pieces of this length, and looked for as often, milliseconds. */
const PIECE_MS = 100;
const SILENCE = new Int16Array((HEARING_RATE * PIECE_MS) / 1000);

/**
 * Audio of the device: RTP packets to 16 kHz samples, in order and without gaps. What was lost is taken from the packet behind it or
 * made up by the decoder; where the device sent nothing there is silence, by its timestamps, and by time while nothing comes. State
 * of one link.
 */
export class Uplink {
  readonly #decoder: OpusDecoder;
  readonly #listener: DeviceListener;
  readonly #clock: Clock;
  readonly #counters: MediaCounters;
  readonly #jitter: JitterBuffer;
  /** Where the audio that was heard ends, on the clock of the device; undefined: nothing was heard yet. */
  #endsAt: number | undefined;
  #durationMs = 20;
  #arrivedAtMs = 0;
  /** Silence that was told by time since the last packet, milliseconds. */
  #toldMs = 0;
  #missingTimer: Timer | undefined;
  #quietTimer: Timer | undefined;
  #closed = false;

  constructor(decoder: OpusDecoder, listener: DeviceListener, clock: Clock, counters: MediaCounters) {
    this.#decoder = decoder;
    this.#listener = listener;
    this.#clock = clock;
    this.#counters = counters;
    this.#jitter = new JitterBuffer(counters);
  }

  /** One message of the link. */
  receive(bytes: Uint8Array): void {
    if (this.#closed) return;
    const packet = readRtp(bytes);
    if (!packet) {
      this.#listener.event({ type: 'dropped', reason: 'bad_frame' });
      return;
    }
    const now = this.#clock.now();
    this.#arrivedAtMs = now;
    this.#hearAll(this.#jitter.put(packet, now));
    this.#waitForMissing();
    this.#quietTimer ??= this.#clock.setTimer(this.#lookForQuiet, PIECE_MS);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#clock.clearTimer(this.#missingTimer);
    this.#clock.clearTimer(this.#quietTimer);
    this.#decoder.free();
  }

  #waitForMissing(): void {
    const dueAtMs = this.#jitter.dueAtMs;
    if (dueAtMs === undefined) {
      this.#clock.clearTimer(this.#missingTimer);
      this.#missingTimer = undefined;
      return;
    }
    this.#missingTimer ??= this.#clock.setTimer(
      () => {
        this.#missingTimer = undefined;
        this.#hearAll(this.#jitter.due(this.#clock.now()));
        this.#waitForMissing();
      },
      Math.max(dueAtMs - this.#clock.now(), 1),
    );
  }

  readonly #lookForQuiet = (): void => {
    this.#quietTimer = undefined;
    const gapMs = this.#clock.now() - this.#arrivedAtMs;
    if (gapMs >= QUIET_AFTER_MS) {
      const dueMs = Math.min(gapMs, MAX_SILENCE_MS) - this.#toldMs;
      this.#toldMs += Math.max(dueMs, 0);
      this.#silence(dueMs);
    }
    if (this.#toldMs < MAX_SILENCE_MS && !this.#closed) {
      this.#quietTimer = this.#clock.setTimer(this.#lookForQuiet, PIECE_MS);
    }
  };

  #hearAll(ordered: readonly OrderedPacket[]): void {
    for (const one of ordered) this.#hear(one);
  }

  #hear({ packet, lost, isNew }: OrderedPacket): void {
    if (this.#closed) return;
    const check = checkOpusPacket(packet.payload);
    if (!check.ok) {
      this.#listener.event({ type: 'dropped', reason: 'bad_opus' });
      return;
    }
    if (!isNew) this.#fill(packet, lost);
    this.#toldMs = 0;
    this.#endsAt = packet.timestamp + check.durationMs * UNITS_PER_MS;
    this.#durationMs = check.durationMs;
    this.#tell(() => this.#decoder.decode(packet.payload));
    this.#counters.framesForwarded += 1;
  }

  /** What lies between what was heard and this packet. */
  #fill({ timestamp, payload }: RtpPacket, lost: number): void {
    // Modulo 2^32: before this packet's time there is nothing to fill.
    const gapMs = this.#endsAt === undefined ? 0 : ((timestamp - this.#endsAt) | 0) / UNITS_PER_MS;
    const missingMs = gapMs > LONGEST_GAP_MS ? 0 : Math.max(0, gapMs - this.#toldMs);
    const frames = Math.floor(Math.min(missingMs, lost * this.#durationMs, MAX_CONCEALED_MS) / this.#durationMs);
    for (let frame = 1; frame < frames; frame++) this.#tell(() => this.#decoder.conceal(this.#durationMs));
    this.#silence(Math.min(missingMs - frames * this.#durationMs, MAX_SILENCE_MS));
    if (frames > 0) this.#tell(() => this.#decoder.conceal(this.#durationMs, payload));
    this.#counters.concealed += frames;
  }

  #silence(ms: number): void {
    for (let left = ms; left > 0 && !this.#closed; left -= PIECE_MS) {
      const samples = Math.round((Math.min(left, PIECE_MS) * HEARING_RATE) / 1000);
      this.#listener.audio(samples === SILENCE.length ? SILENCE : SILENCE.subarray(0, samples));
    }
  }

  #tell(decode: () => Int16Array): void {
    if (this.#closed) return;
    let samples: Int16Array;
    try {
      samples = decode();
    } catch {
      this.#listener.event({ type: 'dropped', reason: 'bad_opus' });
      return;
    }
    this.#listener.audio(samples);
  }
}
