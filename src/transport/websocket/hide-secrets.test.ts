import { expect, test } from 'vitest';
import { hideSecrets } from './hide-secrets.ts';

const headers = { Authorization: 'Bearer t0ken-of-the-hall', 'X-Api-Key': 'k3y', 'X-Other': 'another-secret' };

test('secrets are hidden wherever they stand, whole or cut off at the end', () => {
  expect(hideSecrets('no Bearer t0ken-of-the-hall, t0ken-of-the-hall!', headers)).toBe(
    'no Bearer [redacted], [redacted]!',
  );
  expect(hideSecrets('no t0ken-of-the', headers)).toBe('no [redacted]');
  expect(hideSecrets('another-secret', headers)).toBe('[redacted]');
});

test('other words stay', () => {
  for (const text of ['', 'k3y is short', 'busy', 't0ken is a word', 'no t0k']) {
    expect(hideSecrets(text, headers)).toBe(text);
  }
  expect(hideSecrets('plain')).toBe('plain');
});
