import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:tls';
import { expect, it, onTestFinished } from 'vitest';
import { selfMadeCertificate } from './certificate.ts';
import { der, integer, oid, time } from './der.ts';

const NOW = Date.UTC(2026, 10, 28, 12, 0, 0);

it('DER is written as the standard has it', () => {
  const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
  expect(hex(oid('1.2.840.10045.4.3.2'))).toBe('06082a8648ce3d040302');
  expect(hex(integer(Uint8Array.of(0x80)))).toBe('02020080');
  expect(hex(der(0x04, new Uint8Array(200)).subarray(0, 3))).toBe('0481c8');
  expect(hex(der(0x04, new Uint8Array(300)).subarray(0, 4))).toBe('0482012c');
  expect(Buffer.from(time(new Date(NOW))).toString('latin1')).toBe('\x17\x0d261128120000Z');
  expect(Buffer.from(time(new Date('2051-01-02T03:04:05Z'))).toString('latin1')).toBe('\x18\x0f20510102030405Z');
});

it('a self-made certificate vouches for its names and addresses, and for itself', () => {
  const { cert } = selfMadeCertificate(['localhost', '192.168.1.5', 'fe80::1'], NOW);
  const certificate = new X509Certificate(cert);
  expect(certificate.verify(certificate.publicKey)).toBe(true);
  expect(certificate.checkHost('localhost')).toBe('localhost');
  expect(certificate.checkIP('192.168.1.5')).toBe('192.168.1.5');
  expect(certificate.checkIP('fe80::1')).toBe('fe80::1');
  expect(certificate.checkIP('192.168.1.6')).toBeUndefined();
  expect(Date.parse(certificate.validFrom)).toBe(NOW - 86_400_000);
  expect(Date.parse(certificate.validTo)).toBe(NOW + 397 * 86_400_000);
  expect(certificate.serialNumber).not.toBe(new X509Certificate(selfMadeCertificate(['a'], NOW).cert).serialNumber);
});

it('a client that trusts it has a TLS connection', async () => {
  const made = selfMadeCertificate(['localhost'], Date.now());
  const server = createServer(made, (socket) => socket.end('hello'));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const client = connect({ port, host: '127.0.0.1', servername: 'localhost', ca: made.cert });
  const [data] = (await once(client, 'data')) as [Buffer];
  expect(data.toString()).toBe('hello');
  expect(client.authorized).toBe(true);
});
