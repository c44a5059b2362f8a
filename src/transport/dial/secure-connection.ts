import { isIP } from 'node:net';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { readCertificates } from '../../config/access/access-files.ts';
import type { DeviceTls } from '../../config/access/device-access.ts';
import { DialtoneError } from '../../core/errors.ts';

/**
 * How a TLS line to a device is opened: the `createConnection` of its dial. What is written before the certificate was
 * found right, the upgrade request with its token above all, stays here until then, and is thrown away when it was not.
 *
 * - Nothing given: as for any web server: an authority that Node knows, and the name.
 * - `caFile`: that authority (or the device's own certificate) instead, and the name.
 * - `fingerprint`: this very certificate, so neither the name nor, without `caFile`, who signed it when matters.
 *
 * @throws DialtoneError `auth_failed` when `caFile` cannot be used
 */
export function secureConnection({ caFile, fingerprint, servername }: DeviceTls): (options: unknown) => TLSSocket {
  const ca = caFile === undefined ? undefined : readAuthority(caFile);
  return (given) => {
    // From node:http, which hands over its request's options, `path` among them: there a socket file's.
    const options = given as ConnectionOptions;
    const { host = '' } = options;
    const socket = connect({
      ...options,
      path: undefined,
      // An address is no name to ask for (RFC 6066 section 3); it is still compared with the certificate.
      servername: servername ?? (isIP(host) === 0 ? host : ''),
      ...(ca && { ca }),
      // A pin is checked below instead, before a single byte goes out.
      ...(fingerprint !== undefined && { checkServerIdentity: () => undefined, rejectUnauthorized: ca !== undefined }),
    });
    socket.cork();
    socket.once('secureConnect', () => {
      const found = socket.getPeerX509Certificate()?.fingerprint256;
      if (fingerprint !== undefined && found !== fingerprint) socket.destroy(wrongPin(found));
      else socket.uncork();
    });
    return socket;
  };
}

function readAuthority(file: string): Buffer {
  try {
    return readCertificates(file);
  } catch (error) {
    throw new DialtoneError('auth_failed', `tls.ca_file: ${(error as Error).message}`, { cause: error });
  }
}

function wrongPin(found: string | undefined): DialtoneError {
  return new DialtoneError(
    'auth_failed',
    `the device shows another certificate than tls.fingerprint says; the SHA-256 of this one is ${found ?? 'unknown'}`,
  );
}
