import type { VoiceName } from '../../config/voice-names.ts';

/** Voices of Orpheus English at Groq: autumn, diana, hannah (female), austin, daniel, troy (male). */
const ORPHEUS_VOICES: Readonly<Record<VoiceName, string>> = {
  Watercooler: 'autumn',
  Gertrude: 'diana',
  'Dev (news)': 'austin',
  Charles: 'daniel',
  Développeuse: 'hannah',
  Fabieng: 'troy',
};

/** The Orpheus voice for a voice of devices.json; an unknown name gets that of the default, Watercooler. */
export function groqVoice(name: string): string {
  return Object.hasOwn(ORPHEUS_VOICES, name) ? ORPHEUS_VOICES[name as VoiceName] : ORPHEUS_VOICES.Watercooler;
}
