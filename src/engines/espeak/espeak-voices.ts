import { spokenLanguage } from '../../config/language.ts';
import { espeakNamesOf, languageOfEspeakVoice } from '../../config/voices/espeak-languages.ts';
import type { VoiceBook } from '../../config/voices/voice-book.ts';

/** How espeak is set for a voice. */
export interface EspeakVoice {
  /** espeak voices in the order in which they are tried: the first that exists is used. */
  readonly names: readonly string[];
  /** Words a minute. */
  readonly rate: number;
  /** 0 to 99; 50 is the voice's own. */
  readonly pitch: number;
}

/** Plain and at this speed because the demo recogniser understands it best. */
const PLAIN = { rate: 165, pitch: 50 };

/**
 * espeak's settings for a voice of the book. A name that is not in it is taken for one of espeak's own (`de`, `en-us+f3`).
 * A `language` (BCP 47) other than the voice's keeps its variant (who speaks: what is behind the `+`), rate and pitch, and
 * changes the tongue. What espeak does not know falls back to the voice's own language, then to American English.
 */
export function espeakVoice(voices: VoiceBook, voice: string, language?: string): EspeakVoice {
  const known = voices.get(voice);
  if (known === undefined) return { names: [voice, 'en-us'], ...PLAIN };
  const { names, rate, pitch } = known.espeak ?? { names: espeakNamesOf(known.language), ...PLAIN };
  const [accent = 'en-us', variant] = names[0]?.split('+') ?? [];
  const others = tongues(accent, language).map((tongue) => (variant ? `${tongue}+${variant}` : tongue));
  return { names: [...others, ...names, 'en-us'], rate, pitch };
}

function tongues(accent: string, language: string | undefined): string[] {
  const spoken = languageOfEspeakVoice(accent) ?? accent;
  return language === undefined || spokenLanguage(language) === spoken ? [] : espeakNamesOf(language);
}
