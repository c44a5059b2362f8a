import type { VoiceBook } from '../../config/voices/voice-book.ts';

/** Voices that come with the server of Unmute. */
const DEFAULTS = {
  en: 'unmute-prod-website/p329_022.wav',
  fr: 'unmute-prod-website/developpeuse-3.wav',
} as const;

/** The path on the server for a voice of the book; see {@link VoiceBook.entry} for one without. */
export function kyutaiVoice(voices: VoiceBook, name: string): string {
  return voices.entry('kyutai', name, DEFAULTS);
}
