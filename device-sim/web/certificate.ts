import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { isIP, isIPv4 } from 'node:net';
import { bits, boolean, der, integer, octets, oid, sequence, set, time, utf8 } from './der.ts';

/** A key and a certificate that vouches for itself, both PEM. */
export interface SelfMadeCertificate {
  readonly key: string;
  readonly cert: string;
}

const DAY_MS = 86_400_000;
/** Some browsers take no certificate that is valid for longer than 398 days. */
const VALID_DAYS = 397;
const ECDSA_WITH_SHA256 = oid('1.2.840.10045.4.3.2');

/**
 * Makes a certificate (RFC 5280) for host names and addresses: a browser gives no microphone to a page without TLS, except
 * to one of its own machine. It will warn: only the user can know that this certificate is the right one.
 */
export function selfMadeCertificate(hosts: readonly string[], nowMs: number): SelfMadeCertificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const serial = randomBytes(16);
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40;
  const name = sequence(set(sequence(oid('2.5.4.3'), utf8('dialtone simulator'))));
  const body = sequence(
    der(0xa0, integer(Uint8Array.of(2))),
    integer(serial),
    sequence(ECDSA_WITH_SHA256),
    name,
    // Clocks in a home differ a little.
    sequence(time(new Date(nowMs - DAY_MS)), time(new Date(nowMs + VALID_DAYS * DAY_MS))),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(
      0xa3,
      sequence(
        extension('2.5.29.17', false, sequence(...hosts.map(alternativeName))),
        extension('2.5.29.19', true, sequence(boolean(true))),
        extension('2.5.29.37', false, sequence(oid('1.3.6.1.5.5.7.3.1'))),
      ),
    ),
  );
  const certificate = sequence(body, sequence(ECDSA_WITH_SHA256), bits(sign('sha256', body, privateKey)));
  const base64 = Buffer.from(certificate).toString('base64').replace(/.{64}/g, '$&\n').trimEnd();
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`,
  };
}

function extension(id: string, critical: boolean, value: Uint8Array): Uint8Array {
  return sequence(oid(id), ...(critical ? [boolean(true)] : []), octets(value));
}

function alternativeName(host: string): Uint8Array {
  if (isIP(host) === 0) return der(0x82, Buffer.from(host));
  return der(0x87, isIPv4(host) ? Uint8Array.from(host.split('.').map(Number)) : ipv6Bytes(host));
}

function ipv6Bytes(address: string): Uint8Array {
  const [head = '', tail] = address.split('::');
  const groups = (text: string): number[] =>
    text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
  const [first, last] = [groups(head), groups(tail ?? '')];
  const all = [...first, ...new Array<number>(8 - first.length - last.length).fill(0), ...last];
  return Uint8Array.from(all.flatMap((group) => [group >> 8, group & 0xff]));
}
