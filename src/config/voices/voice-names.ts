/** The voices of the built-in book, assets/voices.json: those of the original. Another book may have others. */
export const VOICE_NAMES: readonly string[] = [
  'Watercooler',
  'Gertrude',
  'Dev (news)',
  'Charles',
  'Développeuse',
  'Fabieng',
];

/** A voice by the name used in devices.json: any of the voice book. */
export type VoiceName = string;

/** The voice of a device that names none: that of the original, or the first where a book has no such. */
export function defaultVoice(names: readonly string[]): string {
  return names.includes('Watercooler') ? 'Watercooler' : (names[0] ?? 'Watercooler');
}
