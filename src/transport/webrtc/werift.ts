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
  surviveLostServers(werift);
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

/**
 * When a TURN server ends a connection over TCP or TLS, werift connects again, as often as that takes, and no code of it looks at a failure: Node
 * ends the process then. What the server had given belongs to the old connection anyway (RFC 8656 section 3.1): there is no second one, and
 * what cannot be sent is lost as over UDP.
 */
function surviveLostServers({ TcpTransport, TlsTransport }: typeof Werift): void {
  for (const { prototype } of [TcpTransport, TlsTransport] as unknown as { prototype: StreamOwner }[]) {
    const { init } = prototype;
    prototype.init = function initialise(this: StreamOwner): Promise<void> {
      const { stream } = this;
      const { send } = stream;
      stream.connect = () => undefined;
      stream.send = (data, address) => send(data, address).catch(() => undefined);
      return init.call(this);
    };
  }
}

/** What is used of werift's TCP and TLS transports beyond their types. They have begun to connect when `init` is called. */
interface StreamOwner {
  readonly stream: {
    connect(): void;
    send(data: Buffer, address?: unknown): Promise<unknown>;
  };
  init(this: StreamOwner): Promise<void>;
}
