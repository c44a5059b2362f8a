import { ArrivalRate } from '../audio/arrival-rate.ts';
import { ByteOrder } from '../audio/byte-order.ts';
import { Seams } from '../audio/seams.ts';
import type { WarningCode } from '../core/warnings.ts';
import { SHARED_DEVICE } from './shared-device.ts';

/** Sample rates of devices, Hz. */
const USUAL_RATES = [8_000, 11_025, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 96_000] as const;
/** How near a measured rate is to the one that it is. */
const NEAR = 0.04;

/** What part of the audio arrives where two or three backends share a device that gives its messages to them in turn. */
const SHARES = [1 / 2, 1 / 3] as const;

/** What raw audio must be like. */
export interface ExpectedAudio {
  /** What the owner calls it: the value of `protocol` or `audio_format`. */
  readonly name: string;
  /** Hz. */
  readonly rate: number;
}

/**
 * Finds in the raw s16 audio of one line what makes nonsense of it: another sample rate, bytes in the wrong order, a part
 * that goes elsewhere. Tells each once. On the 20 ms path: allocates nothing.
 */
export class RawAudioCheck {
  readonly #expected: ExpectedAudio;
  readonly #warn: (code: WarningCode, message: string) => void;
  readonly #arrivals: ArrivalRate;
  readonly #order = new ByteOrder();
  readonly #seams = new Seams();
  readonly #told = new Set<WarningCode>();

  /** @param nowMs when the line was opened, monotonic milliseconds */
  constructor(expected: ExpectedAudio, nowMs: number, warn: (code: WarningCode, message: string) => void) {
    this.#expected = expected;
    this.#warn = warn;
    this.#arrivals = new ArrivalRate(expected.rate, nowMs);
  }

  /** A message of audio has come. @param nowMs monotonic milliseconds */
  add(samples: Int16Array, nowMs: number): void {
    const hz = this.#arrivals.add(samples.length, nowMs);
    this.#seams.add(samples);
    if (hz !== undefined) this.#judge(hz);
    this.#order.add(samples);
    if (this.#order.isSwapped && this.#isNew('big_endian')) this.#warn('big_endian', wrongOrder(this.#expected));
  }

  /** A message was left out. */
  missed(): void {
    this.#arrivals.missed();
    this.#seams.missed();
  }

  #judge(hz: number): void {
    const { rate: expected } = this.#expected;
    const isPart = SHARES.some((share) => near(hz, share * expected));
    if (isPart && this.#seams.areBroken) {
      if (this.#isNew('shared_device')) this.#warn('shared_device', SHARED_DEVICE);
      return;
    }
    const usual = USUAL_RATES.find((rate) => near(hz, rate));
    // What comes too slowly, at a rate that no device has, is a network that carries no more, or silence that is left out.
    if (usual === undefined && hz < this.#expected.rate) return;
    const seen = usual ?? Math.round(hz / 100) * 100;
    if (this.#isNew('wrong_rate')) this.#warn('wrong_rate', wrongRate(seen, this.#expected));
  }

  /** Whether it has not been told yet. It counts as told from then on. */
  #isNew(code: WarningCode): boolean {
    const isNew = !this.#told.has(code);
    this.#told.add(code);
    return isNew;
  }
}

function near(hz: number, other: number): boolean {
  return Math.abs(hz / other - 1) <= NEAR;
}

function wrongRate(hz: number, { name, rate }: ExpectedAudio): string {
  const more = 'set its sample rate to that, or let it send one channel of 16-bit samples if it sends more';
  const less = 'set its sample rate to that, or find out where its audio is lost';
  return (
    `its audio arrives at ${hz.toLocaleString('en-US')} Hz, but "${name}" is ${rate.toLocaleString('en-US')} Hz, ` +
    `so its words are not understood: ${hz > rate ? more : less}`
  );
}

function wrongOrder({ name }: ExpectedAudio): string {
  return (
    `the bytes of its samples are in the wrong order, so its words are not understood: it seems to send big-endian samples, or ` +
    `begins one byte late; "${name}" is little-endian, the low byte first`
  );
}
