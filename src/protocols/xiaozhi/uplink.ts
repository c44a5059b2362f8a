import type { OpusDecoder } from '../../audio/opus/opus.ts';
import { checkOpusPacket } from '../../audio/opus/opus-packet.ts';
import { HEARING_RATE } from '../../audio/rates.ts';
import type { Clock, Timer } from '../../core/clock.ts';
import type { DeviceListener } from '../protocol.ts';
import { ArrivalGaps } from './arrival-gaps.ts';
import type { Capture } from './capture.ts';

/** Silence that the device left out is told in pieces of this length, and looked for as often, milliseconds. */
const PIECE_MS = 100;
const SILENCE = new Int16Array((HEARING_RATE * PIECE_MS) / 1000);

/** Audio of the device: Opus packets to 16 kHz samples, with silence where it sends none. State of one link. */
export class Uplink {
  readonly #decoder: OpusDecoder;
  readonly #listener: DeviceListener;
  readonly #clock: Clock;
  readonly #gaps = new ArrivalGaps();
  readonly #capture: Capture | undefined;
  #isOpen = false;
  #timer: Timer | undefined;

  /** @param capture keeps what comes, for those who want it as a file */
  constructor(decoder: OpusDecoder, listener: DeviceListener, clock: Clock, capture?: Capture) {
    this.#capture = capture;
    this.#decoder = decoder;
    this.#listener = listener;
    this.#clock = clock;
  }

  /** The device's microphone is open from now on: where nothing comes it is quiet. */
  open(): void {
    this.#isOpen = true;
    this.#capture?.begin();
  }

  /** The device says that its user has said everything. */
  ended(): void {
    this.#capture?.end();
  }

  /** It is closed: nothing is missing. */
  closed(): void {
    this.#isOpen = false;
    this.#capture?.discard();
    this.#gaps.closed();
    this.#stop();
  }

  /** One Opus packet. */
  receive(packet: Uint8Array): void {
    const check = checkOpusPacket(packet);
    const samples = check.ok ? this.#decode(packet) : null;
    if (!samples) {
      this.#listener.event({ type: 'dropped', reason: 'bad_opus' });
      return;
    }
    if (this.#isOpen) {
      this.#silence(this.#gaps.arrived((samples.length * 1000) / HEARING_RATE, this.#clock.now()));
      this.#timer ??= this.#clock.setTimer(this.#look, PIECE_MS);
    }
    this.#capture?.add(packet, samples.length);
    this.#listener.audio(samples);
  }

  close(): void {
    this.closed();
    this.#decoder.free();
  }

  readonly #look = (): void => {
    this.#timer = undefined;
    if (!this.#isOpen) return;
    this.#silence(this.#gaps.due(this.#clock.now()));
    if (this.#gaps.isWaiting) this.#timer = this.#clock.setTimer(this.#look, PIECE_MS);
  };

  #silence(ms: number): void {
    for (let left = ms; left > 0 && this.#isOpen; left -= PIECE_MS) {
      const samples = Math.round((Math.min(left, PIECE_MS) * HEARING_RATE) / 1000);
      this.#listener.audio(samples === SILENCE.length ? SILENCE : SILENCE.subarray(0, samples));
    }
  }

  #stop(): void {
    this.#clock.clearTimer(this.#timer);
    this.#timer = undefined;
  }

  #decode(packet: Uint8Array): Int16Array | null {
    try {
      return this.#decoder.decode(packet);
    } catch {
      return null;
    }
  }
}
