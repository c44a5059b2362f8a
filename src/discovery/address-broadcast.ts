import { createSocket, type Socket } from 'node:dgram';
import type { Clock, Timer } from '../core/clock.ts';

/** One datagram of a round: an address that devices can dial, and where it is told. */
interface Broadcast {
  /** Address of this machine from which it is sent. */
  readonly from: string;
  /** Broadcast address of the network. */
  readonly to: string;
  readonly text: string;
}

/** What is told, where, and how often. */
export interface AddressBroadcastOptions {
  readonly port: number;
  readonly intervalMs: number;
  readonly clock: Clock;
  /** Asked before every round: addresses change. */
  readonly broadcasts: () => readonly Broadcast[];
  /** Told once, until a round succeeds again. */
  readonly onProblem: (error: Error) => void;
  /** A round succeeds again. */
  readonly onRecovered?: () => void;
}

/**
 * Tells devices over UDP where to dial, as HotPin's server does (its firmware listens on port 50000): the bare URL as UTF-8. Never a token: every
 * machine of the network hears it.
 * @returns ends it
 */
export function startAddressBroadcast(options: AddressBroadcastOptions): () => void {
  const { port, intervalMs, clock, broadcasts, onProblem, onRecovered } = options;
  let timer: Timer | undefined;
  let failing = false;
  let closed = false;
  const open = new Set<Socket>();

  const round = async () => {
    const results = await Promise.allSettled(broadcasts().map((one) => send(one, port, open)));
    if (closed) return;
    const [failed] = results.filter((result) => result.status === 'rejected');
    if (failed && !failing) onProblem(failed.reason as Error);
    else if (!failed && failing) onRecovered?.();
    failing = failed !== undefined;
    timer = clock.setTimer(() => void round(), intervalMs);
  };
  void round();
  return () => {
    closed = true;
    clock.clearTimer(timer);
    for (const socket of open) socket.close();
    open.clear();
  };
}

function send({ from, to, text }: Broadcast, port: number, open: Set<Socket>): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4');
    open.add(socket);
    const end = (error: Error | null) => {
      if (open.delete(socket)) socket.close();
      if (error) reject(error);
      else resolve();
    };
    socket.on('error', end);
    socket.bind(0, from, () => {
      if (!open.has(socket)) return;
      socket.setBroadcast(true);
      socket.send(text, port, to, end);
    });
  });
}
