import type { ModelSpec } from './host-config.ts';
import { fingerprint, type TrialOptions, trialLoad } from './trial-load.ts';

/** Models that were good when they were tried, for all hosts: each is tried once, however many hosts are about to load it. */
export class TriedModels {
  readonly #good = new Set<string>();
  readonly #trials = new Map<string, Promise<void>>();

  /** Tries a model in a child of its own, unless these very files were good before. Rejects as {@link trialLoad} does. */
  async try(spec: ModelSpec, options: TrialOptions): Promise<void> {
    const mark = await fingerprint(spec);
    if (this.#good.has(mark)) return;
    const running = this.#trials.get(mark);
    // One that was given up by its own caller says nothing to others.
    if (
      running &&
      (await running.then(
        () => true,
        () => false,
      ))
    )
      return;
    const trial = trialLoad(spec, options).finally(() => this.#trials.delete(mark));
    this.#trials.set(mark, trial);
    await trial;
    this.#good.add(mark);
  }
}
