import type { DevicesConfig } from '../config/devices-file.ts';
import type { DeviceConfig } from '../config/devices-schema.ts';
import type { MisconfiguredDevice } from '../config/entry-check.ts';
import { invalidFile } from '../config/json/json-file.ts';
import { builtInVoices } from '../config/voices/voice-book.ts';
import { systemClock } from '../core/clock.ts';
import { toDialtoneError } from '../core/errors.ts';
import type { Settings } from '../settings.ts';
import type { Engine } from './engine-call.ts';
import { choiceFor, type EngineChoice } from './engine-choice.ts';
import type { EngineKind } from './events.ts';
import { engineMakers } from './make-engines.ts';
import type { EngineMakers } from './shared-engines.ts';

/** Engines of this machine that need nothing. */
const OWN: ReadonlySet<string> = new Set(['espeak', 'scripted']);

/** The device's entry asks for engines that cannot be made. Nothing is sent to find out. */
function engineProblems(device: DeviceConfig, settings: Settings, problemOf: ProblemOf): string[] {
  if (device.engines === undefined) return [];
  const { stt, llm, tts } = choiceFor(settings, device);
  const { make } = problemOf;
  const found = [
    ...stt.map((choice) => problemOf.of('stt', choice, () => make.stt(choice))),
    ...llm.map((choice) => problemOf.of('llm', choice, () => make.llm(choice))),
    ...tts.map((choice) => problemOf.of('tts', choice, () => make.tts(choice))),
  ];
  return found.filter((problem) => problem !== undefined);
}

/** What is wrong with engines, each made once. */
class ProblemOf {
  readonly make: EngineMakers;
  readonly #known = new Map<string, string | undefined>();

  constructor(settings: Settings) {
    this.make = engineMakers(settings, {
      clock: systemClock,
      random: Math.random,
      report: () => undefined,
      debug: () => undefined,
      voices: builtInVoices(),
    });
  }

  of(kind: EngineKind, { engine, model }: EngineChoice, make: () => Engine): string | undefined {
    const key = JSON.stringify([kind, engine, model]);
    if (OWN.has(engine) || this.#known.has(key)) return this.#known.get(key);
    let problem: string | undefined;
    try {
      void make().close();
    } catch (error) {
      problem = `engines.${kind}: ${toDialtoneError(error).message}`;
    }
    this.#known.set(key, problem);
    return problem;
  }
}

/**
 * The configuration with every device among the misconfigured whose own engines cannot be made: a key, an address or a model is
 * missing. It does not speak with other engines instead, which may be ones that its owner does not want.
 * @throws DialtoneError `config_invalid` when there is such a device and `lenient` is false
 */
export function withDeviceEngines(
  config: DevicesConfig,
  settings: Settings,
  lenient = !settings.STRICT_CONFIG,
): DevicesConfig {
  const problemOf = new ProblemOf(settings);
  const taken = new Set(config.misconfigured.map(({ index }) => index));
  const good: DeviceConfig[] = [];
  const wrong: MisconfiguredDevice[] = [];
  let index = -1;
  for (const device of config.devices) {
    do index += 1;
    while (taken.has(index));
    const problems = engineProblems(device, settings, problemOf);
    if (problems.length === 0) {
      good.push(device);
      continue;
    }
    const errors = problems.map((problem) => `devices[${index}].${problem}`);
    wrong.push({ name: device.name, isNamed: true, index, errors, shown: device });
  }
  if (wrong.length === 0) return config;
  if (!lenient)
    throw invalidFile(
      config.file,
      wrong.flatMap(({ errors }) => errors),
    );
  const misconfigured = [...config.misconfigured, ...wrong].sort((a, b) => a.index - b.index);
  return { ...config, devices: good, misconfigured };
}
