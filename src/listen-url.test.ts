import { expect, it } from 'vitest';
import { listenUrl } from './listen-url.ts';

it.each([
  ['a host without a port, as firmware says it', undefined, 'dialtone.lan', false, 'http://dialtone.lan:8765'],
  ['a host with its port, behind a proxy', undefined, 'dialtone.lan:443', true, 'https://dialtone.lan:443'],
  ['an IPv6 address', undefined, '[fd00::1]', false, 'http://[fd00::1]:8765'],
  ['the setting, whatever the device says', 'https://a.example/x/', 'other', false, 'https://a.example/x'],
  ['no host', undefined, undefined, false, undefined],
  ['what is no host', undefined, 'a/b@c', false, undefined],
  ['what is no host either', undefined, 'a b', false, undefined],
])('%s', (_what, wanted, host, isSecure, url) => {
  expect(listenUrl(wanted, { headers: host === undefined ? {} : { host }, isSecure }, 8765)).toBe(url);
});
