import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { DialtoneError } from '../../core/errors.ts';
import { describeIssues } from '../json/describe-issues.ts';
import { invalidFile, parseJson, readText } from '../json/json-file.ts';
import { spokenLanguage } from '../language.ts';
import {
  VOICE_ENGINES,
  type Voice,
  type VoiceEngine,
  type VoiceEntry,
  voiceSchema,
  voicesFileSchema,
} from './voices-schema.ts';

const BUILT_IN_FILE = fileURLToPath(new URL('../../../assets/voices.json', import.meta.url));

/** What a mistyped key may have meant. */
const KNOWN_KEYS = ['voices', ...Object.keys(voiceSchema.shape), 'names', 'rate', 'pitch', 'model', 'speaker'];

/** The voices that devices.json may name, and what each is to every speech engine. Names compare after NFC. */
export class VoiceBook {
  readonly voices: readonly Voice[];
  /** In the order of the file. */
  readonly names: readonly string[];
  readonly #byName: ReadonlyMap<string, Voice>;

  constructor(voices: readonly Voice[]) {
    this.voices = voices;
    this.names = voices.map(({ name }) => name);
    this.#byName = new Map(voices.map((voice) => [voice.name, voice]));
  }

  get(name: string): Voice | undefined {
    return this.#byName.get(name.normalize('NFC'));
  }

  /**
   * What a voice is to an engine. A voice that has no entry for it gets the engine's default for its language, a name that
   * is not in the book, or a language without a default, that for English.
   */
  entry<E extends VoiceEngine>(
    engine: E,
    name: string,
    defaults: Readonly<Record<string, VoiceEntry<E>>> & { readonly en: VoiceEntry<E> },
  ): VoiceEntry<E> {
    const voice = this.get(name);
    return (
      (voice?.[engine] as VoiceEntry<E> | undefined) ?? defaults[spokenLanguage(voice?.language ?? 'en')] ?? defaults.en
    );
  }

  /** Names of the voices that have no entry for an engine. */
  namesWithout(engine: VoiceEngine): string[] {
    return this.voices.filter((voice) => voice[engine] === undefined).map(({ name }) => name);
  }
}

/** The engines that a voice has an entry for. */
export function enginesOf(voice: Voice): VoiceEngine[] {
  return VOICE_ENGINES.filter((engine) => voice[engine] !== undefined);
}

let builtIn: VoiceBook | undefined;

/** The book that comes with dialtone: assets/voices.json. */
export function builtInVoices(): VoiceBook {
  builtIn ??= parseVoices(readText(BUILT_IN_FILE), BUILT_IN_FILE);
  return builtIn;
}

/**
 * Reads and checks the voice book.
 * @param file the value of `VOICES_FILE`, which replaces the built-in book; undefined: the built-in one
 * @throws DialtoneError `config_not_found`, `config_unreadable` or `config_invalid`; the latter lists every error at once
 */
export function readVoiceBook(file?: string): VoiceBook {
  if (file === undefined) return builtInVoices();
  if (!existsSync(file)) {
    throw new DialtoneError(
      'config_not_found',
      `there is no ${file} (from VOICES_FILE): name a voices file that exists, or leave VOICES_FILE out for the built-in voices`,
    );
  }
  return parseVoices(readText(file), file);
}

/** Checks the text of a voices file. @param file named in errors */
export function parseVoices(text: string, file: string): VoiceBook {
  const json = parseJson(text, file, '{ "voices": [ … ] }');
  const parsed = voicesFileSchema.safeParse(json);
  if (!parsed.success) throw invalidFile(file, describeIssues(parsed.error.issues, json, KNOWN_KEYS), text);
  return new VoiceBook(parsed.data.voices);
}
