import { defaultHosts } from './host-count.ts';
import type { Hosts } from './hosted-model.ts';
import type { ChildStateReport } from './kept-alive.ts';
import { NativeHost, type NativeHostOptions } from './native-host.ts';
import { TriedModels } from './tried-models.ts';

/** What hosts are made with. */
export interface HostsOptions extends Omit<NativeHostOptions, 'onState' | 'tried'> {
  /** @param host its number, from 1 */
  readonly onState: (host: number, report: ChildStateReport) => void;
}

/**
 * The hosts of all engines. Each is a process while an engine has a model in it.
 * @param count Default: by the cores of the machine
 */
export function createHosts(count = defaultHosts(), options: HostsOptions): Hosts {
  const tried = new TriedModels();
  const host = (number: number) =>
    new NativeHost({ ...options, tried, onState: (report) => options.onState(number, report) });
  return [host(1), ...Array.from({ length: count - 1 }, (_, index) => host(index + 2))];
}
