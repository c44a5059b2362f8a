import { HEARING_RATE } from '../../audio/rates.ts';
import { AsyncQueue } from '../../core/async-queue.ts';
import { isAbort } from '../../core/errors.ts';
import type { SttCapabilities, SttOptions, SttResult, SttStream } from '../stt.ts';
import type { WyomingClient } from './client.ts';
import { badAnswer, WYOMING } from './errors.ts';
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

const FORMAT = { rate: HEARING_RATE, width: 2, channels: 1 };

/**
 * One utterance at a Wyoming server. Sends the audio while the user speaks. Drops what is longer than
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
    this.#early = [];
    this.#options.signal.removeEventListener('abort', this.#finish);
    this.#over.abort();
    this.#results.end();
  };
  /** The connection, once it is ready for audio. */
  #link: WyomingLink | undefined;
  /** Audio from before the connection was ready. */
  #early: Uint8Array[] = [];
  readonly #chunk = new Int16Array(CHUNK);
  #inChunk = 0;
  #count = 0;
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
    if (this.#isEnded || this.#count === MAX_SAMPLES) return;
    const end = Math.min(samples.length, MAX_SAMPLES - this.#count);
    for (let at = 0; at < end; at++) {
      this.#chunk[this.#inChunk++] = samples[at] ?? 0;
      if (this.#inChunk === CHUNK) this.#flush();
    }
    this.#count += end;
    if (this.#count === MAX_SAMPLES) this.#results.push({ type: 'partial', text: '', endpoint: true });
  }

  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#flush();
    if (this.#transcript !== undefined) this.#conclude(this.#transcript);
    else if (this.#count < MIN_SAMPLES) this.#conclude('');
    else if (this.#link) this.#endAudio(this.#link);
  }

  #flush(): void {
    if (this.#inChunk === 0) return;
    const bytes = new Uint8Array(this.#chunk.buffer, 0, this.#inChunk * 2);
    this.#inChunk = 0;
    if (this.#link) this.#link.send('audio-chunk', FORMAT, bytes);
    else this.#early.push(bytes.slice());
  }

  #endAudio(link: WyomingLink): void {
    link.send('audio-stop');
    link.limitQuiet(this.#client.quietTimeoutMs);
  }

  #conclude(text: string): void {
    this.#results.push({ type: 'final', text });
    this.#finish();
  }

  async #recognise(): Promise<void> {
    let link: WyomingLink | undefined;
    try {
      const service = await this.#client.service('stt', this.#over.signal);
      link = this.#client.open(this.#over.signal);
      const text = await this.#transcribe(link, service);
      if (this.#isEnded) this.#conclude(text);
      else {
        this.#transcript = text;
        this.#results.push({ type: 'partial', text, endpoint: true });
      }
    } catch (error) {
      if (!isAbort(error)) this.#results.fail(error);
      this.#finish();
    } finally {
      link?.close();
    }
  }

  async #transcribe(link: WyomingLink, { languages }: WyomingSttService): Promise<string> {
    await link.ready();
    const { language: wanted = '' } = this.#options;
    const language = languages.length === 0 ? wanted : offeredLanguage(wanted, languages);
    link.send('transcribe', language ? { language } : {});
    link.send('audio-start', FORMAT);
    for (const bytes of this.#early.splice(0)) link.send('audio-chunk', FORMAT, bytes);
    this.#link = link;
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
