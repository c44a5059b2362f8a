import { z } from 'zod';

/** The engines of each kind, by their names in settings, devices.json and metrics. */
export const ENGINE_NAMES = {
  stt: ['sherpa', 'groq', 'openai', 'kyutai', 'wyoming'],
  llm: ['scripted', 'groq', 'openai'],
  tts: ['espeak', 'sherpa', 'groq', 'openai', 'kyutai', 'wyoming'],
} as const;

/** Kinds of engine. */
type Kind = keyof typeof ENGINE_NAMES;

/** The name of an engine of one kind. */
export type EngineName<K extends Kind = Kind> = (typeof ENGINE_NAMES)[K][number];

/** One engine as a device asks for it. */
export interface WantedEngine<K extends Kind = Kind> {
  readonly engine: EngineName<K>;
  /** Default: that of the settings. */
  readonly model?: string | undefined;
}

/** What a device asks for, each in the order in which engines are tried. What is missing is as in the settings. */
export interface DeviceEngines {
  readonly stt?: readonly WantedEngine<'stt'>[] | undefined;
  readonly llm?: readonly WantedEngine<'llm'>[] | undefined;
  readonly tts?: readonly WantedEngine<'tts'>[] | undefined;
}

/** The most engines that are tried one after the other. */
export const MAX_ENGINES = 5;

const WHAT = { stt: 'speech to text', llm: 'the language model', tts: 'text to speech' } as const;

function wanted<K extends Kind>(kind: K) {
  const name = z.enum(ENGINE_NAMES[kind] as readonly EngineName<K>[]);
  const model = z
    .string()
    .min(1, 'give the name of a model, or leave it out')
    .max(200, 'use at most 200 characters')
    .regex(/^\P{C}+$/u, 'use visible characters only');
  const object = z.strictObject({ engine: name, model: model.optional() });
  const one = z.union([name.transform((engine) => ({ engine })), object], {
    error: `give the name of an engine, one of ${ENGINE_NAMES[kind].join(', ')}, or {"engine": "…", "model": "…"}`,
  });
  const list = z.array(one).min(1, 'name at least one engine').max(MAX_ENGINES, `name at most ${MAX_ENGINES} engines`);
  return z
    .union([one.transform((engine) => [engine]), list], {
      error: ({ input }) =>
        Array.isArray(input)
          ? `each engine of the list is one of ${ENGINE_NAMES[kind].join(', ')}, or {"engine": "…", "model": "…"}; at most ${MAX_ENGINES}`
          : `give one of ${ENGINE_NAMES[kind].join(', ')}, {"engine": "…", "model": "…"}, or a list of these`,
    })
    .optional()
    .meta({
      description: `Engine for ${WHAT[kind]}: a name, {"engine", "model"}, or a list of these in the order in which they are tried. Default: as in the settings.`,
    });
}

/** The key `engines` of a device. */
export const enginesSchema: z.ZodType<DeviceEngines> = z
  .strictObject({ stt: wanted('stt'), llm: wanted('llm'), tts: wanted('tts') })
  .meta({ description: 'The engines of this device, where they are others than those of the settings.' });
