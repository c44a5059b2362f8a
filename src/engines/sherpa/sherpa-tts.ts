import { builtInVoices, type VoiceBook } from '../../config/voices/voice-book.ts';
import { DialtoneError } from '../../core/errors.ts';
import { engineCall } from '../engine-call.ts';
import { HostedModel, lastFirst } from '../native-host/hosted-model.ts';
import { NativeHost } from '../native-host/native-host.ts';
import { textPieces } from '../text-pieces.ts';
import type { PcmChunk, Tts, TtsCapabilities, TtsOptions, TtsStream } from '../tts.ts';
import { checkModel, SPEAKING } from './model-check.ts';
import type { SherpaOptions } from './sherpa-stt.ts';
import { type Speakers, sherpaSpeaker, speaksLanguage } from './speaker-choice.ts';

/** What the synthesiser is made with. */
export interface SherpaTtsOptions extends SherpaOptions {
  /** Folder of a voice that sherpa-onnx can speak with: Piper and other VITS, Kokoro, Matcha, Kitten. */
  readonly modelDir: string | undefined;
  /** What each voice is to the model. Default: the built-in book. */
  readonly voices?: VoiceBook;
}

const CAPABILITIES: TtsCapabilities = { streamingText: false, wordTimings: false };

/** A model cannot be stopped within a sentence, and some grow out of all bounds with it. UTF-16 units. */
const MAX_CHARACTERS = 400;
const PACE = 1;

/**
 * Text to speech on this machine by sherpa-onnx, in the native host: sentence by sentence, the sentences of all callers one
 * after another.
 */
export class SherpaTts implements Tts {
  readonly id = 'sherpa';
  #speakers: Speakers;
  readonly #voices: VoiceBook;
  readonly #model: HostedModel;

  /** @throws DialtoneError `engine_misconfigured` without a folder */
  constructor(options: SherpaTtsOptions) {
    const { modelDir, voices } = options;
    if (modelDir === undefined) {
      const text =
        'TTS=sherpa needs a voice: install one (npm run models -- list shows them) and set TTS_MODEL to its name, or ' +
        `${SPEAKING.variable} to the folder of one`;
      throw new DialtoneError('engine_misconfigured', text, { engine: this.id });
    }
    this.#speakers = { folder: modelDir };
    this.#voices = voices ?? builtInVoices();
    this.#model = new HostedModel({
      hosts: lastFirst(options.hosts ?? [new NativeHost(options)]),
      engine: this.id,
      hint: { variable: SPEAKING.variable, otherwise: 'TTS=groq' },
      prepare: async () => {
        const spec = await checkModel(modelDir, SPEAKING);
        this.#speakers = { folder: modelDir, byLanguage: spec.speakers };
        return spec;
      },
    });
  }

  /** Process id of the native host that has the model, while it runs; of several, of the first. */
  get hostPid(): number | undefined {
    return this.#model.pids[0];
  }

  /** Loads the voice if that was not done before. Rejects with DialtoneError `engine_*` when it cannot be. */
  ready(): Promise<void> {
    return this.#model.ready();
  }

  speak(text: AsyncIterable<string>, options: TtsOptions): TtsStream & AsyncGenerator<PcmChunk> {
    return engineCall(this.#speak(text, options), this.id, CAPABILITIES);
  }

  /** A voice keeps its name in every language that the model speaks; another speaker of the model may be behind it. */
  voiceFor(voice: string, language: string): string | undefined {
    return speaksLanguage(this.#speakers, language) ? voice : undefined;
  }

  close(): Promise<void> {
    return this.#model.close();
  }

  async *#speak(text: AsyncIterable<string>, options: TtsOptions): AsyncGenerator<PcmChunk> {
    const { voice, language, signal } = options;
    const speaker = sherpaSpeaker(this.#voices, voice, this.#speakers, language);
    for await (const piece of textPieces(text, { signal, maxCharacters: MAX_CHARACTERS })) {
      for await (const samples of this.#model.say({ text: piece, speaker, speed: PACE }, signal)) {
        // Nothing is said before the voice is loaded and has told its rate.
        yield { sampleRate: this.#model.info?.sampleRate ?? 0, samples };
      }
    }
  }
}
