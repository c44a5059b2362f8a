import { readFile } from 'node:fs/promises';
import { parseWav } from '#src/audio/wav';

/** Something to say: mono s16. Keep the object and say it again: it is encoded once a process. */
export interface Speech {
  /** For events. */
  readonly name: string;
  readonly samples: Int16Array;
  /** Hz. */
  readonly sampleRate: number;
}

/** What a device can be asked to say: speech, a WAV file, or a text for the optional synthesiser. */
export type SpeechSource =
  | Speech
  | { readonly wav: string | URL } /** `voice` is a name as in devices.json. */
  | { readonly text: string; readonly voice?: string | undefined };

/**
 * Gets speech ready. Throws DialtoneError `audio_bad_format` for a file that is no WAV file, `engine_unavailable` when a
 * text is to be said and the optional espeak package is missing, and what `fs` throws for a file that cannot be read.
 */
export async function loadSpeech(source: SpeechSource): Promise<Speech> {
  if ('samples' in source) return source;
  if ('wav' in source) {
    const audio = parseWav(await readFile(source.wav));
    return { name: String(source.wav).split('/').at(-1) ?? '', ...audio };
  }
  // Only asked for here: the package behind it is optional.
  const { synthesize } = await import('#src/engines/espeak/synthesize');
  return { name: source.text, ...(await synthesize(source.text, source.voice)) };
}
