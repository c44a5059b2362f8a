import type { AddressInfo } from 'node:net';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { type Clock, systemClock } from '#src/core/clock';
import { dice } from '../time/dice.ts';

/** What a bad network does to each direction of a line. All off by default. */
interface Faults {
  /** Delay of every chunk, milliseconds. */
  latencyMs?: number;
  /** Up to so much more, at random but in order. */
  jitterMs?: number;
  /** Bytes a second. */
  bandwidth?: number;
  /** Cuts what passes into pieces of so many bytes. */
  sliceBytes?: number;
  /** Swallows everything, and keeps the connections open. */
  blackhole?: boolean;
  /** Refuses new connections by a reset. */
  refuse?: boolean;
  /** Keeps a connection half open for so long after the other side has ended it, milliseconds. */
  slowCloseMs?: number;
}

/** A TCP proxy on loopback that can do what Wi-Fi does. */
export interface FaultProxy {
  readonly port: number;
  /** Connections accepted so far. */
  readonly accepted: number;
  readonly open: number;
  /** Changes the faults from now on, for open connections too. */
  set(faults: Faults): void;
  /** Ends every open connection by a reset. */
  reset(): void;
  close(): Promise<void>;
}

/** Starts a proxy to a port on loopback. @param clock of its delays */
export async function startFaultProxy(targetPort: number, clock: Clock = systemClock): Promise<FaultProxy> {
  let faults: Faults = {};
  let accepted = 0;
  const pairs = new Set<readonly [Socket, Socket]>();
  const server: Server = createServer({ allowHalfOpen: true }, (client) => {
    accepted += 1;
    if (faults.refuse) {
      client.resetAndDestroy();
      return;
    }
    const device = connect({ port: targetPort, host: '127.0.0.1', allowHalfOpen: true });
    const pair = [client, device] as const;
    pairs.add(pair);
    const forget = () => {
      if (client.destroyed && device.destroyed) pairs.delete(pair);
    };
    pipe(client, device, () => faults, clock, forget);
    pipe(device, client, () => faults, clock, forget);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const reset = () => {
    for (const pair of pairs) for (const socket of pair) socket.resetAndDestroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    get accepted() {
      return accepted;
    },
    get open() {
      return pairs.size;
    },
    set: (next) => {
      faults = next;
    },
    reset,
    close: () => {
      reset();
      return new Promise((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}

/** Carries one direction: in order, however late. */
function pipe(from: Socket, to: Socket, faults: () => Faults, clock: Clock, closed: () => void): void {
  const random = dice();
  let freeAt = 0;
  const later = (extraMs: number, run: () => void) => {
    const now = clock.now();
    const { latencyMs = 0, jitterMs = 0 } = faults();
    freeAt = Math.max(freeAt, now + latencyMs + jitterMs * random()) + extraMs;
    if (freeAt <= now) run();
    else clock.setTimer(run, freeAt - now);
  };
  from.on('data', (chunk) => {
    const { bandwidth, sliceBytes = chunk.length, blackhole } = faults();
    if (blackhole) return;
    for (let at = 0; at < chunk.length; at += sliceBytes) {
      const slice = chunk.subarray(at, at + sliceBytes);
      later(bandwidth ? (slice.length * 1000) / bandwidth : 0, () => {
        if (!to.destroyed && !faults().blackhole) to.write(slice);
      });
    }
  });
  from.on('end', () => later(faults().slowCloseMs ?? 0, () => to.end()));
  from.on('error', () => {
    if (!faults().blackhole) to.resetAndDestroy();
  });
  from.on('close', () => {
    if (!faults().blackhole && !to.destroyed) later(faults().slowCloseMs ?? 0, () => to.destroy());
    closed();
  });
  to.on('close', closed);
}
