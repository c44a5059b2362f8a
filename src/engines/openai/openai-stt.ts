import { z } from 'zod';
import { HEARING_RATE } from '../../audio/rates.ts';
import { encodeWav } from '../../audio/wav.ts';
import { AsyncQueue } from '../../core/async-queue.ts';
import { isAbort } from '../../core/errors.ts';
import { baseLanguage } from '../../text/language-tag.ts';
import type { Stt, SttCapabilities, SttOptions, SttResult, SttStream } from '../stt.ts';
import type { GroqClient } from './client.ts';
import { badAnswer, GROQ } from './errors.ts';
import { whisperWords } from './whisper-words.ts';

/** Longest utterance that is kept, milliseconds: 1.9 MB. */
export const GROQ_MAX_UTTERANCE_MS = 60_000;
const MAX_SAMPLES = (HEARING_RATE * GROQ_MAX_UTTERANCE_MS) / 1000;

/** Shorter ones hold no word, and Groq refuses the shortest. */
const MIN_SAMPLES = HEARING_RATE / 10;

const transcriptionSchema = z.object({
  text: z.string(),
  segments: z
    .array(z.object({ text: z.string(), no_speech_prob: z.number().nullish(), avg_logprob: z.number().nullish() }))
    .nullish(),
});

const CAPABILITIES: SttCapabilities = { partials: false, wordTimings: false };

/** What the engine is made of. */
export interface GroqSttOptions {
  readonly client: GroqClient;
  readonly model: string;
}

/** Whisper at Groq: the utterance is gathered, sent when it is over, and comes back as one final result. */
export class GroqStt implements Stt {
  readonly id = GROQ;
  readonly #options: GroqSttOptions;

  constructor(options: GroqSttOptions) {
    this.#options = options;
  }

  open(options: SttOptions): SttStream {
    return new GroqSttStream(this.#options, options);
  }

  /** See {@link GroqClient.check}. */
  check(signal: AbortSignal): Promise<void> {
    return this.#options.client.check(signal);
  }

  async close(): Promise<void> {
    this.#options.client.close();
  }
}

/**
 * Beyond {@link GROQ_MAX_UTTERANCE_MS} the audio is dropped and an empty partial result with `endpoint` says that the
 * utterance should end: what was said until then is recognised.
 */
class GroqSttStream implements SttStream {
  readonly engine = GROQ;
  readonly capabilities = CAPABILITIES;
  readonly #engine: GroqSttOptions;
  readonly #options: SttOptions;
  readonly #results = new AsyncQueue<SttResult>();
  readonly #onAbort = () => this.#finish();
  #samples = new Int16Array(HEARING_RATE * 8);
  #count = 0;
  #over = false;

  constructor(engine: GroqSttOptions, options: SttOptions) {
    this.#engine = engine;
    this.#options = options;
    if (options.signal.aborted) this.#finish();
    else options.signal.addEventListener('abort', this.#onAbort, { once: true });
  }

  get results(): AsyncIterable<SttResult> {
    return this.#results;
  }

  write(samples: Int16Array): void {
    if (this.#over || this.#count === MAX_SAMPLES) return;
    const taken = Math.min(samples.length, MAX_SAMPLES - this.#count);
    if (this.#count + taken > this.#samples.length) {
      const larger = new Int16Array(Math.min(MAX_SAMPLES, Math.max(this.#samples.length * 2, this.#count + taken)));
      larger.set(this.#samples.subarray(0, this.#count));
      this.#samples = larger;
    }
    this.#samples.set(taken === samples.length ? samples : samples.subarray(0, taken), this.#count);
    this.#count += taken;
    if (this.#count === MAX_SAMPLES) this.#results.push({ type: 'partial', text: '', endpoint: true });
  }

  end(): void {
    if (this.#over) return;
    this.#over = true;
    const wav = this.#count < MIN_SAMPLES ? undefined : encodeWav(this.#samples.subarray(0, this.#count), HEARING_RATE);
    this.#samples = new Int16Array(0);
    void this.#recognise(wav);
  }

  async #recognise(wav: Uint8Array | undefined): Promise<void> {
    try {
      const words = wav === undefined ? { text: '' } : await this.#transcribe(wav);
      if (!this.#options.signal.aborted) this.#results.push({ type: 'final', ...words });
    } catch (error) {
      if (!isAbort(error)) this.#results.fail(error);
    } finally {
      this.#finish();
    }
  }

  async #transcribe(wav: Uint8Array): Promise<ReturnType<typeof whisperWords>> {
    const { client, model } = this.#engine;
    const { language, signal } = this.#options;
    const call = client.call(signal);
    try {
      const answer = await call.start((callSignal) =>
        client.sdk.audio.transcriptions.create(
          {
            model,
            file: new File([wav.slice()], 'utterance.wav', { type: 'audio/wav' }),
            response_format: 'verbose_json',
            temperature: 0,
            ...(language === undefined ? {} : { language: isoLanguage(language) }),
          },
          { signal: callSignal },
        ),
      );
      const transcription = transcriptionSchema.safeParse(answer);
      if (!transcription.success) throw badAnswer('the transcription has another shape');
      return whisperWords(transcription.data);
    } finally {
      call.end();
    }
  }

  #finish(): void {
    this.#over = true;
    this.#samples = new Int16Array(0);
    this.#options.signal.removeEventListener('abort', this.#onAbort);
    this.#results.end();
  }
}

/** What Whisper calls a language where it is not as in BCP 47. */
const WHISPER_NAMES: Readonly<Record<string, string>> = { nb: 'no', cmn: 'zh', fil: 'tl', jv: 'jw' };

/** Groq takes ISO 639-1: `en`, not `en-GB`. */
function isoLanguage(bcp47: string): string {
  const base = baseLanguage(bcp47);
  return WHISPER_NAMES[base] ?? base;
}
