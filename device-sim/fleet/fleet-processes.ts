import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { FleetAnswer, FleetCall } from './fleet-child.ts';
import type { FleetPart, FleetPartOptions } from './fleet-part.ts';
import { type FleetResults, mergeResults } from './fleet-results.ts';

type Progress = FleetPart['progress'];
type WithoutId<Call> = Call extends unknown ? Omit<Call, 'id'> : never;

/** A fleet, divided among processes. */
export class FleetProcesses {
  readonly #children: readonly ChildProcess[];
  readonly #waiting = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>();
  #nextId = 1;

  /** @param count processes to start */
  constructor(count: number) {
    const module = fileURLToPath(new URL('./fleet-child.js', import.meta.url));
    this.#children = Array.from({ length: count }, () =>
      fork(module, [], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] }),
    );
    for (const child of this.#children) {
      child.on('message', ({ id, result, error }: FleetAnswer) => {
        const call = this.#waiting.get(id);
        this.#waiting.delete(id);
        if (error === undefined) call?.resolve(result);
        else call?.reject(new Error(error));
      });
      child.once('exit', (code) => {
        for (const { reject } of this.#waiting.values()) reject(new Error(`a process of the fleet ended with ${code}`));
      });
    }
  }

  /** Starts all devices; resolves with their ports, in order. */
  async start(options: Omit<FleetPartOptions, 'first'>): Promise<number[]> {
    const parts = this.#children.length;
    const firstOf = (part: number): number => Math.floor((part * options.count) / parts);
    const ports = await this.#all((part) => {
      const first = firstOf(part);
      return { call: 'start', options: { ...options, first, count: firstOf(part + 1) - first } };
    });
    return (ports as number[][]).flat();
  }

  async progress(): Promise<Progress> {
    const all = (await this.#all(() => ({ call: 'progress' }))) as Progress[];
    const sum = (of: (progress: Progress) => number) => all.reduce((total, progress) => total + of(progress), 0);
    return {
      connected: sum(({ connected }) => connected),
      asked: sum(({ asked }) => asked),
      answered: sum(({ answered }) => answered),
    };
  }

  async talk(): Promise<void> {
    await this.#all(() => ({ call: 'talk' }));
  }

  async results(): Promise<FleetResults> {
    return mergeResults((await this.#all(() => ({ call: 'results' }))) as FleetResults[]);
  }

  /** Stops the devices and ends the processes. */
  async stop(): Promise<void> {
    await this.#all(() => ({ call: 'stop' })).catch(() => undefined);
    for (const child of this.#children) child.kill('SIGTERM');
  }

  #all(callOf: (part: number) => WithoutId<FleetCall>): Promise<unknown[]> {
    return Promise.all(
      this.#children.map(
        (child, part) =>
          new Promise<unknown>((resolve, reject) => {
            const id = this.#nextId++;
            this.#waiting.set(id, { resolve, reject });
            child.send({ id, ...callOf(part) }, (error) => error && reject(error));
          }),
      ),
    );
  }
}
