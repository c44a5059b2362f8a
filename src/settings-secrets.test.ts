import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parseSettings } from './settings.ts';

function file(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'dialtone-settings-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'secret');
  writeFileSync(path, text);
  return path;
}

test('a token comes from the environment or from a file, whose one newline at the end does not count', () => {
  expect(parseSettings({ API_TOKEN: 'abc' }).API_TOKEN?.reveal()).toBe('abc');
  for (const text of ['abc', 'abc\n', 'abc\r\n']) {
    expect(parseSettings({ API_TOKEN_FILE: file(text) }).API_TOKEN?.reveal()).toBe('abc');
  }
  expect(parseSettings({ API_READ_TOKEN_FILE: file('abc\n') }).API_READ_TOKEN?.reveal()).toBe('abc');
  expect(parseSettings({ GROQ_API_KEY_FILE: file('gsk\n') }).GROQ_API_KEY?.reveal()).toBe('gsk');
  expect(parseSettings({}).API_TOKEN).toBeUndefined();
});

test('what cannot be a token is refused without being shown', () => {
  const problems = (env: Record<string, string>) => {
    try {
      parseSettings(env);
    } catch (error) {
      return (error as Error).message;
    }
    return '';
  };
  expect(problems({ API_TOKEN_FILE: file('') })).toMatch(/API_TOKEN_FILE: .*is empty/);
  expect(problems({ API_TOKEN_FILE: file('\n') })).toMatch(/API_TOKEN_FILE: .*is empty/);
  expect(problems({ API_TOKEN_FILE: '/nowhere/token' })).toContain('API_TOKEN_FILE');
  expect(problems({ API_TOKEN_FILE: file('abc'), API_TOKEN: 'abc' })).toContain('both set');
  for (const token of ['CANARY CANARY', ' CANARY', 'CANARY\n\n', 'CANARY\u00e9', `CANARY${'x'.repeat(5000)}`]) {
    const text = problems({ API_TOKEN_FILE: file(token) });
    expect(text).toContain('API_TOKEN: use 1 to 4,096 visible ASCII characters');
    expect(text).not.toContain('CANARY');
  }
});

test('settings do not show their secrets', () => {
  const settings = parseSettings({
    API_TOKEN: 'CANARY-1',
    API_READ_TOKEN: 'CANARY-2',
    GROQ_API_KEY: 'CANARY-3',
    KYUTAI_API_KEY: 'CANARY-4',
  });
  expect(JSON.stringify(settings)).not.toContain('CANARY');
});
