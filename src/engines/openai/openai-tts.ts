import { builtInVoices, type VoiceBook } from '../../config/voices/voice-book.ts';
import { engineCall } from '../engine-call.ts';
import { textPieces } from '../text-pieces.ts';
import type { PcmChunk, Tts, TtsCapabilities, TtsOptions, TtsStream } from '../tts.ts';
import type { GroqClient } from './client.ts';
import { badAnswer, GROQ } from './errors.ts';
import { groqVoice, groqVoiceFor } from './voices.ts';
import { WavStream } from './wav-stream.ts';

/** Longest input of one request to Orpheus, characters. */
const ORPHEUS_MAX_CHARACTERS = 200;

/** No voice is slower than this; a stream that runs longer is not speech. Milliseconds. */
const MAX_MS_PER_CHARACTER = 500;
const MAX_MS_MORE = 10_000;

const CAPABILITIES: TtsCapabilities = { streamingText: false, wordTimings: false };

/** What the engine is made of. */
export interface GroqTtsOptions {
  readonly client: GroqClient;
  readonly model: string;
  /** What each voice is to Groq. Default: the built-in book. */
  readonly voices?: VoiceBook;
  /** Longest text of one request, characters: a longer one becomes several. Default 200, the limit of Orpheus. */
  readonly maxCharacters?: number;
}

/** Speech from Groq (Orpheus), passed on as it arrives. It speaks English whatever the language. */
export class GroqTts implements Tts {
  readonly id = GROQ;
  readonly #client: GroqClient;
  readonly #model: string;
  readonly #voices: VoiceBook;
  readonly #maxCharacters: number;

  constructor(options: GroqTtsOptions) {
    this.#client = options.client;
    this.#model = options.model;
    this.#voices = options.voices ?? builtInVoices();
    this.#maxCharacters = options.maxCharacters ?? ORPHEUS_MAX_CHARACTERS;
  }

  speak(text: AsyncIterable<string>, options: TtsOptions): TtsStream & AsyncGenerator<PcmChunk> {
    return engineCall(this.#speak(text, options), GROQ, CAPABILITIES);
  }

  voiceFor(voice: string, language: string): string | undefined {
    return groqVoiceFor(this.#voices, { model: this.#model, voice, language });
  }

  /** See {@link GroqClient.check}. */
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
        if (chunk.sampleRate !== sampleRate) throw badAnswer('the sample rate changed amid the speech');
        yield chunk;
      }
    }
  }

  async *#request(input: string, { voice, signal }: TtsOptions): AsyncGenerator<PcmChunk> {
    const call = this.#client.call(signal, [input]);
    try {
      const response = await call.start((callSignal) =>
        this.#client.sdk.audio.speech.create(
          { model: this.#model, input, voice: groqVoice(this.#voices, voice), response_format: 'wav' },
          { signal: callSignal },
        ),
      );
      const reader = response.body?.getReader();
      if (!reader) throw badAnswer('the speech is empty');
      const wav = new WavStream();
      const maxMs = input.length * MAX_MS_PER_CHARACTER + MAX_MS_MORE;
      let count = 0;
      for (;;) {
        const { done, value } = await call.read(() => reader.read());
        if (done) break;
        call.came();
        const samples = wav.push(value);
        if (samples.length === 0) continue;
        count += samples.length;
        if (count > (wav.sampleRate * maxMs) / 1000) throw badAnswer('the speech does not end');
        yield { sampleRate: wav.sampleRate, samples };
      }
      wav.finish();
      if (count === 0) throw badAnswer('the speech is empty');
    } finally {
      call.end();
    }
  }
}
