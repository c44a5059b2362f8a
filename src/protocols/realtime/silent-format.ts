import type { UplinkFormat } from './uplink.ts';

/** So many messages in a row must come at an even pace. */
const MESSAGES = 5;

/** Bytes a second of 24 kHz audio. */
const RATES = [
  { format: 'pcm16', bytesPerSecond: 48_000 },
  { format: 'pcmf32', bytesPerSecond: 96_000 },
] as const;
const TOLERANCE = 0.15;

/**
 * What a device plays that has sent nothing but digital silence. Ogg is never all zeros, so it is PCM; which, its bytes a
 * second tell, where they come at an even pace.
 */
export class SilentFormat {
  /** When the newest messages came, monotonic milliseconds, and their sizes. */
  readonly #messages: { readonly atMs: number; readonly bytes: number }[] = [];

  /** A silent message has come. */
  add(bytes: number, nowMs: number): void {
    this.#messages.push({ atMs: nowMs, bytes });
    if (this.#messages.length > MESSAGES + 1) this.#messages.shift();
  }

  /** Undefined while it cannot be told. */
  get format(): UplinkFormat | undefined {
    const [first, ...rest] = this.#messages;
    const last = rest.at(-1);
    if (!first || !last || rest.length < MESSAGES) return undefined;
    const meanMs = (last.atMs - first.atMs) / rest.length;
    const isEven = rest.every(({ atMs }, index) => {
      const ms = atMs - (this.#messages[index]?.atMs ?? 0);
      return ms >= 0.5 * meanMs && ms <= 1.5 * meanMs;
    });
    if (!isEven) return undefined;
    const rate = (rest.reduce((sum, { bytes }) => sum + bytes, 0) * 1_000) / (last.atMs - first.atMs);
    return RATES.find(({ bytesPerSecond }) => Math.abs(rate / bytesPerSecond - 1) <= TOLERANCE)?.format;
  }
}
