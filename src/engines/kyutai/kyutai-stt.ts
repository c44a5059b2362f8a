import type { Clock, Random } from '../../core/clock.ts';
import type { Secret } from '../../core/secret.ts';
import type { Stt, SttOptions, SttStream } from '../stt.ts';
import { KYUTAI, kyutaiError } from './kyutai-error.ts';
import type { LinkLimits } from './link.ts';
import { decodeStt } from './messages.ts';
import { checkLink, openLink } from './open-link.ts';
import { kyutaiServer } from './server.ts';
import { KyutaiUtterance } from './stt-utterance.ts';

/** How long connecting and the first message may take, milliseconds. */
const READY_MS = 5_000;

/** What the recogniser is made of. */
export interface KyutaiSttOptions {
  /** Address of the server, http(s) or ws(s). */
  readonly address: string;
  /** Default: the key that servers of Unmute take. */
  readonly apiKey?: Secret | undefined;
  readonly clock: Clock;
  readonly random: Random;
  /** How long the server may take for the next message, and for the final text, milliseconds. Default 10 000. */
  readonly timeoutMs?: number;
}

/**
 * Streaming speech to text by a Kyutai server (moshi-server): English and French, with capitals and punctuation. Its model
 * also predicts whether the user has finished, which becomes `endpoint`. Each utterance has a link of its own, so that a
 * server with few channels hears many devices in turn, and a lost link costs one utterance.
 */
export class KyutaiStt implements Stt {
  readonly id = KYUTAI;
  readonly #options: KyutaiSttOptions;
  readonly #limits: LinkLimits;
  readonly #open = new Set<KyutaiUtterance>();

  constructor(options: KyutaiSttOptions) {
    this.#options = options;
    this.#limits = { readyMs: READY_MS, nextMs: options.timeoutMs ?? 10_000 };
  }

  open({ signal }: SttOptions): SttStream {
    const { address, apiKey, clock, random } = this.#options;
    const server = kyutaiServer(address, '/api/asr-streaming', 'KYUTAI_STT_URL');
    const limits = this.#limits;
    const utterance = new KyutaiUtterance({
      server,
      clock,
      signal,
      finalMs: limits.nextMs,
      connect: (linkSignal) =>
        openLink({ server, apiKey, clock, limits, decode: decodeStt, signal: linkSignal }, random),
      onOver: (over) => this.#open.delete(over),
    });
    if (!utterance.isOver) this.#open.add(utterance);
    return utterance;
  }

  /** Opens a link to the server and closes it: that also proves that it has a free channel. */
  check(signal: AbortSignal): Promise<void> {
    const { address, apiKey, clock } = this.#options;
    const server = kyutaiServer(address, '/api/asr-streaming', 'KYUTAI_STT_URL');
    return checkLink({ server, apiKey, clock, limits: this.#limits, decode: decodeStt, signal });
  }

  async close(): Promise<void> {
    for (const utterance of [...this.#open]) {
      utterance.fail(kyutaiError('engine_unavailable', 'the Kyutai recogniser is being stopped'));
    }
  }
}
