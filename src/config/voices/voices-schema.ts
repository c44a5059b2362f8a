import { z } from 'zod';
import { instructionsSchema } from '../instructions-schema.ts';
import { canonicalLanguage, languageSchema, spokenLanguage } from '../language.ts';
import { languageOfEspeakVoice } from './espeak-languages.ts';

const MAX_NAME = 64;

/** Printable text, shown in lists and logs. */
const line = (max: number) =>
  z
    .string()
    .min(1, 'give it some text, or leave it out')
    .max(max, `use at most ${max} characters`)
    .regex(/^\P{C}*$/u, 'use visible characters only');

const serviceVoice = line(MAX_NAME).regex(/^[\w.-]+$/, 'use letters, digits, "-", "_" and "."');

const kyutaiPath = line(200)
  .regex(/^[^/\s]/, 'give a path below the voices folder of the server, as in "unmute-prod-website/p329_022.wav"')
  .refine((path) => !path.split('/').includes('..'), 'do not use ".."');

const sherpaVoice = z.strictObject({ model: line(200), speaker: z.int().min(0).max(100_000) });

const wyomingName = line(200);
const wyomingVoice = z.union(
  [
    wyomingName.transform((name) => ({ name, speaker: undefined })),
    z.strictObject({
      name: wyomingName,
      speaker: z.union([line(MAX_NAME), z.int().min(0).max(100_000).transform(String)]).optional(),
    }),
  ],
  { error: 'give the name of a voice, or {"name", "speaker"}' },
);

const espeakVoice = z.strictObject({
  names: z
    .array(
      z
        .string()
        .regex(/^[a-z]{2,8}(-[a-z0-9]+)*(\+[\w-]+)?$/i, 'name a voice of espeak as in "en-us", "fr" or "fr+m3"'),
    )
    .min(1, 'name at least one voice of espeak')
    .max(8, 'name at most 8 voices of espeak'),
  rate: z.int().min(80).max(450).default(165),
  pitch: z.int().min(0).max(99).default(50),
});

/** What a voice is to each speech engine. All optional: what is missing falls back to that engine's default. */
const engineFields = {
  /** Path on the Kyutai TTS server. */
  kyutai: kyutaiPath.optional(),
  /** Voice of Orpheus at Groq. */
  groq: serviceVoice.optional(),
  /** Voice of an OpenAI-compatible server. */
  openai: serviceVoice.optional(),
  /** Model and number of the speaker in it. */
  sherpa: sherpaVoice.optional(),
  /** Name of a voice of the Wyoming server, and of the speaker in it. */
  wyoming: wyomingVoice.optional(),
  /** Voices in the order in which they are tried, words a minute, 0 to 99. */
  espeak: espeakVoice.optional(),
};

/** The speech engines that a voice may name a voice of. */
export const VOICE_ENGINES = [
  'kyutai',
  'groq',
  'openai',
  'sherpa',
  'wyoming',
  'espeak',
] as const satisfies readonly (keyof typeof engineFields)[];

/** One entry of `voices`. Unknown keys are errors. */
export const voiceSchema = z.strictObject({
  name: line(MAX_NAME)
    .normalize('NFC')
    .regex(/^\S(.*\S)?$/u, 'begin and end the name without a space'),
  /** BCP 47. */
  language: languageSchema,
  comment: line(500).optional(),
  instructions: instructionsSchema.optional(),
  ...engineFields,
});

/** The voices file: see docs/CONVERSATION.md. */
export const voicesFileSchema = z
  .strictObject({
    voices: z.array(voiceSchema).min(1, 'name at least one voice').max(1_000, 'at most 1,000 voices'),
  })
  .superRefine(({ voices }, context) => {
    const firstByName = new Map<string, number>();
    for (const [index, voice] of voices.entries()) {
      const { name } = voice;
      const wrong = wrongEspeakName(voice);
      if (wrong) {
        const path = ['voices', index, 'espeak', 'names', wrong.at];
        context.addIssue({ code: 'custom', path, message: wrong.message });
      }
      const first = firstByName.get(name);
      if (first === undefined) firstByName.set(name, index);
      else {
        const message = `"${name}" is the name of voices[${first}] already: names must be unique`;
        context.addIssue({ code: 'custom', path: ['voices', index, 'name'], message });
      }
    }
  });

/** What is wrong with the voices of espeak that a voice names: there is none of them, or it speaks another language. */
function wrongEspeakName({
  language,
  espeak,
}: z.output<typeof voiceSchema>): { at: number; message: string } | undefined {
  if (!espeak || canonicalLanguage(language) === undefined) return undefined;
  const spoken = espeak.names.map(languageOfEspeakVoice);
  const at = spoken.findIndex((found) => found !== undefined);
  if (at < 0) {
    return { at: 0, message: 'espeak has no such voice; name a language that it has, as in "en-us" or "de+f3"' };
  }
  if (spoken[at] === spokenLanguage(language)) return undefined;
  const message = `this voice of espeak speaks "${spoken[at]}", the "language" of the entry is "${language}": make them the same`;
  return { at, message };
}

/** A voice as it stands in the book, defaults filled in, its name in NFC. */
export type Voice = z.output<typeof voiceSchema>;

/** A speech engine, by its key in the voices file. */
export type VoiceEngine = (typeof VOICE_ENGINES)[number];

/** What a voice is to one engine. */
export type VoiceEntry<E extends VoiceEngine> = NonNullable<Voice[E]>;
