import { expect, it } from 'vitest';
import { deviceConfig } from '../../test/support/devices/devices.ts';
import { allowsTool } from './tools-schema.ts';

it.each([
  [{}, 'self.led.set', true],
  [{ allow: [] }, 'self.led.set', false],
  [{ allow: ['self.led.*'] }, 'self.led.set', true],
  [{ allow: ['self.led.*'] }, 'self.led', false],
  [{ allow: ['self.led'] }, 'self.led.set', false],
  [{ allow: ['self.led.set'] }, 'self.led.set', true],
  [{ allow: ['*'] }, '', true],
  [{ allow: ['*.set'] }, 'self.led.set', true],
  [{ allow: ['self.*.set'] }, 'self.led.set', true],
  [{ allow: ['self.*.set'] }, 'self.set', false],
  [{ allow: ['a*a'] }, 'a', false],
  [{ allow: ['a*a'] }, 'aa', true],
  [{ allow: ['*b*d*'] }, 'abcde', true],
  [{ allow: ['*d*b*'] }, 'abcde', false],
  // A dot is a dot.
  [{ allow: ['self.led'] }, 'selfxled', false],
  [{ deny: ['self.camera.*'] }, 'self.camera.take_photo', false],
  [{ deny: ['self.camera.*'] }, 'self.led.set', true],
  [{ allow: ['*'], deny: ['*'] }, 'self.led.set', false],
  [{ allow: [`${'*a'.repeat(60)}b`] }, 'a'.repeat(10_000), false],
])('%j lets the model call %s: %s', (tools, name, allowed) => {
  expect(allowsTool(deviceConfig({ tools }).tools, name)).toBe(allowed);
});

it('a device without rules lets the model call everything', () => {
  expect(allowsTool(deviceConfig({}).tools, 'anything')).toBe(true);
});
