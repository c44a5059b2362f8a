import type * as Werift from 'werift';
import { DialtoneError } from '../../core/errors.ts';
import { loadOnce } from '../../core/load-once.ts';

/**
 * Loads werift: ICE, DTLS and SRTP in TypeScript. It is an optional package, for devices of one protocol.
 * @throws DialtoneError `engine_unavailable` when it is not installed
 */
export const loadWerift = loadOnce(load);

async function load(): Promise<typeof Werift> {
  let werift: typeof Werift;
  try {
    werift = await import('werift');
  } catch (cause) {
    const message = 'devices that speak WebRTC need the optional package werift: npm ci --include=optional';
    throw new DialtoneError('engine_unavailable', message, { cause });
  }
  surviveSocketErrors(werift);
  return werift;
}

/**
 * werift listens to no error of its UDP sockets, and Node ends the process at an error that has no listener: an interface that goes
 * down would be enough. A packet that could not be sent is lost like any other; a socket that cannot be opened is no candidate.
 */
function surviveSocketErrors({ UdpTransport }: typeof Werift): void {
  const { prototype } = UdpTransport as unknown as { prototype: { init(this: UdpSocketOwner): Promise<void> } };
  const { init } = prototype;
  prototype.init = function initialise(this: UdpSocketOwner): Promise<void> {
    return new Promise((resolve, reject) => {
      // After `init` is over a rejection means nothing any more.
      this.socket.on('error', reject);
      init.call(this).then(resolve, reject);
    });
  };
}

/** What is used of werift's UDP transport beyond its types. */
interface UdpSocketOwner {
  readonly socket: { on(event: 'error', listener: (error: Error) => void): void };
}
