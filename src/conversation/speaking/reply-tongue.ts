import type { Tts, TtsOptions } from '../../engines/tts.ts';
import { languageOfText } from '../../text/reply-language.ts';

/** Whose reply it is, and what speaks it. */
export interface ReplyTongueOptions {
  readonly tts: Tts;
  /** The device's, or the one that was asked for. */
  readonly voice: string;
  /** Of the device, BCP 47, the likeliest first. */
  readonly languages: readonly string[];
  /** The engine has no voice for a language, BCP 47. Called at each sentence. */
  readonly onMissing: (language: string) => void;
}

/** The voice and the language of each sentence of one reply. What does not tell its language is in that of the sentence before. */
export class ReplyTongue {
  readonly #options: ReplyTongueOptions;
  #language: string;

  constructor(options: ReplyTongueOptions) {
    this.#options = options;
    this.#language = options.languages[0] ?? 'en';
  }

  /** How to speak a sentence. */
  of(sentence: string): Pick<TtsOptions, 'voice'> & { readonly language: string } {
    const { tts, voice, languages, onMissing } = this.#options;
    const language = languageOfText(sentence, languages) ?? this.#language;
    this.#language = language;
    if (!tts.voiceFor) return { voice, language };
    const found = tts.voiceFor(voice, language);
    if (found === undefined) onMissing(language);
    return { voice: found ?? voice, language };
  }
}
