import type { OfflineRecognizer, OfflineRecognizerConfig } from 'sherpa-onnx-node';
import { whisperLanguage } from '../../../text/whisper-language.ts';
import type { ModelSpec } from '../host-config.ts';
import { offlineConfig } from './model-config.ts';

/** Makes a recogniser, off the event loop. Rejects when sherpa-onnx says no. */
export type CreateOffline = (config: OfflineRecognizerConfig) => Promise<OfflineRecognizer>;

/** The recogniser for the language of an utterance, BCP 47; without one, or where it cannot be told, the model finds out. */
export interface ToldRecogniser {
  for(language: string | undefined): Promise<OfflineRecognizer>;
  /** Whether an utterance may be decoded beside another one. */
  readonly mayLinger: number;
}

/** Loads a model for whole utterances, and finds out how it can be told the language. */
export async function loadOffline(spec: ModelSpec, create: CreateOffline): Promise<ToldRecogniser> {
  const recogniser = await create(offlineConfig(spec));
  const known = (language: string | undefined): string | undefined => {
    const name = language === undefined ? undefined : whisperLanguage(language);
    return name !== undefined && spec.languages?.includes(name) ? name : undefined;
  };
  switch (spec.kind) {
    case 'whisper':
      return { for: async (language) => tellWhisper(spec, recogniser, known(language)), mayLinger: 0 };
    case 'senseVoice': {
      const all = new SenseVoices(spec, recogniser, create);
      return { for: (language) => all.for(known(language)), mayLinger: 1 };
    }
    default:
      return { for: async () => recogniser, mayLinger: 1 };
  }
}

/**
 * Whisper reads its settings again for each utterance, so that one must not be told while another is decoded. A name that it
 * does not know would end the process.
 */
function tellWhisper(spec: ModelSpec, recogniser: OfflineRecognizer, language = ''): OfflineRecognizer {
  recogniser.setConfig(offlineConfig({ ...spec, group: { ...spec.group, language } }));
  return recogniser;
}

/**
 * SenseVoice is told its language when it is loaded: new settings would also change how its features are made. So each
 * language has a copy of the model, loaded with its first utterance, as far as there is room for copies.
 */
class SenseVoices {
  readonly #spec: ModelSpec;
  readonly #create: CreateOffline;
  readonly #any: OfflineRecognizer;
  readonly #told = new Map<string, Promise<OfflineRecognizer>>();

  constructor(spec: ModelSpec, any: OfflineRecognizer, create: CreateOffline) {
    this.#spec = spec;
    this.#any = any;
    this.#create = create;
  }

  for(language: string | undefined): Promise<OfflineRecognizer> {
    if (language === undefined) return Promise.resolve(this.#any);
    const known = this.#told.get(language);
    if (known !== undefined) return known;
    if (this.#told.size + 1 >= (this.#spec.maxCopies ?? 1)) return Promise.resolve(this.#any);
    const { group } = this.#spec;
    const told = this.#create(offlineConfig({ ...this.#spec, group: { ...group, language } })).catch(() => this.#any);
    this.#told.set(language, told);
    return told;
  }
}
