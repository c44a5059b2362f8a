import { z } from 'zod';
import { badAnswer } from './errors.ts';

/** What a Wyoming server offers. */
export interface WyomingServices {
  /** Speech to text; undefined when it offers none. */
  readonly stt: WyomingSttService | undefined;
  /** Text to speech; undefined when it offers none. */
  readonly tts: WyomingTtsService | undefined;
}

/** Speech to text as a server offers it. */
export interface WyomingSttService {
  /** It sends parts of the transcript while the user speaks. */
  readonly streams: boolean;
  /** As the server spells them; empty when it lists none. */
  readonly languages: readonly string[];
}

/** Text to speech as a server offers it. */
interface WyomingTtsService {
  /** It takes a text in parts. */
  readonly streams: boolean;
  readonly voices: readonly WyomingVoice[];
}

/** A voice that is installed on the server. */
export interface WyomingVoice {
  readonly name: string;
  readonly languages: readonly string[];
}

const artifact = z.object({
  name: z.string(),
  installed: z.boolean().nullish(),
  languages: z.array(z.string()).nullish(),
});
const infoSchema = z.object({
  asr: z
    .array(
      z.object({
        installed: z.boolean().nullish(),
        models: z.array(artifact).nullish(),
        supports_transcript_streaming: z.boolean().nullish(),
      }),
    )
    .nullish(),
  tts: z
    .array(
      z.object({
        installed: z.boolean().nullish(),
        voices: z.array(artifact).nullish(),
        supports_synthesize_streaming: z.boolean().nullish(),
      }),
    )
    .nullish(),
});

/**
 * Reads the data of an `info` event. Takes the first installed service of each kind.
 * @throws DialtoneError `engine_bad_answer`
 */
export function readServices(info: unknown): WyomingServices {
  const parsed = infoSchema.safeParse(info);
  if (!parsed.success) throw badAnswer('its list of services has another shape');
  const asr = parsed.data.asr?.find(isInstalled);
  const tts = parsed.data.tts?.find(isInstalled);
  const models = (asr?.models ?? []).filter(isInstalled);
  const voices = (tts?.voices ?? []).filter(isInstalled);
  return {
    stt: asr && {
      streams: asr.supports_transcript_streaming ?? false,
      languages: [...new Set(models.flatMap(({ languages }) => languages ?? []))],
    },
    tts: tts && {
      streams: tts.supports_synthesize_streaming ?? false,
      voices: voices.map(({ name, languages }) => ({ name, languages: languages ?? [] })),
    },
  };
}

function isInstalled({ installed }: { readonly installed?: boolean | null | undefined }): boolean {
  return installed !== false;
}
