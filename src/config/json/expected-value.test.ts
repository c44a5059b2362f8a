import { describe, expect, it } from 'vitest';
import { parseDevices } from '../../../test/support/devices/devices.ts';
import { PROTOCOLS } from '../../protocols/registry.ts';
import { deviceKeys } from '../devices-schema.ts';
import { parseVoices } from '../voices/voice-book.ts';

const minimal = { name: 'kitchen', host: '10.0.0.5' };

function problemsOf(read: () => unknown): string[] {
  try {
    read();
  } catch (error) {
    return (error as Error).message.split('\n').slice(1);
  }
  return [];
}

const problems = (content: unknown) => problemsOf(() => parseDevices(JSON.stringify(content), 'devices.json'));
const problemsOfEntry = (entry: Readonly<Record<string, unknown>>) => problems({ devices: [{ ...minimal, ...entry }] });

describe('null', () => {
  it.each(deviceKeys(PROTOCOLS))('at %s is answered with what would be right', (key) => {
    const found = problemsOfEntry({ [key]: null });
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(new RegExp(`^  - devices\\[0\\]\\.${key}: expected .+, found null`));
    // What is advised is right.
    if (found[0]?.includes('leave the key out')) expect(problemsOfEntry({ [key]: undefined })).toEqual([]);
    const off = /write (\S+) to switch it off/.exec(found[0] ?? '')?.[1];
    if (off !== undefined) expect(problemsOfEntry({ [key]: JSON.parse(off) })).toEqual([]);
  });

  it.each([
    ['greeting', 'expected true or false or a string, found null: leave the key out, or write false to switch it off'],
    ['filler', 'expected true or false or a string, found null: leave the key out, or write false to switch it off'],
    ['long_silence', 'expected a number or false, found null: leave the key out, or write false to switch it off'],
    ['idle_timeout', 'expected a number or false, found null: leave the key out, or write false to switch it off'],
    ['goodbye', 'expected true or false, found null: leave the key out, or write false to switch it off'],
    ['enabled', 'expected true or false, found null: leave the key out, or write false to switch it off'],
    ['tls', 'expected true or false or an object, found null: leave the key out, or write false to switch it off'],
    ['echo_tail', 'expected a number, found null: leave the key out, or write 0 to switch it off'],
    ['port', 'expected a number, found null: leave the key out'],
    ['duplex', 'expected one of "full", "half", found null: leave the key out'],
    ['token', 'expected a string, found null: leave the key out'],
    ['wake_words', 'expected an array, found null: leave the key out'],
    ['host', 'expected a string, found null'],
    ['name', 'expected a string, found null'],
  ])('%s: %s', (key, problem) => {
    expect(problemsOfEntry({ [key]: null })).toEqual([`  - devices[0].${key}: ${problem}`]);
  });

  it.each([
    ['instead of the file', null, 'the file: expected an object, found null'],
    ['instead of the list', { devices: null }, 'devices: expected an array, found null'],
    ['instead of a device', { devices: [null] }, 'devices[0]: expected an object, found null'],
    [
      'in a list',
      { devices: [{ ...minimal, activation: 'wake_word', wake_words: [null] }] },
      'devices[0].wake_words[0]: expected a string, found null',
    ],
    [
      'in an object',
      { devices: [{ ...minimal, tls: { ca_file: null } }] },
      'devices[0].tls.ca_file: expected a string, found null: leave the key out',
    ],
    [
      'as a header',
      { devices: [{ ...minimal, headers: { 'X-Key': null } }] },
      'devices[0].headers.X-Key: expected a string, found null: leave the key out',
    ],
    [
      'as what instructions need',
      { devices: [{ ...minimal, instructions: { type: 'constant', text: null } }] },
      'devices[0].instructions.text: expected a string, found null',
    ],
  ])('%s', (_, content, expected) => expect(problems(content)).toEqual([`  - ${expected}`]));

  it('in a voices file', () => {
    const text = JSON.stringify({ voices: [{ name: 'Ann', language: 'en', groq: null }] });
    expect(problemsOf(() => parseVoices(text, 'voices.json'))).toEqual([
      '  - voices[0].groq: expected a string, found null: leave the key out',
    ]);
  });
});

it.each([
  [{ greeting: 5 }, 'greeting: expected true or false or a string; found 5'],
  [{ long_silence: true }, 'long_silence: expected a number or false; found true'],
  [{ idle_timeout: 'never' }, 'idle_timeout: expected a number or false; found "never"'],
  [{ long_silence: 0 }, 'long_silence: expected a number of at least 0.1, found 0'],
])('a value of a wrong type names every right one: %j', (entry, expected) => {
  expect(problemsOfEntry(entry)).toEqual([`  - devices[0].${expected}`]);
});
