import { parseArgs } from 'node:util';
import { FAULT_NAMES, type OrderedFault, parseFault } from './faults.ts';
import { UsageError } from './usage-error.ts';

/** The servers, with the ports at which the real ones usually are. */
const PORTS = { openai: 8091, 'kyutai-stt': 8090, 'kyutai-tts': 8089, 'wyoming-stt': 10300, 'wyoming-tts': 10200 };

/** Name of a server. */
export type ServerName = keyof typeof PORTS;

/** What the command line asks for. */
export interface Options {
  /** The port of each server that is wanted; 0: any free one. */
  readonly ports: ReadonlyMap<ServerName, number>;
  readonly faults: readonly OrderedFault[];
}

const NAMES = Object.keys(PORTS) as ServerName[];

/** Text of `--help`. */
export const HELP = `Servers on loopback that speak the wires of real speech servers and language models, without any model.

  npm run fake-engines -- --only kyutai --fault kyutai-stt:no-free-channels,times=3

${NAMES.map((name) => `  ${`--${name}-port N`.padEnd(21)} 0 for any free one (${PORTS[name]})`).join('\n')}
  --only NAMES          some of them: openai, kyutai, wyoming, kyutai-stt …, with commas
  --fault FAULT         something goes wrong; may be given several times
  --help                this text

A fault is SERVER:FAULT, SERVER-KIND:FAULT (kinds: llm, stt, tts), FAULT=NUMBER where it takes one, and ,times=N for the
next N requests of each kind. While the program runs, type a fault: it takes the place of those of its servers. "heal" ends all.

  openai     ${FAULT_NAMES.openai.join(', ')}
  kyutai     ${FAULT_NAMES.kyutai.join(', ')}
  wyoming    ${FAULT_NAMES.wyoming.join(', ')}

  slow-first-byte=MS, 429=SECONDS (Retry-After), status=CODE
`;

/** Parses the command line; undefined when help was asked for. @throws UsageError */
export function parseOptions(args: readonly string[]): Options | undefined {
  const values = parse(args);
  if (values.help === true) return undefined;
  const only = String(values.only ?? 'openai,kyutai,wyoming').split(',');
  const wanted = only.flatMap((name) => {
    const found = NAMES.filter((known) => known === name || known.startsWith(`${name}-`));
    if (found.length === 0) throw new UsageError(`--only: there is no server "${name}". Try openai, kyutai, wyoming.`);
    return found;
  });
  const ports = new Map(wanted.map((name) => [name, portOf(name, values[`${name}-port`])]));
  return { ports, faults: [values.fault ?? []].flat().flatMap((fault) => parseFault(String(fault))) };
}

function parse(args: readonly string[]): Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>> {
  const ports = Object.fromEntries(NAMES.map((name) => [`${name}-port`, { type: 'string' as const }]));
  try {
    return parseArgs({
      args: [...args],
      options: {
        ...ports,
        only: { type: 'string' },
        fault: { type: 'string', multiple: true },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function portOf(name: ServerName, text: unknown = String(PORTS[name])): number {
  if (/^\d{1,5}$/.test(String(text)) && Number(text) <= 65_535) return Number(text);
  throw new UsageError(`--${name}-port takes a port from 0 to 65535, not "${text}".`);
}
