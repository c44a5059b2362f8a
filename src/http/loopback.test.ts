import { expect, test } from 'vitest';
import { isLoopback, isOwnName } from './loopback.ts';

test('loopback is what only this machine reaches', () => {
  for (const host of ['127.0.0.1', '127.9.9.9', 'localhost', 'LOCALHOST', '::1', '[::1]', '::ffff:127.0.0.1']) {
    expect(isLoopback(host), host).toBe(true);
  }
  for (const host of ['0.0.0.0', '::', '192.168.1.2', 'example.org', '128.0.0.1', '127.evil.example']) {
    expect(isLoopback(host), host).toBe(false);
  }
});

test('a name of ours is an address, localhost or HOST', () => {
  for (const host of ['127.0.0.1:8000', 'localhost', 'localhost:1', '[::1]:8000', '192.168.1.5', 'My.Box:8000']) {
    expect(isOwnName(host, 'my.box'), host).toBe(true);
  }
  for (const host of [
    'evil.example',
    'evil.example:8000',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    '',
    ':',
    'a b',
  ]) {
    expect(isOwnName(host, '127.0.0.1'), host).toBe(false);
  }
});
