import { basename } from 'node:path';
import { spokenLanguage } from '../../config/language.ts';
import type { VoiceBook } from '../../config/voices/voice-book.ts';
import type { Voice } from '../../config/voices/voices-schema.ts';

/** A model, and who speaks which language in it. */
export interface Speakers {
  /** Its folder. */
  readonly folder: string;
  /** As in {@link speakerLanguages}; undefined: not known, or not yet. */
  readonly byLanguage?: Readonly<Record<string, number>> | undefined;
}

/** Whether a model speaks a language, BCP 47; one that does not say which it speaks is believed to. */
export function speaksLanguage({ byLanguage }: Speakers, language: string): boolean {
  return byLanguage === undefined || spokenLanguage(language) in byLanguage;
}

/**
 * The number of a voice of the book in a model: of the voice itself where it speaks the language, else of the first voice in the
 * book, or in the model, that does. What the book says of another model says nothing of this one: the model's first speaker then.
 * @param language BCP 47. Default: the voice's own
 */
export function sherpaSpeaker(voices: VoiceBook, name: string, speakers: Speakers, language?: string): number {
  const voice = voices.get(name);
  const own = voice && speakerOf(voice, speakers);
  if (language === undefined) return own ?? 0;
  const wanted = spokenLanguage(language);
  const speaks = (other: Voice) => spokenLanguage(other.language) === wanted;
  if (voice && own !== undefined && speaks(voice)) return own;
  const others = voices.voices.filter(speaks).map((other) => speakerOf(other, speakers));
  return others.find((speaker) => speaker !== undefined) ?? speakers.byLanguage?.[wanted] ?? own ?? 0;
}

function speakerOf({ sherpa }: Voice, { folder }: Speakers): number | undefined {
  const isThis = sherpa && basename(folder).toLowerCase().startsWith(basename(sherpa.model).toLowerCase());
  return isThis ? sherpa.speaker : undefined;
}
