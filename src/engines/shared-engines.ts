import type { DeviceConfig } from '../config/devices-schema.ts';
import type { Clock, Timer } from '../core/clock.ts';
import type { EngineLease, EngineRegistry, EngineSet } from './engine.ts';
import type { Engine } from './engine-call.ts';
import type { EngineChoice, EngineChoices } from './engine-choice.ts';
import type { EngineKind } from './events.ts';

/**
 * An engine that no device uses is closed after this time, milliseconds. What a device began to say before its engine
 * changed may go on in the next turn, so its recogniser has to live as long as the longest utterance (30 s).
 */
export const UNUSED_MS = 60_000;

/** What makes the engine of a choice. @throws DialtoneError `engine_misconfigured` when it lacks a key, say */
export interface EngineMakers {
  readonly stt: (choice: EngineChoices['stt']) => EngineSet['stt'];
  readonly llm: (choice: EngineChoices['llm']) => EngineSet['llm'];
  readonly tts: (choice: EngineChoices['tts']) => EngineSet['tts'];
}

/** What shared engines are made from. */
export interface SharedEnginesOptions {
  readonly clock: Clock;
  /** Pure. Without a device: the choice of the settings. */
  readonly choose: (device?: DeviceConfig) => EngineChoices;
  readonly make: EngineMakers;
  /** What the user should know beside the warnings of the choices. */
  readonly warnings?: readonly string[];
  /** An engine failed to close, in words. */
  readonly debug?: (line: string) => void;
}

interface Shared {
  readonly engine: Engine;
  users: number;
  /** Runs while there are no users. */
  closing: Timer | undefined;
}

/** What a lease holds. */
interface Held {
  /** In the order of {@link KINDS}. */
  readonly keys: readonly string[];
  readonly set: EngineSet;
}

const KINDS: readonly EngineKind[] = ['stt', 'llm', 'tts'];

/**
 * Engines by what identifies them (kind, engine, model and address), each made when the first device needs it, shared by
 * all that do, and closed {@link UNUSED_MS} after the last one let go of it.
 */
export class SharedEngines implements EngineRegistry {
  readonly reasons: readonly string[];
  readonly warnings: readonly string[];
  readonly defaults: EngineSet;
  readonly #options: SharedEnginesOptions;
  readonly #shared = new Map<string, Shared>();

  /** @throws DialtoneError `engine_misconfigured` when an engine of the settings cannot be made */
  constructor(options: SharedEnginesOptions) {
    this.#options = options;
    const choices = options.choose();
    const chosen: readonly EngineChoice[] = [choices.stt, choices.llm, choices.tts];
    this.reasons = chosen.map(({ reason }) => reason);
    const warnings = chosen.flatMap(({ warning }) => (warning === undefined ? [] : [warning]));
    this.warnings = [...warnings, ...(options.warnings ?? [])];
    this.defaults = this.#acquire(choices).set;
  }

  lease(): EngineLease {
    let held: Held | undefined;
    return {
      for: (device) => {
        const choices = this.#options.choose(device);
        if (held && KINDS.every((kind, index) => held?.keys[index] === keyOf(kind, choices[kind]))) return held.set;
        // The new ones first: an engine that stays is not without users in between.
        const acquired = this.#acquire(choices);
        this.#release(held);
        held = acquired;
        return acquired.set;
      },
      release: () => {
        this.#release(held);
        held = undefined;
      },
    };
  }

  async ready(): Promise<void> {
    await Promise.all(Array.from(this.#shared.values(), ({ engine }) => engine.ready?.()));
  }

  async close(): Promise<void> {
    const all = [...this.#shared.values()];
    this.#shared.clear();
    for (const { closing } of all) this.#options.clock.clearTimer(closing);
    await Promise.all(all.map(({ engine }) => engine.close()));
  }

  #acquire(choices: EngineChoices): Held {
    const { make } = this.#options;
    const keys: string[] = [];
    const take = <E extends Engine>(kind: EngineKind, makeEngine: () => E): E => {
      const key = keyOf(kind, choices[kind]);
      const engine = this.#take(key, makeEngine);
      keys.push(key);
      return engine;
    };
    try {
      const set: EngineSet = {
        stt: take('stt', () => make.stt(choices.stt)),
        llm: take('llm', () => make.llm(choices.llm)),
        tts: take('tts', () => make.tts(choices.tts)),
      };
      return { keys, set };
    } catch (error) {
      for (const key of keys) this.#giveBack(key);
      throw error;
    }
  }

  #release(held: Held | undefined): void {
    for (const key of held?.keys ?? []) this.#giveBack(key);
  }

  #take<E extends Engine>(key: string, make: () => E): E {
    const shared = this.#shared.get(key) ?? { engine: make(), users: 0, closing: undefined };
    this.#options.clock.clearTimer(shared.closing);
    shared.closing = undefined;
    shared.users += 1;
    this.#shared.set(key, shared);
    // The key names the kind of engine.
    return shared.engine as E;
  }

  #giveBack(key: string): void {
    const shared = this.#shared.get(key);
    if (!shared) return;
    shared.users -= 1;
    if (shared.users > 0) return;
    shared.closing = this.#options.clock.setTimer(() => {
      this.#shared.delete(key);
      shared.engine.close().catch((error: unknown) => this.#options.debug?.(`${key} did not close: ${String(error)}`));
    }, UNUSED_MS);
  }
}

function keyOf(kind: EngineKind, { engine, model, address }: EngineChoice): string {
  return JSON.stringify([kind, engine, model ?? null, address ?? null]);
}
