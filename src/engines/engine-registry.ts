import { builtInVoices, type VoiceBook } from '../config/voices/voice-book.ts';
import type { VoiceEngine } from '../config/voices/voices-schema.ts';
import type { Settings } from '../settings.ts';
import type { EngineRegistry } from './engine.ts';
import { choiceFor } from './engine-choice.ts';
import { HealthyLists } from './engine-lists.ts';
import { type EngineDeps, engineMakers } from './make-engines.ts';
import { type EngineMakers, SharedEngines } from './shared-engines.ts';
import { sileroReasons } from './vad-choice.ts';

/** What the registry needs of the world. */
export interface EngineRegistryDeps extends Omit<EngineDeps, 'voices'> {
  /** What a voice is to each engine. Default: the built-in book. */
  readonly voices?: VoiceBook;
  /** What makes the engines. Default: as the settings say. */
  readonly make?: EngineMakers;
}

/**
 * The engines that the settings ask for.
 * @throws DialtoneError `engine_misconfigured` when one of them lacks a key
 */
export function createEngineRegistry(settings: Settings, deps: EngineRegistryDeps): EngineRegistry {
  const { clock, random, report, debug, voices = builtInVoices() } = deps;
  return new SharedEngines({
    clock,
    debug,
    choose: (device) => choiceFor(settings, device),
    make: deps.make ?? engineMakers(settings, { ...deps, voices }),
    reasons: sileroReasons(settings),
    list: new HealthyLists({ clock, random, report, firstOutputMs: firstOutputMs(settings) }),
    warnings: fallbackWarnings(voices, choiceFor(settings).tts[0]?.engine ?? 'espeak'),
  });
}

/** An engine of a list is given its own limit, and a moment more: it says better what was wrong. Milliseconds. */
const MOMENT_MS = 500;

function firstOutputMs({ STT_TIMEOUT, LLM_TIMEOUT, TTS_TIMEOUT }: Settings) {
  return {
    stt: STT_TIMEOUT * 1_000 + MOMENT_MS,
    llm: LLM_TIMEOUT * 1_000 + MOMENT_MS,
    tts: TTS_TIMEOUT * 1_000 + MOMENT_MS,
  };
}

/** The most voices that a warning names. */
const MAX_NAMED = 20;

/** The voices that an engine speaks with a voice of its own choice, for want of an entry. */
function fallbackWarnings(voices: VoiceBook, engine: VoiceEngine): readonly string[] {
  const names = voices.namesWithout(engine);
  if (names.length === 0) return [];
  const more = names.length > MAX_NAMED ? ` and ${names.length - MAX_NAMED} more` : '';
  const shown = names.slice(0, MAX_NAMED).map((name) => `"${name}"`);
  return [
    `${engine} speaks with its default voice of the language for ${shown.join(', ')}${more}: no "${engine}" in the voices file`,
  ];
}
