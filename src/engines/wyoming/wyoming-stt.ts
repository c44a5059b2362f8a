import type { Stt, SttOptions, SttStream } from '../stt.ts';
import type { WyomingClient } from './client.ts';
import { WYOMING } from './errors.ts';
import { WyomingSttStream } from './stt-stream.ts';

/** Speech to text at a Wyoming server, such as faster-whisper. */
export class WyomingStt implements Stt {
  readonly id = WYOMING;
  readonly #client: WyomingClient;

  /** @param client its own: it is closed with the engine */
  constructor(client: WyomingClient) {
    this.#client = client;
  }

  /** Asks the server what it offers; see {@link WyomingClient.ready}. */
  ready(): Promise<void> {
    return this.#client.ready('stt');
  }

  open(options: SttOptions): SttStream {
    return new WyomingSttStream(this.#client, options);
  }

  /** Asks the server anew what it offers. */
  check(signal: AbortSignal): Promise<void> {
    return this.#client.check('stt', signal);
  }

  async close(): Promise<void> {
    this.#client.close();
  }
}
