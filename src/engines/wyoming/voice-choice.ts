import type { VoiceBook } from '../../config/voices/voice-book.ts';
import { baseLanguage } from '../../text/language-tag.ts';
import { offeredLanguage } from './language.ts';
import type { WyomingVoice } from './services.ts';

/** A voice as a request names it. */
export type WyomingVoiceChoice =
  | { readonly name: string; readonly speaker?: string }
  /** A voice of the server's choice. */
  | { readonly language: string };

/**
 * The voice of the server for a voice of the book: its entry. For a voice without an entry, and in another language than the
 * voice's own: the server's first voice of the language.
 * @param language BCP 47. Default: the voice's own
 * @param offered the installed voices of the server
 */
export function wyomingVoice(
  voices: VoiceBook,
  name: string,
  language: string | undefined,
  offered: readonly WyomingVoice[],
): WyomingVoiceChoice {
  const voice = voices.get(name);
  const own = voice?.language ?? 'en';
  const wanted = language ?? own;
  const entry = voice?.wyoming;
  if (entry && baseLanguage(wanted) === baseLanguage(own)) return choiceOf(entry);
  const match = offeredLanguage(
    wanted,
    offered.flatMap(({ languages }) => languages),
  );
  const first = match === undefined ? undefined : offered.find(({ languages }) => languages.includes(match));
  if (first) return { name: first.name };
  return entry ? choiceOf(entry) : { language: wanted };
}

/**
 * The voice of the book that speaks a language at the server, as `Tts.voiceFor` says: the given one when it is its own language, one
 * with an entry whose language it is, or the given one with the server's voice of the language.
 * @param language BCP 47
 * @param offered the installed voices of the server; undefined, or without languages: it has not said, and may speak it
 * @returns undefined when neither the book nor the server has a voice of the language
 */
export function wyomingVoiceFor(
  voices: VoiceBook,
  name: string,
  language: string,
  offered: readonly WyomingVoice[] | undefined,
): string | undefined {
  const isIt = (own: string | undefined) => baseLanguage(own ?? 'en') === baseLanguage(language);
  if (isIt(voices.get(name)?.language)) return name;
  const other = voices.voices.find((voice) => voice.wyoming !== undefined && isIt(voice.language));
  if (other) return other.name;
  const spoken = offered?.flatMap(({ languages }) => languages) ?? [];
  return spoken.length === 0 || offeredLanguage(language, spoken) !== undefined ? name : undefined;
}

function choiceOf({ name, speaker }: { readonly name: string; readonly speaker?: string | undefined }) {
  return { name, ...(speaker === undefined ? {} : { speaker }) };
}
