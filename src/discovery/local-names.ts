import { ADDRCONFIG, type LookupAddress, promises } from 'node:dns';
import { isIPv4 } from 'node:net';
import type { Clock, Timer } from '../core/clock.ts';
import type { DnsQuestion, DnsRecord } from './dns-records.ts';
import { openMdnsSockets } from './mdns-sockets.ts';

/** When the question is sent, milliseconds after the look-up began: the radio of a device sleeps up to 300 ms at a time and misses some. */
const ASKED_AT_MS = [0, 400, 1_200, 2_400] as const;

/** How long answers are waited for, milliseconds: a dial waits 5 s for its look-up. */
const GIVEN_UP_AFTER_MS = 4_000;

/** The machine has this time to answer alone, milliseconds. Where it knows `.local` names, it needs less. */
const SYSTEM_FIRST_MS = 250;

/** After an IPv6 address an IPv4 one is waited for, milliseconds: the first is often link-local, and such are not dialled. */
const IPV4_AFTER_MS = 300;

/** All addresses of a name. */
type Resolver = (name: string) => Promise<readonly LookupAddress[]>;

/** What the look-up is made of. */
export interface LocalNamesDeps {
  readonly clock: Clock;
  /** The machine's own way. Default: hosts file, DNS, mDNS where it is set up. */
  readonly system?: Resolver;
  /** Default: the machine's. */
  readonly open?: typeof openMdnsSockets;
}

/**
 * Looks names up as the machine does, and those that end in `.local` over mDNS as well: most containers, and machines without Avahi or
 * nss-mdns, do not know these. Whichever answers first counts. Fails as the machine does.
 */
export function createLocalNames({ clock, system = systemResolver, open }: LocalNamesDeps): Resolver {
  return async (name) => {
    const own = system(name);
    if (!/\.local\.?$/i.test(name)) return await own;
    if (await answersSoon(own, clock)) return await own;
    const asked = new AbortController();
    try {
      return await Promise.any([own, askNetwork(name.replace(/\.$/, ''), clock, asked.signal, open)]);
    } catch {
      return await own;
    } finally {
      asked.abort();
    }
  };
}

/** Whether the machine has an answer within {@link SYSTEM_FIRST_MS}. */
function answersSoon(own: Promise<unknown>, clock: Clock): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = clock.setTimer(() => resolve(false), SYSTEM_FIRST_MS);
    const settle = (isAnswered: boolean) => {
      clock.clearTimer(timer);
      resolve(isAnswered);
    };
    own.then(
      () => settle(true),
      () => settle(false),
    );
  });
}

const systemResolver: Resolver = (name) => promises.lookup(name, { all: true, hints: ADDRCONFIG });

/** One question over mDNS, asked a few times. @throws Error when there is no answer */
async function askNetwork(
  name: string,
  clock: Clock,
  signal: AbortSignal,
  open = openMdnsSockets,
): Promise<readonly LookupAddress[]> {
  const found = new Map<string, LookupAddress>();
  const timers: (Timer | undefined)[] = [];
  let answered = () => undefined as unknown;
  let givenUp = (_: Error) => undefined as unknown;
  const answer = new Promise<void>((resolve, reject) => {
    answered = () => resolve();
    givenUp = reject;
  });
  const sockets = await open({
    // Answers then come to us alone, and port 5353 stays as it is.
    port: 'own',
    onAnswer: (records) => {
      for (const one of records.flatMap((record) => addressOf(record, name))) found.set(one.address, one);
      if ([...found.values()].some(({ family }) => family === 4)) answered();
      else if (found.size > 0) timers.push(clock.setTimer(answered, IPV4_AFTER_MS));
    },
    onProblem: () => undefined,
  });
  const questions: DnsQuestion[] = [
    { name, type: 'A' },
    { name, type: 'AAAA' },
  ];
  for (const ms of ASKED_AT_MS) timers.push(clock.setTimer(() => sockets.ask(questions), ms));
  const silence = () => givenUp(new Error(`no answer over mDNS for ${name}`));
  timers.push(clock.setTimer(silence, GIVEN_UP_AFTER_MS));
  if (signal.aborted) silence();
  signal.addEventListener('abort', silence, { once: true });
  try {
    await answer;
    return [...found.values()];
  } finally {
    signal.removeEventListener('abort', silence);
    for (const timer of timers) clock.clearTimer(timer);
    sockets.close();
  }
}

function addressOf(record: DnsRecord, name: string): readonly LookupAddress[] {
  if (record.type !== 'A' && record.type !== 'AAAA') return [];
  if (record.name.toLowerCase() !== name.toLowerCase() || record.ttl === 0) return [];
  return [{ address: record.data, family: isIPv4(record.data) ? 4 : 6 }];
}
