import { builtInVoices, type VoiceBook } from '../../config/voices/voice-book.ts';
import { DialtoneError } from '../../core/errors.ts';
import { engineCall } from '../engine-call.ts';
import { textPieces } from '../text-pieces.ts';
import type { PcmChunk, Tts, TtsCapabilities, TtsOptions, TtsStream } from '../tts.ts';
import type { ServiceClient } from './requests/client.ts';
import { ServedModel } from './served-model.ts';
import { type ServerVoices, serverVoices } from './server-voices.ts';
import { speechReader } from './speech-format.ts';

/** No voice is slower than this; a stream that runs longer is not speech. Milliseconds. */
const MAX_MS_PER_CHARACTER = 500;
const MAX_MS_MORE = 10_000;

const CAPABILITIES: TtsCapabilities = { streamingText: false, wordTimings: false };

/** What the engine is made of. */
export interface OpenAiTtsOptions {
  readonly client: ServiceClient;
  /** Default: the only one that the server has. */
  readonly model?: string | undefined;
  /** The variable that names the model. Default: that of the service. */
  readonly modelSetting?: string | undefined;
  /** What each voice is to the server. Default: the built-in book. */
  readonly voices?: VoiceBook;
  /** The server's name of the one voice that is used. Default: what the book says of the device's voice. */
  readonly voice?: string | undefined;
  /** Longest text of one request, characters: a longer one becomes several. Default: as the service has it. */
  readonly maxCharacters?: number;
}

/** Speech from behind the API of OpenAI, passed on as it arrives. Orpheus at Groq speaks English whatever the language. */
export class OpenAiTts implements Tts {
  readonly id: string;
  readonly #client: ServiceClient;
  readonly #model: ServedModel;
  readonly #voices: ServerVoices;
  readonly #maxCharacters: number;

  constructor({ client, model, modelSetting, voices, voice, maxCharacters }: OpenAiTtsOptions) {
    this.id = client.service.id;
    this.#client = client;
    const setting = modelSetting ?? client.service.settings.models;
    const served = new ServedModel({ client, model, task: 'text-to-speech', setting });
    this.#model = served;
    this.#voices = serverVoices(client, voices ?? builtInVoices(), () => served.known, voice);
    this.#maxCharacters = maxCharacters ?? client.service.maxCharacters;
  }

  speak(text: AsyncIterable<string>, options: TtsOptions): TtsStream & AsyncGenerator<PcmChunk> {
    return engineCall(this.#speak(text, options), this.id, CAPABILITIES);
  }

  voiceFor(voice: string, language: string): string | undefined {
    return this.#voices.voiceFor(voice, language);
  }

  /** See {@link ServiceClient.warm}. */
  warm(): void {
    this.#client.warm();
  }

  /** See {@link ServiceClient.check}. */
  check(signal: AbortSignal): Promise<void> {
    return this.#client.check(signal);
  }

  async close(): Promise<void> {
    this.#client.close();
  }

  async *#speak(text: AsyncIterable<string>, options: TtsOptions): AsyncGenerator<PcmChunk> {
    let sampleRate: number | undefined;
    const { signal } = options;
    for await (const piece of textPieces(text, { signal, maxCharacters: this.#maxCharacters })) {
      for await (const chunk of this.#request(piece, options)) {
        sampleRate ??= chunk.sampleRate;
        if (chunk.sampleRate !== sampleRate) throw changedRate(this.id);
        yield chunk;
      }
    }
  }

  async *#request(input: string, { voice, signal }: TtsOptions): AsyncGenerator<PcmChunk> {
    const model = await this.#model.name(signal);
    const call = this.#client.call('audio/speech', signal, [input]);
    try {
      const response = await call.start((callSignal) =>
        this.#client.wire.speech(
          { model, input, voice: this.#voices.nameOf(voice), response_format: 'wav' },
          callSignal,
        ),
      );
      const reader = response.body?.getReader();
      if (!reader) throw call.errors.badAnswer('the speech is empty');
      const audio = speechReader(response, call.errors);
      const maxMs = input.length * MAX_MS_PER_CHARACTER + MAX_MS_MORE;
      let count = 0;
      for (;;) {
        const { done, value } = await call.read(() => reader.read());
        if (done) break;
        call.came();
        const samples = audio.push(value);
        if (samples.length === 0) continue;
        count += samples.length;
        if (count > (audio.sampleRate * maxMs) / 1000) throw call.errors.badAnswer('the speech does not end');
        yield { sampleRate: audio.sampleRate, samples };
      }
      audio.finish();
      if (count === 0) throw call.errors.badAnswer('the speech is empty');
    } finally {
      call.end();
    }
  }
}

function changedRate(engine: string): DialtoneError {
  const message = 'The sample rate of the speech changed from one sentence to the next: speak with one model only.';
  return new DialtoneError('engine_bad_answer', message, { engine });
}
