import { parseArgs } from 'node:util';
import { portNumber, UsageError, usage, wholeNumber } from './cli-values.ts';

/** What the command line asks of a fleet. */
export interface FleetOptions {
  readonly count: number;
  readonly host: string;
  /** Port of the first device; 0 gives each any free one. */
  readonly basePort: number;
  readonly scenario: string;
  /** Undefined: one for 250 devices, at most as many as there are cores. */
  readonly processes: number | undefined;
  /** Where the devices.json is written. */
  readonly devicesFile: string;
  /** Whether a backend is started too, with the engines of the environment. */
  readonly withBackend: boolean;
}

/** Parses the command line of a fleet: one with `--fleet`. Throws {@link UsageError}. */
export function parseFleet(args: readonly string[]): FleetOptions {
  const { values } = usage(() =>
    parseArgs({
      args: [...args],
      strict: true,
      options: {
        fleet: { type: 'string' },
        host: { type: 'string' },
        'base-port': { type: 'string' },
        scenario: { type: 'string' },
        processes: { type: 'string' },
        'devices-file': { type: 'string' },
        'with-backend': { type: 'boolean' },
      },
    }),
  );
  const count = wholeNumber('--fleet', values.fleet ?? '', 20_000);
  const basePort = portNumber('--base-port', values['base-port'] ?? '20000');
  if (count === 0) throw new UsageError('--fleet takes at least one device.');
  if (basePort + count - 1 > 65_535) throw new UsageError(`${count} ports from ${basePort} on go beyond 65535.`);
  if (values.scenario === undefined) {
    throw new UsageError('--fleet needs a --scenario, such as device-sim/scenarios/chatty.yml.');
  }
  return {
    count,
    host: values.host ?? '127.0.0.1',
    basePort,
    scenario: values.scenario,
    processes:
      values.processes === undefined ? undefined : Math.max(1, wholeNumber('--processes', values.processes, 64)),
    devicesFile: values['devices-file'] ?? 'fleet-devices.json',
    withBackend: values['with-backend'] ?? false,
  };
}
