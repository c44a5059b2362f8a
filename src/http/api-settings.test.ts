import { expect, test } from 'vitest';
import { parseSettings } from '../settings.ts';
import { apiWarnings } from './api-settings.ts';

const warnings = (env: Record<string, string>) => apiWarnings(parseSettings(env)).join('\n');
const LONG = 'a-token-that-is-long-enough';

test('an API that every machine reaches without a token is warned of, loudly', () => {
  expect(warnings({})).toBe('');
  expect(warnings({ HOST: 'localhost' })).toBe('');
  expect(warnings({ HOST: '0.0.0.0' })).toMatch(/EVERY machine.*0\.0\.0\.0.*API_TOKEN/s);
  expect(warnings({ HOST: '0.0.0.0', API_TOKEN: LONG })).toBe('');
  expect(warnings({ HOST: '0.0.0.0', API_READ_TOKEN: LONG, API_TOKEN: `${LONG}!` })).toBe('');
});

test('settings that do not do what they seem to are warned of, and no token is shown', () => {
  expect(warnings({ METRICS_AUTH: 'true' })).toContain('METRICS_AUTH');
  expect(warnings({ API_READ_TOKEN: LONG })).toContain('no caller may');
  expect(warnings({ API_READ_TOKEN: LONG, API_TOKEN: LONG })).toContain('the same');
  expect(warnings({ API_TOKEN: 'CANARY' })).toContain('API_TOKEN has fewer than 16');
  expect(warnings({ API_TOKEN: 'CANARY' })).not.toContain('CANARY');
});
