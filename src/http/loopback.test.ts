import { expect, test } from 'vitest';
import { isLoopback, isOwnName } from './loopback.ts';

const FOREIGN = [
  'evil.example',
  'evil.example:8000',
  '127.0.0.1.evil.example',
  'localhost.evil.example',
  'lan.evil.example',
  'evil.notlan',
  'home.arpa.evil.example',
  'evil.arpa',
  '',
  ':',
  '.',
  'a b',
];

test('loopback is what only this machine reaches', () => {
  for (const host of ['127.0.0.1', '127.9.9.9', 'localhost', 'LOCALHOST', '::1', '[::1]', '::ffff:127.0.0.1']) {
    expect(isLoopback(host), host).toBe(true);
  }
  for (const host of ['0.0.0.0', '::', '192.168.1.2', 'example.org', '128.0.0.1', '127.evil.example']) {
    expect(isLoopback(host), host).toBe(false);
  }
});

test('on loopback a name of ours is an address, localhost or HOST', () => {
  for (const host of ['127.0.0.1:8000', 'localhost', 'localhost:1', '[::1]:8000', '192.168.1.5']) {
    expect(isOwnName(host, '127.0.0.1'), host).toBe(true);
  }
  for (const host of [...FOREIGN, 'backend', 'box.lan']) expect(isOwnName(host, '127.0.0.1'), host).toBe(false);
});

test('elsewhere it is also any name that cannot exist on the internet, and that of the machine', () => {
  for (const host of ['127.0.0.1:8000', 'LOCALHOST', 'My.Box.example:8000', 'my.box.example.', 'host.example.org']) {
    expect(isOwnName(host, 'my.box.example', 'Host.example.org'), host).toBe(true);
  }
  const names = [
    'backend',
    'backend:8000',
    'a.local',
    'a.lan',
    'a.b.home',
    'a.home.arpa',
    'a.internal',
    'a.localdomain',
  ];
  for (const host of names) expect(isOwnName(host, '0.0.0.0', 'box'), host).toBe(true);
  for (const host of FOREIGN) expect(isOwnName(host, '0.0.0.0', 'box'), host).toBe(false);
});
