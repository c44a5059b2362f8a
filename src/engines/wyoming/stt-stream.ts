import { KeptAudio } from '../../audio/kept-audio.ts';
import { HEARING_RATE } from '../../audio/rates.ts';
import { AsyncQueue } from '../../core/async-queue.ts';
import { isAbort } from '../../core/errors.ts';
import type { SttCapabilities, SttOptions, SttResult, SttStream } from '../stt.ts';
import type { WyomingClient } from './client.ts';
import { badAnswer, isBrokenOff, WYOMING } from './errors.ts';
import type { WyomingEvent } from './event.ts';
import { offeredLanguage } from './language.ts';
import type { WyomingLink } from './link.ts';
import type { WyomingSttService } from './services.ts';

/** Longest utterance, milliseconds. */
export const WYOMING_MAX_UTTERANCE_MS = 60_000;
const MAX_SAMPLES = (HEARING_RATE * WYOMING_MAX_UTTERANCE_MS) / 1_000;

/** Shorter ones hold no word. */
const MIN_SAMPLES = HEARING_RATE / 10;

/** Samples of one `audio-chunk`: 64 ms. */
const CHUNK = 1_024;

/** Longest transcript, UTF-16 units: far more than is said in a minute. */
const MAX_TRANSCRIPT = 20_000;

/** When the server breaks the connection of an utterance, the utterance is sent again over another one: so many in all. */
const MAX_LINKS = 2;

const FORMAT = { rate: HEARING_RATE, width: 2, channels: 1 };

/**
 * One utterance at a Wyoming server. Sends the audio while the user speaks, and keeps it: what comes before the connection is ready
 * waits for it, and when the server breaks the connection, another one gets the utterance from its start. Drops what is longer than
 * {@link WYOMING_MAX_UTTERANCE_MS}; an empty partial result with `endpoint` then says that the utterance should end.
 */
export class WyomingSttStream implements SttStream {
  readonly engine = WYOMING;
  readonly capabilities: SttCapabilities;
  readonly #client: WyomingClient;
  readonly #options: SttOptions;
  readonly #results = new AsyncQueue<SttResult>();
  readonly #over = new AbortController();
  readonly #finish = () => {
    this.#isEnded = true;
    this.#audio.clear();
    this.#options.signal.removeEventListener('abort', this.#finish);
    this.#over.abort();
    this.#results.end();
  };
  /** The connection, once it is ready for audio. */
  #link: WyomingLink | undefined;
  readonly #audio = new KeptAudio(MAX_SAMPLES);
  /** Samples that this connection was sent. */
  #sent = 0;
  #isEnded = false;
  /** The transcript of a server that found the end of the utterance by itself, before `end()`. */
  #transcript: string | undefined;

  constructor(client: WyomingClient, options: SttOptions) {
    this.#client = client;
    this.#options = options;
    this.capabilities = { partials: client.known?.stt?.streams ?? false, wordTimings: false };
    if (options.signal.aborted) {
      this.#finish();
      return;
    }
    options.signal.addEventListener('abort', this.#finish, { once: true });
    void this.#recognise();
  }

  get results(): AsyncIterable<SttResult> {
    return this.#results;
  }

  write(samples: Int16Array): void {
    if (this.#isEnded || this.#audio.isFull) return;
    this.#audio.add(samples);
    this.#send(CHUNK);
    if (this.#audio.isFull) this.#results.push({ type: 'partial', text: '', endpoint: true });
  }

  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    if (this.#transcript !== undefined) this.#conclude(this.#transcript);
    else if (this.#audio.count < MIN_SAMPLES) this.#conclude('');
    else if (this.#link) this.#endAudio(this.#link);
  }

  /** Sends what was not sent yet. @param least samples of a chunk that is worth sending */
  #send(least: number): void {
    if (!this.#link) return;
    const { samples } = this.#audio;
    while (samples.length - this.#sent >= least) {
      const chunk = samples.subarray(this.#sent, this.#sent + CHUNK);
      this.#sent += chunk.length;
      this.#link.send('audio-chunk', FORMAT, new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    }
  }

  #endAudio(link: WyomingLink): void {
    this.#send(1);
    link.send('audio-stop');
    link.limitQuiet(this.#client.quietTimeoutMs);
  }

  #conclude(text: string): void {
    this.#results.push({ type: 'final', text });
    this.#finish();
  }

  async #recognise(): Promise<void> {
    try {
      const text = await this.#hear();
      if (this.#isEnded) this.#conclude(text);
      else {
        this.#transcript = text;
        this.#results.push({ type: 'partial', text, endpoint: true });
      }
    } catch (error) {
      if (!isAbort(error)) this.#results.fail(error);
      this.#finish();
    }
  }

  /** What was said, from as many connections as are needed. */
  async #hear(): Promise<string> {
    for (let links = 1; ; links++) {
      const service = await this.#client.service('stt', this.#over.signal);
      const link = this.#client.open(this.#over.signal);
      try {
        return await this.#transcribe(link, service);
      } catch (error) {
        if (links === MAX_LINKS || !isBrokenOff(error)) throw error;
      } finally {
        this.#link = undefined;
        link.close();
      }
    }
  }

  async #transcribe(link: WyomingLink, { languages }: WyomingSttService): Promise<string> {
    await link.ready();
    const { language: wanted = '' } = this.#options;
    const language = languages.length === 0 ? wanted : offeredLanguage(wanted, languages);
    link.send('transcribe', language ? { language } : {});
    link.send('audio-start', FORMAT);
    this.#link = link;
    this.#sent = 0;
    this.#send(CHUNK);
    if (this.#isEnded) this.#endAudio(link);
    let text = '';
    for (;;) {
      const event = await link.next();
      if (event.type === 'transcript') return textOf(event).trim();
      // The protocol wants a `transcript` before this event; some servers may leave it out.
      if (event.type === 'transcript-stop') return text.trim();
      if (event.type !== 'transcript-chunk') continue;
      text += textOf(event);
      if (text.length > MAX_TRANSCRIPT) throw badAnswer('the transcript does not end');
      if (this.capabilities.partials) this.#results.push({ type: 'partial', text: text.trim(), endpoint: false });
    }
  }
}

function textOf({ data }: WyomingEvent): string {
  if (typeof data.text !== 'string') throw badAnswer('a transcript has no text');
  return data.text;
}
