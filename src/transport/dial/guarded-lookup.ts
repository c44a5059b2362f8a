import { ADDRCONFIG, type LookupAddress, type LookupOptions, promises } from 'node:dns';
import type { LookupFunction } from 'node:net';
import type { Clock, Timer } from '../../core/clock.ts';
import { DialtoneError } from '../../core/errors.ts';
import { type AddressPolicy, checkAddress } from './address-guard.ts';
import type { LookupSlots } from './lookup-slots.ts';

/** How long a socket waits for its look-up, the wait for a slot included, milliseconds. */
export const LOOKUP_TIMEOUT_MS = 5_000;

/** All addresses of a name. */
export type Resolver = (name: string) => Promise<readonly LookupAddress[]>;

/** The machine's own way: hosts file, DNS, mDNS where it is set up. */
const systemResolver: Resolver = (name) => promises.lookup(name, { all: true, hints: ADDRCONFIG });

/** What a guarded look-up needs. */
export interface GuardedLookupDeps {
  readonly policy: AddressPolicy;
  readonly clock: Clock;
  readonly slots: LookupSlots;
  /** Default: the machine's own. */
  readonly resolve?: Resolver | undefined;
  /** The message of the error when the policy refuses every address of a name. Default: that of a device's dial. */
  readonly refusalText?: (name: string, reason: string) => string;
}

type Answer = { readonly addresses: readonly LookupAddress[] } | { readonly error: Error };

/** One look-up, and the callers that wait for it. */
interface Shared {
  readonly waiters: Set<(answer: Answer) => void>;
}

/**
 * A `lookup` for sockets that hands out only addresses which the policy allows: what it hands out is what is connected to,
 * so a name that changes its mind between a check and the dial (DNS rebinding) gains nothing.
 *
 * Dials of one name at one time share a look-up; an answer is never kept after that. A device that got another address
 * is thus found by the very next dial, and since dials are seconds apart there is nothing that keeping would save.
 *
 * Fails with a DialtoneError `address_refused` or `dns_failed`, or with what the resolver said (`ENOTFOUND` …).
 */
export function createGuardedLookup({
  policy,
  clock,
  slots,
  resolve = systemResolver,
  refusalText = (name, reason) => `"${name}" is not dialled: ${reason}`,
}: GuardedLookupDeps): LookupFunction {
  const running = new Map<string, Shared>();

  const start = (name: string, shared: Shared): boolean =>
    slots.request(name, (done) => {
      resolve(name).then(
        (addresses) => settle(name, shared, { addresses }, done),
        (error: Error) => settle(name, shared, { error }, done),
      );
    });

  const settle = (name: string, shared: Shared, answer: Answer, done: (resolved: boolean) => void) => {
    running.delete(name);
    done('addresses' in answer);
    for (const tell of shared.waiters) tell(answer);
  };

  const join = (name: string, tell: (answer: Answer) => void): void => {
    let shared = running.get(name);
    const isFirst = shared === undefined;
    shared ??= { waiters: new Set() };
    const { waiters } = shared;
    let timer: Timer | undefined;
    const waiter = (answer: Answer) => {
      clock.clearTimer(timer);
      waiters.delete(waiter);
      tell(answer);
    };
    waiters.add(waiter);
    timer = clock.setTimer(() => {
      waiter({ error: failed(name, `was not looked up within ${LOOKUP_TIMEOUT_MS / 1000} s`) });
      // A look-up that runs cannot be stopped; it keeps its slot, and the next caller joins it.
      if (waiters.size === 0 && slots.cancel(name)) running.delete(name);
    }, LOOKUP_TIMEOUT_MS);
    if (!isFirst) return;
    running.set(name, shared);
    if (start(name, shared)) return;
    running.delete(name);
    const full = failed(name, 'was not looked up: too many look-ups are waiting');
    queueMicrotask(() => waiter({ error: full }));
  };

  return (name, options, callback) => {
    join(name, (answer) => {
      const result = 'error' in answer ? answer : choose(name, answer.addresses, options, { policy, refusalText });
      if ('error' in result) callback(result.error, []);
      else if (options.all) callback(null, [...result.addresses]);
      else callback(null, result.addresses[0]?.address ?? '', result.addresses[0]?.family);
    });
  };
}

/** The addresses that the policy allows, at least one. An ESP32's name often has a link-local one beside the right one. */
function choose(
  name: string,
  addresses: readonly LookupAddress[],
  options: LookupOptions,
  { policy, refusalText }: Required<Pick<GuardedLookupDeps, 'policy' | 'refusalText'>>,
): Answer {
  const family = typeof options.family === 'string' ? Number(options.family.slice(-1)) : (options.family ?? 0);
  const wanted = family === 0 ? addresses : addresses.filter((one) => one.family === family);
  const reasons: string[] = [];
  const allowed = wanted.filter(({ address }) => {
    const verdict = checkAddress(address, policy);
    if (!verdict.ok) reasons.push(verdict.reason);
    return verdict.ok;
  });
  if (allowed.length > 0) return { addresses: allowed };
  const [reason] = reasons;
  if (reason === undefined) return { error: failed(name, 'has no address') };
  return { error: new DialtoneError('address_refused', refusalText(name, reason)) };
}

function failed(name: string, what: string): DialtoneError {
  return new DialtoneError('dns_failed', `the name "${name}" ${what}`, { retryable: true });
}
