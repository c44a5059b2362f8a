import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type BackendProcess, startBackend } from '../backend/backend-process.ts';
import { fleetName } from '../fleet/fleet-part.ts';
import { FleetProcesses } from '../fleet/fleet-processes.ts';
import { judge } from '../fleet/fleet-results.ts';
import { type FleetScenario, readScenario } from '../fleet/fleet-scenario.ts';
import type { FleetOptions } from './fleet-options.ts';

/** So many devices fit well in a process. */
const DEVICES_PER_PROCESS = 250;
const PROGRESS_MS = 5000;
const LOOK_MS = 200;

/**
 * Starts a fleet, writes the devices.json that belongs to it, waits until a backend has dialled all, has users talk, and says what
 * the devices saw. Resolves with the exit code: 0 when every budget of the scenario held, 1 when one did not, or when it was stopped before the end.
 */
export async function runFleet(
  options: FleetOptions,
  stopped: Promise<void>,
  print: (line: string) => void,
): Promise<number> {
  const scenario = await readScenario(options.scenario);
  const { count, host, basePort } = options;
  const parts = Math.min(
    count,
    options.processes ?? Math.min(availableParallelism(), Math.ceil(count / DEVICES_PER_PROCESS)),
  );
  const fleet = new FleetProcesses(parts);
  let backend: BackendProcess | undefined;
  try {
    const ports = await fleet.start({ scenario, host, basePort, count });
    writeFileSync(options.devicesFile, devicesJson(ports, scenario, host));
    print(
      `${count} devices listen in ${parts} ${parts === 1 ? 'process' : 'processes'}; they are in ${options.devicesFile}`,
    );
    if (options.withBackend) backend = await startOn(options.devicesFile);
    else print(`start the backend: REMOTE_DEVICES_CONFIG=${options.devicesFile} npm start`);
    const measured = measure(fleet, count, scenario, print);
    const results = await Promise.race([measured, stopped.then(() => undefined)]);
    if (!results) return 1;
    const { holds, table } = judge(results, scenario);
    print(`\n${table}\n\n${holds ? 'Every budget held.' : 'A budget is broken.'}`);
    return holds ? 0 : 1;
  } finally {
    await backend?.stop();
    await fleet.stop();
  }
}

async function measure(fleet: FleetProcesses, count: number, scenario: FleetScenario, print: (line: string) => void) {
  const startedAt = performance.now();
  const say = async () => {
    const { connected, asked, answered } = await fleet.progress();
    const seconds = Math.round((performance.now() - startedAt) / 1000);
    print(`${seconds} s: ${connected} of ${count} connected, ${asked} asked, ${answered} answered`);
  };
  const timer = setInterval(() => void say().catch(() => undefined), PROGRESS_MS);
  try {
    while ((await fleet.progress()).connected < count * (1 - scenario.faulty)) await sleep(LOOK_MS);
    await say();
    await fleet.talk();
    await say();
    return await fleet.results();
  } finally {
    clearInterval(timer);
  }
}

function devicesJson(ports: readonly number[], { protocol }: FleetScenario, host: string): string {
  // A device speaks when it is spoken to: what it says by itself would talk into the questions.
  const quiet = { greeting: false, long_silence: false, idle_timeout: false };
  const address = host === '0.0.0.0' ? '127.0.0.1' : host;
  const devices = ports.map((port, index) => ({
    name: fleetName(index),
    host: address,
    port,
    protocol,
    reconnect_delay: 1,
    ...quiet,
  }));
  return `${JSON.stringify({ devices }, null, 2)}\n`;
}

function startOn(devicesFile: string): Promise<BackendProcess> {
  const env = {
    REMOTE_DEVICES_CONFIG: resolve(devicesFile),
    ALLOW_LOOPBACK: 'true',
    HOST: '127.0.0.1',
    PORT: process.env.PORT ?? '0',
  };
  return startBackend(env, () => {});
}
