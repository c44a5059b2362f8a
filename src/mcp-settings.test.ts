import { expect, it } from 'vitest';
import { parseSettings } from './settings.ts';

it('a template of touches is taken as it is, off when it is empty', () => {
  const MCP_TOUCH_TAP = '({device}: {gesture}, {action}, {duration_ms} ms)';
  expect(parseSettings({ MCP_TOUCH_TAP, MCP_TOUCH_STROKE: '' })).toMatchObject({ MCP_TOUCH_TAP });
  expect(parseSettings({ MCP_TOUCH_STROKE: '' }).MCP_TOUCH_STROKE).toBe(undefined);
});

it('what a template has in braces is not judged: the text stays as it is where it names nothing', () => {
  const MCP_TOUCH_TAP = '{ts}: {who} {} {device';
  expect(parseSettings({ MCP_TOUCH_TAP })).toMatchObject({ MCP_TOUCH_TAP });
});

it.each([
  ['   ', 'say what clients are told'],
  ['a\nb', 'no control characters'],
  ['a'.repeat(501), 'at most 500 characters'],
])('a template that is wrong ends the start: %s', (template, message) => {
  expect(() => parseSettings({ MCP_TOUCH_TAP: template })).toThrow(message);
  expect(() => parseSettings({ MCP_TOUCH_STROKE: template })).toThrow(`MCP_TOUCH_STROKE: `);
});
