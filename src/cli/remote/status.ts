import { cleanText } from '../../core/clean-text.ts';
import type { CommandArgs, CommandIo } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { BackendClient } from './backend-client.ts';
import { BackendError } from './backend-error.ts';
import { type ShownDevice, statusTable } from './status-table.ts';

interface FleetStatus {
  readonly devices: Readonly<Record<string, ShownDevice>>;
  readonly timestamp: number;
}

interface Health {
  readonly status: string;
  readonly message: string;
  readonly problems: readonly string[];
}

/** `dialtone status`. @throws BackendError */
export async function status(args: CommandArgs, io: CommandIo): Promise<number> {
  const client = BackendClient.for(args, io);
  const fleet = (await client.get('/v1/devices/status')) as FleetStatus;
  const all = Object.entries(fleet.devices);
  const names = args.positionals.map((name) => name.normalize('NFC'));
  for (const name of names) {
    if (!Object.hasOwn(fleet.devices, name)) throw new BackendError(`there is no device "${name}"`, EXIT.failure);
  }
  const shown = names.length === 0 ? all : all.filter(([name]) => names.includes(name));
  if (args.options.json) {
    io.out(`${JSON.stringify({ ...fleet, devices: Object.fromEntries(shown) }, null, 2)}\n`);
    return EXIT.ok;
  }
  const health = (await client.get('/v1/health')) as Health;
  io.out(`${client.url}: ${health.status}, ${health.message}\n`);
  for (const problem of health.problems) io.out(`problem: ${cleanText(problem)}\n`);
  if (all.length === 0) io.out('devices.json has no devices\n');
  else io.out(`\n${statusTable(shown, fleet.timestamp * 1000)}`);
  return EXIT.ok;
}
