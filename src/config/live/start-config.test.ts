import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/support/program.ts';
import { PROTOCOLS } from '../../protocols/registry.ts';
import { readStartConfig } from './start-config.ts';

const entry = { name: 'kitchen', host: '192.0.2.1' };
const fileOf = (...devices: unknown[]) => JSON.stringify({ devices });

/** A start with this file and this copy; undefined: there is none. */
function start(text: string | undefined, copy: string | undefined, strict = false) {
  const folder = temporaryFolder();
  const file = join(folder, 'devices.json');
  const lastGood = join(folder, 'last-good');
  if (text === undefined) mkdirSync(file);
  else writeFileSync(file, text);
  if (copy !== undefined) writeFileSync(lastGood, copy);
  return readStartConfig(file, { kinds: PROTOCOLS, voices: ['Ann'], strict, lastGood });
}

describe('the configuration at a start', () => {
  it('is the file, when it can be used', () => {
    const { config, fallback } = start(fileOf(entry), fileOf({ ...entry, name: 'old' }));
    expect(config.devices.map(({ name }) => name)).toEqual(['kitchen']);
    expect(fallback).toBeNull();
  });

  it('is the file without the entries that are wrong', () => {
    const { config, fallback } = start(fileOf({ ...entry, port: 'x' }, { ...entry, name: 'hall' }), fileOf());
    expect(config.devices.map(({ name }) => name)).toEqual(['hall']);
    expect(config.misconfigured.map(({ name }) => name)).toEqual(['kitchen']);
    expect(fallback).toBeNull();
  });

  it.each([
    ['cut short', '{"devices": [{"name":'],
    ['empty', ''],
    ['no object', '[]'],
    ['a folder', undefined],
  ])('is the last good copy when the file is %s', (_, text) => {
    const { config, fallback } = start(text, fileOf({ ...entry, tls: { ca_file: 'missing.pem' } }, entry));
    expect(config.file).toMatch(/devices\.json$/);
    // The file named in it is gone since: that costs its device alone.
    expect(config.devices.map(({ name }) => name)).toEqual(['kitchen']);
    expect(fallback).toMatch(/last good copy .* runs .*devices\.json/s);
  });

  it.each([
    ['strict', '{', fileOf(entry), true, /line 1/],
    ['without a copy', '{', undefined, false, /line 1/],
    ['with a copy that is wrong too', '{', '{', false, /nor can its last good copy/],
    ['strict, with a wrong entry', fileOf({ ...entry, port: 'x' }), fileOf(entry), true, /devices\[0\]\.port/],
  ])('is an error: %s', (_, text, copy, strict, error) => {
    expect(() => start(text, copy, strict)).toThrow(error);
  });
});
