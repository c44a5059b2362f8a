import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { expect, it, onTestFinished } from 'vitest';
import { readText } from './json-file.ts';

it('says that a folder is there, as Docker makes one for a file that is not', () => {
  const folder = mkdtempSync(`${tmpdir()}/devices.json-`);
  onTestFinished(() => rmSync(folder, { recursive: true }));
  expect(() => readText(folder)).toThrow(
    expect.objectContaining({
      code: 'config_unreadable',
      message: `${folder} cannot be read: it is a folder: remove it, and put a file there`,
    }),
  );
});
