import { isDeepStrictEqual } from 'node:util';
import type { DeviceConfig } from '../config/devices-schema.ts';
import type { Clock, Timer } from '../core/clock.ts';
import type { EngineLease, EngineRegistry, EngineSet } from './engine.ts';
import type { Engine } from './engine-call.ts';
import type { EngineChoice, EngineChoices } from './engine-choice.ts';
import type { EngineKind } from './events.ts';
import type { EngineStatus } from './fallback/health.ts';
import type { Llm } from './llm.ts';
import type { Stt } from './stt.ts';
import type { Tts } from './tts.ts';
import type { SpeechChecker } from './vad.ts';

/**
 * An engine that no device uses is closed after this time, milliseconds. What a device began to say before its engine
 * changed may go on in the next turn, so its recogniser has to live as long as the longest utterance (30 s).
 */
export const UNUSED_MS = 60_000;

/** What makes the engine of a choice. @throws DialtoneError `engine_misconfigured` when it lacks a key, say */
export interface EngineMakers {
  readonly stt: (choice: EngineChoices['stt'][number]) => Stt;
  readonly llm: (choice: EngineChoices['llm'][number]) => Llm;
  readonly tts: (choice: EngineChoices['tts'][number]) => Tts;
  /** Undefined: the VAD of WebRTC decides alone. */
  readonly checker: () => SpeechChecker | undefined;
}

/** What makes one engine of one or several, which are tried in this order. Closing that one leaves the others open. */
export interface EngineLists {
  stt(engines: readonly Stt[]): Stt;
  llm(engines: readonly Llm[]): Llm;
  tts(engines: readonly Tts[]): Tts;
  /** An engine is closed: no device uses it any more. */
  closed(engine: Engine): void;
  /** What is known of every engine. */
  readonly status: readonly EngineStatus[];
}

/** What shared engines are made from. */
export interface SharedEnginesOptions {
  readonly clock: Clock;
  /** Pure. Without a device: the choice of the settings. */
  readonly choose: (device?: DeviceConfig) => EngineChoices;
  readonly make: EngineMakers;
  readonly list: EngineLists;
  /** What is to be said of the choices that are the same for all devices. */
  readonly reasons?: readonly string[];
  /** What the user should know beside the warnings of the choices. */
  readonly warnings?: readonly string[];
  /** An engine failed to close, in words. */
  readonly debug?: (line: string) => void;
}

interface Shared<E extends Engine = Engine> {
  readonly engine: E;
  /** A list of this engine alone, so that its health is known. */
  readonly alone: E;
  users: number;
  /** Runs while there are no users. */
  closing: Timer | undefined;
}

/** What a lease holds. */
interface Held {
  /** In the order of {@link KINDS}, and in that in which they are tried. */
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
  readonly checker: SpeechChecker | undefined;
  readonly #options: SharedEnginesOptions;
  readonly #shared = new Map<string, Shared>();

  /** @throws DialtoneError `engine_misconfigured` when an engine of the settings cannot be made */
  constructor(options: SharedEnginesOptions) {
    this.#options = options;
    const choices = options.choose();
    const chosen: readonly EngineChoice[] = [...choices.stt, ...choices.llm, ...choices.tts];
    this.reasons = [...chosen.map(({ reason }) => reason), ...(options.reasons ?? [])];
    const warnings = chosen.flatMap(({ warning }) => (warning === undefined ? [] : [warning]));
    this.warnings = [...warnings, ...(options.warnings ?? [])];
    this.defaults = this.#acquire(choices).set;
    this.checker = options.make.checker();
  }

  get status(): readonly EngineStatus[] {
    return this.#options.list.status;
  }

  lease(): EngineLease {
    let held: Held | undefined;
    return {
      for: (device) => {
        const choices = this.#options.choose(device);
        if (held && isDeepStrictEqual(held.keys, keysOf(choices))) return held.set;
        // The new ones first: an engine that stays is not without users in between.
        const acquired = this.#acquire(choices);
        this.#warm(acquired);
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
    const { stt, llm, tts } = this.defaults;
    await Promise.all([stt, llm, tts, this.checker].map((engine: Engine | undefined) => engine?.ready?.()));
  }

  async close(): Promise<void> {
    const all = [...this.#shared.values()];
    this.#shared.clear();
    for (const { closing } of all) this.#options.clock.clearTimer(closing);
    await Promise.all([...all.map((shared) => this.#close(shared)), this.checker?.close()]);
  }

  #acquire(choices: EngineChoices): Held {
    const { make, list } = this.#options;
    const keys: string[] = [];
    const take = <C extends EngineChoice, E extends Engine>(
      kind: EngineKind,
      all: readonly C[],
      makeEngine: (choice: C) => E,
      join: (engines: readonly E[]) => E,
    ): E => {
      const taken = all.map((choice) => {
        const key = keyOf(kind, choice);
        const shared = this.#take(key, () => makeEngine(choice), join);
        keys.push(key);
        return shared;
      });
      const [only] = taken;
      return only && taken.length === 1 ? only.alone : join(taken.map(({ engine }) => engine));
    };
    try {
      const set: EngineSet = {
        stt: take('stt', choices.stt, make.stt, (engines) => list.stt(engines)),
        llm: take('llm', choices.llm, make.llm, (engines) => list.llm(engines)),
        tts: take('tts', choices.tts, make.tts, (engines) => list.tts(engines)),
      };
      return { keys, set };
    } catch (error) {
      for (const key of keys) this.#giveBack(key);
      throw error;
    }
  }

  /** What has to be loaded or opened is so before the first word; a failure is told by the call that needs the engine. */
  #warm({ set }: Held): void {
    for (const engine of [set.stt, set.llm, set.tts]) {
      engine.warm?.();
      engine.ready?.().catch((error: unknown) => this.#options.debug?.(`${engine.id} is not ready: ${String(error)}`));
    }
  }

  #release(held: Held | undefined): void {
    for (const key of held?.keys ?? []) this.#giveBack(key);
  }

  #take<E extends Engine>(key: string, make: () => E, join: (engines: readonly E[]) => E): Shared<E> {
    // The key names the kind of engine.
    const shared = (this.#shared.get(key) as Shared<E> | undefined) ?? newShared(make(), join);
    this.#options.clock.clearTimer(shared.closing);
    shared.closing = undefined;
    shared.users += 1;
    this.#shared.set(key, shared);
    return shared;
  }

  async #close({ engine, alone }: Shared): Promise<void> {
    this.#options.list.closed(engine);
    await Promise.all([alone.close(), engine.close()]);
  }

  #giveBack(key: string): void {
    const shared = this.#shared.get(key);
    if (!shared) return;
    shared.users -= 1;
    if (shared.users > 0) return;
    shared.closing = this.#options.clock.setTimer(() => {
      this.#shared.delete(key);
      this.#close(shared).catch((error: unknown) => this.#options.debug?.(`${key} did not close: ${String(error)}`));
    }, UNUSED_MS);
  }
}

function newShared<E extends Engine>(engine: E, join: (engines: readonly E[]) => E): Shared<E> {
  return { engine, alone: join([engine]), users: 0, closing: undefined };
}

function keysOf(choices: EngineChoices): string[] {
  return KINDS.flatMap((kind) => choices[kind].map((choice) => keyOf(kind, choice)));
}

function keyOf(kind: EngineKind, { engine, model, address }: EngineChoice): string {
  return JSON.stringify([kind, engine, model ?? null, address ?? null]);
}
