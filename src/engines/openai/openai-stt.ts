import { z } from 'zod';
import { KeptAudio } from '../../audio/kept-audio.ts';
import { HEARING_RATE } from '../../audio/rates.ts';
import { encodeWav } from '../../audio/wav.ts';
import { AsyncQueue } from '../../core/async-queue.ts';
import { isAbort } from '../../core/errors.ts';
import { whisperLanguage } from '../../text/whisper-language.ts';
import type { Stt, SttCapabilities, SttOptions, SttResult, SttStream } from '../stt.ts';
import type { ServiceClient } from './requests/client.ts';
import { RequestRefused } from './requests/errors.ts';
import { ServedModel } from './served-model.ts';
import { whisperWords } from './whisper-words.ts';

/** Longest utterance that is kept, milliseconds: 1.9 MB. */
export const MAX_UTTERANCE_MS = 60_000;
const MAX_SAMPLES = (HEARING_RATE * MAX_UTTERANCE_MS) / 1000;

/** Shorter ones hold no word, and servers refuse the shortest. */
const MIN_SAMPLES = HEARING_RATE / 10;

const transcriptionSchema = z.object({
  text: z.string(),
  segments: z
    .array(z.object({ text: z.string(), no_speech_prob: z.number().nullish(), avg_logprob: z.number().nullish() }))
    .nullish(),
});

const CAPABILITIES: SttCapabilities = { partials: false, wordTimings: false };

/** What the engine is made of. */
export interface OpenAiSttOptions {
  readonly client: ServiceClient;
  /** Default: the only one that the server has. */
  readonly model?: string | undefined;
  /** The variable that names the model. Default: that of the service. */
  readonly modelSetting?: string | undefined;
}

/** What the streams of an engine share. */
interface Shared {
  readonly client: ServiceClient;
  readonly model: ServedModel;
  /** Some models say their words only, and not how sure they are. */
  format: 'verbose_json' | 'json';
}

/** A recogniser behind the API of OpenAI, as Whisper: the utterance is gathered, sent when it is over, and comes back as one final result. */
export class OpenAiStt implements Stt {
  readonly id: string;
  readonly #shared: Shared;

  constructor({ client, model, modelSetting }: OpenAiSttOptions) {
    this.id = client.service.id;
    const setting = modelSetting ?? client.service.settings.models;
    const served = new ServedModel({ client, model, task: 'automatic-speech-recognition', setting });
    this.#shared = { client, model: served, format: 'verbose_json' };
  }

  /** The user speaks: there is time to open a connection. */
  open(options: SttOptions): SttStream {
    if (!options.signal.aborted) this.warm();
    return new OpenAiSttStream(this.#shared, options);
  }

  /** See {@link ServiceClient.warm}. */
  warm(): void {
    this.#shared.client.warm();
  }

  /** See {@link ServiceClient.check}. */
  check(signal: AbortSignal): Promise<void> {
    return this.#shared.client.check(signal);
  }

  async close(): Promise<void> {
    this.#shared.client.close();
  }
}

/**
 * Beyond {@link MAX_UTTERANCE_MS} the audio is dropped and an empty partial result with `endpoint` says that the
 * utterance should end: what was said until then is recognised.
 */
class OpenAiSttStream implements SttStream {
  readonly engine: string;
  readonly capabilities = CAPABILITIES;
  readonly #shared: Shared;
  readonly #options: SttOptions;
  readonly #results = new AsyncQueue<SttResult>();
  readonly #onAbort = () => this.#finish();
  readonly #audio = new KeptAudio(MAX_SAMPLES);
  #over = false;

  constructor(shared: Shared, options: SttOptions) {
    this.engine = shared.client.service.id;
    this.#shared = shared;
    this.#options = options;
    if (options.signal.aborted) this.#finish();
    else options.signal.addEventListener('abort', this.#onAbort, { once: true });
  }

  get results(): AsyncIterable<SttResult> {
    return this.#results;
  }

  write(samples: Int16Array): void {
    if (this.#over || this.#audio.isFull) return;
    this.#audio.add(samples);
    if (this.#audio.isFull) this.#results.push({ type: 'partial', text: '', endpoint: true });
  }

  end(): void {
    if (this.#over) return;
    this.#over = true;
    const wav = this.#audio.count < MIN_SAMPLES ? undefined : encodeWav(this.#audio.samples, HEARING_RATE);
    this.#audio.clear();
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
    const { language, signal } = this.#options;
    const { client, model } = this.#shared;
    const name = await model.name(signal);
    const call = client.call('audio/transcriptions', signal);
    const send = (format: Shared['format']) =>
      call.start((callSignal) =>
        client.wire.transcription(
          {
            model: name,
            file: new File([wav.slice()], 'utterance.wav', { type: 'audio/wav' }),
            response_format: format,
            temperature: 0,
            ...(language === undefined ? {} : { language: whisperLanguage(language) }),
          },
          callSignal,
        ),
      );
    try {
      let answer: unknown;
      try {
        answer = await send(this.#shared.format);
      } catch (error) {
        const isFormat = error instanceof RequestRefused && error.mentions(/response_format|verbose_json/) >= 0;
        if (!isFormat || this.#shared.format === 'json') throw error;
        this.#shared.format = 'json';
        answer = await send('json');
      }
      const transcription = transcriptionSchema.safeParse(answer);
      if (!transcription.success) throw call.errors.badAnswer('the transcription has another shape');
      return whisperWords(transcription.data);
    } finally {
      call.end();
    }
  }

  #finish(): void {
    this.#over = true;
    this.#audio.clear();
    this.#options.signal.removeEventListener('abort', this.#onAbort);
    this.#results.end();
  }
}
