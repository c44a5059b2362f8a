import { expect, it } from 'vitest';
import { dialledUrl } from './dialling-options.ts';

const EXAMPLE = 'ws://127.0.0.1:8765/xiaozhi/v1/';

it.each([
  ['ws://10.0.0.2:8765', 'ws://10.0.0.2:8765/xiaozhi/v1/'],
  ['ws://10.0.0.2:8765/', 'ws://10.0.0.2:8765/xiaozhi/v1/'],
  ['wss://home.example/?a=b', 'wss://home.example/xiaozhi/v1/?a=b'],
  ['ws://10.0.0.2:8765/other', 'ws://10.0.0.2:8765/other'],
])('%s is dialled as %s', (given, url) => {
  expect(dialledUrl('xiaozhi', given, EXAMPLE)).toBe(url);
});

it.each([undefined, 'http://10.0.0.2', 'ws://', '10.0.0.2'])('%s is no address', (given) => {
  expect(() => dialledUrl('xiaozhi', given, EXAMPLE)).toThrow(`give --connect ${EXAMPLE}`);
});
