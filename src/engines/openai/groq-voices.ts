import { spokenLanguage } from '../../config/language.ts';
import type { VoiceBook } from '../../config/voices/voice-book.ts';

/** Voices of Orpheus English at Groq: autumn, diana, hannah (female), austin, daniel, troy (male). It speaks no French. */
const DEFAULTS = { en: 'autumn', fr: 'hannah' } as const;

/** The Orpheus voice for a voice of the book; see {@link VoiceBook.entry} for one without. */
export function groqVoice(voices: VoiceBook, name: string): string {
  return voices.entry('groq', name, DEFAULTS);
}

/**
 * The voice of the book that speaks a language, BCP 47: the given one when it can. Undefined: there is none.
 * @param options.model one with "english" in its name (Orpheus English) speaks no other language, whatever the voice
 */
export function groqVoiceFor(
  voices: VoiceBook,
  { model, voice, language }: { readonly model: string; readonly voice: string; readonly language: string },
): string | undefined {
  const wanted = spokenLanguage(language);
  const isEnglish = /english/i.test(model);
  if (isEnglish) return wanted === 'en' ? voice : undefined;
  const speaks = (own: string | undefined) => own !== undefined && spokenLanguage(own) === wanted;
  if (speaks(voices.get(voice)?.language)) return voice;
  return voices.voices.find((other) => other.groq !== undefined && speaks(other.language))?.name;
}
