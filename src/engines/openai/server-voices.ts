import { spokenLanguage } from '../../config/language.ts';
import type { VoiceBook } from '../../config/voices/voice-book.ts';
import { groqVoice, groqVoiceFor } from './groq-voices.ts';
import type { ServiceClient } from './requests/client.ts';

/** What the voices of the book are to a server. */
export interface ServerVoices {
  /** The server's name of a voice. */
  nameOf(voice: string): string;
  /** The voice of the book that speaks a language, BCP 47: the given one when it can. Undefined: there is none. */
  voiceFor(voice: string, language: string): string | undefined;
}

/** The voice for a voice without an entry: every server with OpenAI's voices has it. */
const DEFAULTS = { en: 'alloy' } as const;

/**
 * The voices of a server.
 * @param fixed OPENAI_TTS_VOICE: the server's name of the one voice that is used, whatever the device's is
 */
export function serverVoices(
  { service, isHome }: ServiceClient,
  book: VoiceBook,
  model: () => string | undefined,
  fixed?: string,
): ServerVoices {
  if (service.id === 'groq') {
    return {
      nameOf: (voice) => groqVoice(book, voice),
      voiceFor: (voice, language) => groqVoiceFor(book, { model: model() ?? '', voice, language }),
    };
  }
  return {
    nameOf: (voice) => fixed ?? book.entry('openai', voice, DEFAULTS),
    voiceFor: (voice, language) => {
      // OpenAI's voices speak all languages; the one that is set speaks what it was set for.
      if (isHome || fixed !== undefined) return voice;
      const speaks = (own: string | undefined) => own !== undefined && spokenLanguage(own) === spokenLanguage(language);
      if (speaks(book.get(voice)?.language)) return voice;
      return book.voices.find((other) => other.openai !== undefined && speaks(other.language))?.name;
    },
  };
}
