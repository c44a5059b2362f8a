import { expect, it } from 'vitest';
import { fileErrorText } from './file-error.ts';

const refused = (code: string) => Object.assign(new Error(`${code}: it says`), { code });

it.each([
  ['EACCES', 'EACCES: it says (dialtone runs as user 10001, which needs the right to it)'],
  ['EPERM', 'EPERM: it says (dialtone runs as user 10001, which needs the right to it)'],
  ['EROFS', 'EROFS: it says (the file system is read-only: mount a folder there that can be written)'],
  ['ENOSPC', 'ENOSPC: it says (the disk is full: make room, or name another folder)'],
  ['ENOENT', 'ENOENT: it says'],
])('%s: %s', (code, text) => {
  expect(fileErrorText(refused(code), 10_001)).toBe(text);
});

it('takes what is no error of a file system, and a system without numbers of users', () => {
  expect(fileErrorText(new Error('it is a folder'))).toBe('it is a folder');
  expect(fileErrorText('words')).toBe('words');
  expect(fileErrorText(undefined)).toBe('undefined');
  const getuid = process.getuid;
  process.getuid = undefined as never;
  try {
    expect(fileErrorText(refused('EACCES'))).toBe('EACCES: it says (the user of dialtone needs the right to it)');
  } finally {
    process.getuid = getuid as never;
  }
});

it('names the user of this process', () => {
  expect(fileErrorText(refused('EACCES'))).toContain(`user ${process.getuid?.()}`);
});
