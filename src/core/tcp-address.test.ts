import { expect, it } from 'vitest';
import { parseTcpAddress } from './tcp-address.ts';

it.each([
  ['tcp://whisper:10300', 'whisper', 10_300, 'tcp://whisper:10300'],
  [' tcp://192.168.1.5:1/ ', '192.168.1.5', 1, 'tcp://192.168.1.5:1'],
  ['TCP://[::1]:65535', '::1', 65_535, 'tcp://[::1]:65535'],
])('%s is a server', (given, host, port, url) => {
  expect(parseTcpAddress(given)).toEqual({ url, host, port });
});

it.each([
  '',
  'whisper',
  'whisper:10300',
  'tcp://whisper',
  'tcp://whisper:0',
  'tcp://whisper:65536',
  'tcp://:10300',
  'tcp://::1:10300',
  'tcp://me:secret@whisper:10300',
  'tcp://whisper:10300/path',
  'http://whisper:10300',
  'unix:///run/whisper.sock',
])('%j is none', (given) => {
  expect(parseTcpAddress(given)).toBeUndefined();
});
