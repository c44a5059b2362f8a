import { expect, it } from 'vitest';
import { parseSettings } from './settings.ts';

it('a template of touches is taken as it is, off when it is empty', () => {
  const MCP_TOUCH_TAP = '({device}: {gesture}, {action}, {duration_ms} ms)';
  expect(parseSettings({ MCP_TOUCH_TAP, MCP_TOUCH_STROKE: '' })).toMatchObject({ MCP_TOUCH_TAP });
  expect(parseSettings({ MCP_TOUCH_STROKE: '' }).MCP_TOUCH_STROKE).toBe(undefined);
});

it.each([
  ['{session}', '{session} is none of {device}, {gesture}, {action}, {duration_ms}'],
  ['{}', '{} is none of'],
  ['{ device }', '{ device } is none of'],
  ['{constructor}', '{constructor} is none of'],
  ['{device', 'a brace has no other'],
  ['device}', 'a brace has no other'],
  ['{{device}}', 'a brace has no other'],
  ['   ', 'say what clients are told'],
  ['a\nb', 'no control characters'],
  ['a'.repeat(501), 'at most 500 characters'],
])('a template that is wrong ends the start: %s', (template, message) => {
  expect(() => parseSettings({ MCP_TOUCH_TAP: template })).toThrow(message);
  expect(() => parseSettings({ MCP_TOUCH_STROKE: template })).toThrow(`MCP_TOUCH_STROKE: `);
});
