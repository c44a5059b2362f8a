import { VOICE_NAMES, type VoiceName } from '../../config/voice-names.ts';

/** How espeak is set for a voice. */
export interface EspeakVoice {
  /** espeak voices in the order in which they are tried: the first that exists is used. */
  readonly names: readonly string[];
  /** Words a minute. */
  readonly rate: number;
  /** 0 to 99; 50 is the voice's own. */
  readonly pitch: number;
}

interface Character {
  /** espeak's voice: `en` is British, `en-gb` is unknown to this build. */
  readonly accent: 'en-us' | 'en' | 'fr';
  /** espeak's variant: who speaks, whatever the language. */
  readonly variant: string;
  readonly rate: number;
  readonly pitch: number;
}

const CHARACTERS: Readonly<Record<VoiceName, Character>> = {
  // Plain and at this speed because the demo recogniser understands it best.
  Watercooler: { accent: 'en-us', variant: '', rate: 165, pitch: 50 },
  Gertrude: { accent: 'en', variant: 'f2', rate: 155, pitch: 45 },
  'Dev (news)': { accent: 'en-us', variant: 'm3', rate: 180, pitch: 45 },
  Charles: { accent: 'fr', variant: 'm3', rate: 150, pitch: 35 },
  Développeuse: { accent: 'fr', variant: 'f4', rate: 165, pitch: 55 },
  Fabieng: { accent: 'fr', variant: 'm7', rate: 180, pitch: 60 },
};

/**
 * espeak's settings for a voice of devices.json. Another name is taken for one of espeak's own (`de`, `en-us+f3`).
 * A `language` (BCP 47) other than the voice's keeps the character and changes the tongue. What espeak does not know falls
 * back to the voice's own language, then to American English.
 */
export function espeakVoice(voice: string, language?: string): EspeakVoice {
  const name = VOICE_NAMES.find((known) => known === voice);
  if (name === undefined) return { names: [voice, 'en-us'], rate: CHARACTERS.Watercooler.rate, pitch: 50 };
  const { accent, variant, rate, pitch } = CHARACTERS[name];
  const names = [...tongues(accent, language), accent].map((tongue) => (variant ? `${tongue}+${variant}` : tongue));
  return { names: [...names, 'en-us'], rate, pitch };
}

function tongues(accent: string, language: string | undefined): string[] {
  const wanted = language?.trim().toLowerCase();
  const [primary] = wanted?.split('-') ?? [];
  if (!wanted || !primary || primary === accent.split('-')[0]) return [];
  // `en` alone is British to espeak, American to most.
  return wanted === 'en' ? ['en-us'] : [wanted, primary];
}
