import type { SttStream } from '../stt.ts';
import type { ModelInfo, ModelSpec, SpeechJob } from './host-config.ts';
import { mostCopies } from './host-count.ts';
import { HostModel, type HostModelOptions } from './host-model.ts';
import type { NativeHost } from './native-host.ts';
import type { SoundCheck, SoundCheckOptions } from './sound-check.ts';
import { modelBytes } from './trial-load.ts';

/** One or more hosts. */
export type Hosts = readonly [NativeHost, ...NativeHost[]];

/** The hosts in the order in which those choose them that nothing should be in front of. */
export function lastFirst(hosts: Hosts): Hosts {
  return hosts.toReversed() as unknown as Hosts;
}

/** For a job any number of other jobs is better than one utterance that is heard step by step. */
const STREAM_WEIGHT = 1_000_000;

/** What a model is kept with. */
export interface HostedModelOptions extends Omit<HostModelOptions, 'host'> {
  /**
   * Where it may be, the best first. Of several hosts a model that streams is not in the one that stands last here: voices and
   * detectors, which take them {@link lastFirst}, are not behind its steps there.
   */
  readonly hosts: Hosts;
}

/**
 * A model in as many native hosts as there is memory for. A call is done by the host that has the least to do; the death of a host
 * costs what was in flight there, and the next calls go to others.
 */
export class HostedModel {
  readonly #options: HostedModelOptions;
  readonly #copies: [HostModel, ...HostModel[]];
  #preparing: Promise<ModelSpec> | undefined;
  #isStreaming = false;
  #isClosed = false;

  constructor(options: HostedModelOptions) {
    this.#options = options;
    this.#copies = [this.#copyIn(options.hosts[0])];
  }

  /** What is known of the model since it was first loaded. */
  get info(): ModelInfo | undefined {
    return this.#copies.find(({ info }) => info)?.info;
  }

  /** Process ids of the hosts that have it, or are about to. */
  get pids(): readonly number[] {
    return this.#copies.flatMap(({ host }) => host.pid ?? []);
  }

  /** Loads it if need be; resolves when a host has it, rejects with the reason when none can. */
  async ready(): Promise<void> {
    const [first, ...others] = this.#copies;
    if (others.some(({ isReady }) => isReady)) return;
    await first.ready();
  }

  /** Starts an utterance, and the model if that was not done before. Failures show in its results. */
  open(signal: AbortSignal, language?: string): SttStream {
    return this.#leastBusy().open(signal, language);
  }

  /** Says a sentence, mono s16 as it is made; starts the model if that was not done before. */
  say(job: SpeechJob, signal: AbortSignal): AsyncGenerator<Int16Array> {
    return this.#leastBusy().say(job, signal);
  }

  /** Begins to listen to a sound, and does not wait for a model that is not there. */
  check(told: Pick<SoundCheckOptions, 'onAnswer' | 'onUnavailable'>): SoundCheck {
    return this.#leastBusy().check(told);
  }

  /** Fails what is in flight and forgets the model everywhere. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#copies.map((copy) => copy.close()));
  }

  /** Utterances are spread over the hosts with fewest of them; jobs avoid hosts in which utterances are heard step by step. */
  #leastBusy(): HostModel {
    const usable = this.#copies.filter(({ isReady }) => isReady);
    const weight = ({ host: { inFlight } }: HostModel) =>
      this.#isStreaming ? inFlight.streams : inFlight.streams * STREAM_WEIGHT + inFlight.jobs;
    const [first, ...others] = usable;
    // None: it waits for the first one, or is told by it why that is of no use.
    if (!first) return this.#copies[0];
    return others.reduce((best, copy) => (weight(copy) < weight(best) ? copy : best), first);
  }

  #copyIn(host: NativeHost): HostModel {
    return new HostModel({ ...this.#options, host, prepare: () => this.#prepare() });
  }

  /** Once for all copies that are about to load. Then it is known in how many hosts the model can be. */
  #prepare(): Promise<ModelSpec> {
    this.#preparing ??= this.#options
      .prepare()
      .then(async (spec) => {
        await this.#spread(spec);
        return spec;
      })
      .finally(() => {
        this.#preparing = undefined;
      });
    return this.#preparing;
  }

  async #spread(spec: ModelSpec): Promise<void> {
    const { hosts } = this.#options;
    if (hosts.length === 1 || this.#copies.length > 1) return;
    this.#isStreaming = spec.use === 'streaming';
    const eligible = this.#isStreaming ? hosts.slice(0, -1) : hosts;
    const count = mostCopies(eligible.length, await modelBytes(spec));
    if (this.#isClosed) return;
    for (const host of eligible.slice(1, count)) {
      const copy = this.#copyIn(host);
      this.#copies.push(copy);
      copy.start();
    }
  }
}
