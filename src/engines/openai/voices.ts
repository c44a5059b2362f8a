import type { VoiceBook } from '../../config/voice-book.ts';

/** Voices of Orpheus English at Groq: autumn, diana, hannah (female), austin, daniel, troy (male). It speaks no French. */
const DEFAULTS = { en: 'autumn', fr: 'hannah' } as const;

/** The Orpheus voice for a voice of the book; see {@link VoiceBook.entry} for one without. */
export function groqVoice(voices: VoiceBook, name: string): string {
  return voices.entry('groq', name, DEFAULTS);
}
