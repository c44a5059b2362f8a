import type { WebSocket } from 'ws';
import { int16ToPcmBytes, pcmBytesToInt16 } from '#src/audio/pcm';
import { createResampler, type Resampler } from '#src/audio/resample';
import { parseObject } from '../protocols/json.ts';
import type { SoundCard, SoundListener, SoundRates } from '../sound/sound-card.ts';

/** What a page is told, for its user. */
export type PageMessage =
  | { readonly type: 'device'; readonly name: string; readonly connected: boolean }
  | { readonly type: 'heard'; readonly text: string }
  | { readonly type: 'answer'; readonly text: string }
  | { readonly type: 'answering'; readonly on: boolean }
  | { readonly type: 'error'; readonly text: string };

/** A page that does not read loses its audio beyond this, bytes: about half a second at 48 kHz. */
const MAX_UNSENT_BYTES = 48_000;
const MIN_RATE = 8000;
const MAX_RATE = 192_000;
/** Close codes for a page; the page says them in words. */
const REPLACED = 4000;
const BAD_HELLO = 4001;

/** The page that is microphone and loudspeaker at the moment. */
interface Page {
  readonly socket: WebSocket;
  readonly fromPage: Resampler;
  readonly toPage: Resampler;
}

/** The sound card is a browser: raw s16 mono over a WebSocket, at the browser's own rate. The newest page is it. */
export class PageCard implements SoundCard {
  readonly name = 'the page';
  readonly #onPage: (isThere: boolean) => void;
  #page: Page | undefined;
  #rates: SoundRates | undefined;
  #listener: SoundListener | undefined;
  /** What a page that comes later has to know. */
  #device: PageMessage | undefined;

  /** @param onPage told when a page has taken over, and when there is none any more */
  constructor(onPage: (isThere: boolean) => void) {
    this.#onPage = onPage;
  }

  /** Opens at once: a page may come later, go, and come again. */
  async open(rates: SoundRates, listener: SoundListener): Promise<void> {
    this.#rates = rates;
    this.#listener = listener;
  }

  close(): void {
    this.#listener = undefined;
  }

  play(samples: Int16Array): void {
    const page = this.#page;
    if (!page || page.socket.readyState !== page.socket.OPEN || page.socket.bufferedAmount > MAX_UNSENT_BYTES) return;
    page.socket.send(int16ToPcmBytes(page.toPage.process(samples)));
  }

  /** Tells the page. */
  tell(message: PageMessage): void {
    if (message.type === 'device') this.#device = message;
    this.#page?.socket.send(JSON.stringify(message));
  }

  /** Takes the WebSocket of a page. Its first message says its rate: `{"type":"hello","sampleRate":48000}`. */
  accept(socket: WebSocket): void {
    socket.on('error', () => {});
    socket.once('message', (data, isBinary) => {
      const rate = isBinary ? undefined : parseObject(String(data))?.sampleRate;
      if (typeof rate !== 'number' || !Number.isInteger(rate) || rate < MIN_RATE || rate > MAX_RATE || !this.#rates) {
        socket.close(BAD_HELLO, 'no hello with a sample rate');
        return;
      }
      void this.#take(socket, rate, this.#rates);
    });
  }

  async #take(socket: WebSocket, rate: number, rates: SoundRates): Promise<void> {
    const [fromPage, toPage] = await Promise.all([
      createResampler(rate, rates.mic),
      createResampler(rates.speaker, rate),
    ]);
    if (socket.readyState !== socket.OPEN) return;
    this.#page?.socket.close(REPLACED, 'another page has taken over');
    const page = { socket, fromPage, toPage };
    this.#page = page;
    socket.on('message', (data, isBinary) => {
      if (!isBinary || !Buffer.isBuffer(data) || this.#page !== page) return;
      this.#listener?.heard(fromPage.process(pcmBytesToInt16(data).slice()));
    });
    socket.on('close', () => {
      if (this.#page !== page) return;
      this.#page = undefined;
      this.#onPage(false);
    });
    if (this.#device) this.tell(this.#device);
    this.#onPage(true);
  }
}
