import type { Clock, Random } from '../../core/clock.ts';
import type { DialtoneError } from '../../core/errors.ts';
import { exitError, loadError, type ModelHint } from './exit-error.ts';
import type { FrameWriter } from './frame-writer.ts';
import type { HostCall } from './host-call.ts';
import { HostChild, type HostExit } from './host-child.ts';
import type { ModelInfo, ModelSpec } from './host-config.ts';
import type { Child, ChildStateReport } from './kept-alive.ts';
import { MemoryLimit } from './memory-limit.ts';
import { TriedModels } from './tried-models.ts';

/** What a native host is made with. */
export interface NativeHostOptions {
  readonly clock: Clock;
  readonly random: Random;
  /**
   * The most memory it may take, megabytes: beyond, it is started again as soon as nothing is in flight, and at twice as much
   * at once. Models that need more by themselves raise it. Default: no limit.
   */
  readonly maxMegabytes?: number | undefined;
  /** Models that were good. Default: its own; several hosts share theirs. */
  readonly tried?: TriedModels;
  readonly onState?: ((report: ChildStateReport) => void) | undefined;
  /** A line that the host printed, for the log at debug level. */
  readonly onLog?: ((line: string) => void) | undefined;
}

/** How many calls a host is at. */
export interface InFlight {
  /** Utterances that are recognised step by step, which keeps its event loop busy. */
  readonly streams: number;
  /** Whole utterances and sentences, done beside the event loop. */
  readonly jobs: number;
}

/** Who works with a model in the host. */
export interface ModelUser {
  readonly hint: ModelHint;
  /** What waits for the model to be loaded. */
  readonly writer: FrameWriter;
  /** Whether an utterance or a sentence is in flight. */
  readonly busy: boolean;
  readonly onLoaded: (info: ModelInfo) => void;
  /** The model is not there any more. @param blameModel another try is no use until something is changed */
  readonly onLost: (error: DialtoneError, blameModel: boolean) => void;
}

/**
 * A child process in which native speech code runs, for all devices, with any number of models. There may be several. It is there while
 * an engine works with a model. Its death takes all of them; each is loaded again by its own {@link HostModel}.
 */
export class NativeHost {
  readonly options: NativeHostOptions;
  #child: HostChild | undefined;
  readonly #users = new Map<number, ModelUser>();
  readonly #calls = new Map<number, HostCall>();
  readonly #states = new Map<number, ChildStateReport>();
  readonly #tried: TriedModels;
  readonly #leaving = new Set<Promise<void>>();
  #told: ChildStateReport['state'] | undefined;
  #lastSlot = 0;
  #lastId = 0;
  readonly #memory: MemoryLimit;

  constructor(options: NativeHostOptions) {
    this.options = options;
    this.#memory = new MemoryLimit(options.maxMegabytes);
    this.#tried = options.tried ?? new TriedModels();
  }

  /** The child's process id, while there is one. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** A number for a model, which it keeps. */
  newSlot(): number {
    return ++this.#lastSlot;
  }

  /** A number for an utterance or a sentence. */
  newId(): number {
    // 32 bits on the wire, 0 is the host itself.
    do this.#lastId = (this.#lastId % 0xffff_ffff) + 1;
    while (this.#calls.has(this.#lastId));
    return this.#lastId;
  }

  /** What it is at. */
  get inFlight(): InFlight {
    let [streams, jobs] = [0, 0];
    for (const { work } of this.#calls.values()) {
      if (work === 'stream') streams += 1;
      else if (work === 'job') jobs += 1;
    }
    return { streams, jobs };
  }

  /** What the host says of an utterance or a sentence is told to it, until {@link NativeHost.strike}. */
  enlist(id: number, call: HostCall): void {
    this.#calls.set(id, call);
  }

  /** It is over. */
  strike(id: number): void {
    this.#calls.delete(id);
  }

  /** Tries a model in a child of its own, unless these very files were good before. Rejects as {@link trialLoad} does. */
  try(spec: ModelSpec, hint: ModelHint, signal: AbortSignal): Promise<void> {
    const { clock, onLog } = this.options;
    return this.#tried.try(spec, { clock, hint, signal, onLog: (line) => onLog?.(line) });
  }

  /** Has a model loaded, in a new child if there is none. Closing what is given back ends the child behind the last model. */
  load(slot: number, spec: ModelSpec, user: ModelUser): Child {
    this.#child ??= this.#start();
    this.#users.set(slot, user);
    this.#memory.reset();
    this.#child.load(slot, spec);
    return { close: () => this.#unload(slot, user) };
  }

  /** A model starts, is ready or is down; told as the state of all of them, when that changes. Undefined: it is closed. */
  report(slot: number, report: ChildStateReport | undefined): void {
    if (report) this.#states.set(slot, report);
    else this.#states.delete(slot);
    const all = [...this.#states.values()];
    const worst =
      all.find(({ state }) => state === 'down') ?? all.find(({ state }) => state === 'starting') ?? all.at(0);
    if (!worst || worst.state === this.#told) return;
    this.#told = worst.state;
    this.options.onState?.(worst);
  }

  #start(): HostChild {
    const child: HostChild = new HostChild({
      clock: this.options.clock,
      onLoaded: (slot, info) => {
        const user = this.#users.get(slot);
        if (!user) return;
        child.attach(user.writer);
        user.onLoaded(info);
      },
      onNotLoaded: (slot, why) => {
        const user = this.#users.get(slot);
        this.#users.delete(slot);
        user?.onLost(loadError(why.message, user.hint), true);
      },
      onFrame: (type, id, payload) => this.#calls.get(id)?.receive(type, payload),
      onMemory: (megabytes) => {
        if (this.#child === child) this.#weigh(megabytes);
      },
      onExit: (exit) => {
        if (this.#child === child) this.#lost(exit);
      },
      onLog: (line) => this.options.onLog?.(line),
    });
    return child;
  }

  #lost(exit: HostExit): void {
    this.#child = undefined;
    const users = [...this.#users];
    this.#users.clear();
    for (const [slot, user] of users) {
      const error = exitError(exit, slot, user.hint);
      user.onLost(error, error.code !== 'speech_host_down');
    }
  }

  async #unload(slot: number, user: ModelUser): Promise<void> {
    if (this.#users.get(slot) === user) {
      this.#users.delete(slot);
      if (this.#users.size > 0) this.#child?.unload(slot);
      else if (this.#child) {
        const child = this.#child;
        this.#child = undefined;
        this.#see(child.close());
      }
    }
    if (this.#users.size === 0) await Promise.all(this.#leaving);
  }

  #weigh(megabytes: number): void {
    const isBusy = [...this.#users.values()].some(({ busy }) => busy);
    const why = this.#memory.verdict(megabytes, isBusy);
    if (why !== undefined && this.#child) this.#see(this.#child.retire(why));
  }

  #see(leaving: Promise<void>): void {
    const gone = leaving.finally(() => this.#leaving.delete(gone));
    this.#leaving.add(gone);
  }
}
