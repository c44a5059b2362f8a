import type { OpusEncoder } from '#src/audio/opus/opus';
import type { Clock, Timer } from '#src/core/clock';
import { DtxGate } from '../../mic/dtx-gate.ts';

/** Hz. */
const RATE = 16_000;

/** What a microphone is made of. */
export interface DeviceMicrophoneOptions {
  readonly clock: Clock;
  readonly frameMs: number;
  readonly encoder: OpusEncoder;
  /** Sends one Opus packet. */
  readonly send: (packet: Uint8Array) => void;
}

/** A microphone that sends packets while it is open, and none in silence: the encoder of firmware has DTX on. */
export class DeviceMicrophone {
  readonly #options: DeviceMicrophoneOptions;
  readonly #frameSamples: number;
  readonly #gate: DtxGate;
  #queue: Int16Array[] = [];
  #timer: Timer | undefined;
  #isOpen = false;
  #whenSaid: (() => void)[] = [];

  constructor(options: DeviceMicrophoneOptions) {
    this.#options = options;
    this.#frameSamples = (RATE * options.frameMs) / 1000;
    this.#gate = new DtxGate(options.frameMs, 0);
  }

  open(): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    this.#tick();
  }

  /** What is left of what is being said is not heard. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#options.clock.clearTimer(this.#timer);
    this.#queue = [];
    this.#said();
  }

  /** What is said into it from now on, or once it is open. Mono s16 at 16 kHz. Resolves when it was, or is not heard. */
  say(samples: Int16Array): Promise<void> {
    for (let at = 0; at < samples.length; at += this.#frameSamples) {
      this.#queue.push(this.#padded(samples.subarray(at, at + this.#frameSamples)));
    }
    return new Promise((resolve) => this.#whenSaid.push(resolve));
  }

  /** Packets of what was said before it was opened, all at once: firmware keeps the audio of its wake word. */
  burst(samples: Int16Array): void {
    const { encoder, send } = this.#options;
    for (let at = 0; at < samples.length; at += this.#frameSamples) {
      send(encoder.encode(this.#padded(samples.subarray(at, at + this.#frameSamples))));
    }
  }

  #tick(): void {
    const { clock, frameMs, encoder, send } = this.#options;
    if (!this.#isOpen) return;
    this.#timer = clock.setTimer(() => this.#tick(), frameMs);
    const frame = this.#queue.shift() ?? new Int16Array(this.#frameSamples);
    if (this.#gate.judge(frame) === 'send') send(encoder.encode(frame));
    if (this.#queue.length === 0) this.#said();
  }

  #said(): void {
    for (const resolve of this.#whenSaid.splice(0)) resolve();
  }

  #padded(samples: Int16Array): Int16Array {
    const frame = new Int16Array(this.#frameSamples);
    frame.set(samples);
    return frame;
  }
}
