import { describe, expect, it } from 'vitest';
import { parseDevices } from '../../test/support/devices.ts';
import { PROTOCOLS } from '../protocols/registry.ts';
import { deviceKeys } from './devices-schema.ts';
import { parseVoices } from './voice-book.ts';

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
    expect(found[0]).toMatch(new RegExp(`^  - devices\\[0\\]\\.${key}: null is no value here: `));
    // What is advised is right.
    if (found[0]?.includes('leave the key out')) expect(problemsOfEntry({ [key]: undefined })).toEqual([]);
    const off = /write (\S+) to switch it off/.exec(found[0] ?? '')?.[1];
    if (off !== undefined) expect(problemsOfEntry({ [key]: JSON.parse(off) })).toEqual([]);
  });

  it.each([
    ['greeting', 'leave the key out, or write false to switch it off'],
    ['filler', 'leave the key out, or write false to switch it off'],
    ['long_silence', 'leave the key out, or write false to switch it off'],
    ['idle_timeout', 'leave the key out, or write false to switch it off'],
    ['goodbye', 'leave the key out, or write false to switch it off'],
    ['enabled', 'leave the key out, or write false to switch it off'],
    ['tls', 'leave the key out, or write false to switch it off'],
    ['echo_tail', 'leave the key out, or write 0 to switch it off'],
    ['port', 'leave the key out, or write a number'],
    ['duplex', 'leave the key out, or write one of "full", "half"'],
    ['token', 'leave the key out, or write a string'],
    ['wake_words', 'leave the key out, or write an array'],
    ['host', 'write a string'],
    ['name', 'write a string'],
  ])('%s: %s', (key, advice) => {
    expect(problemsOfEntry({ [key]: null })).toEqual([`  - devices[0].${key}: null is no value here: ${advice}`]);
  });

  it.each([
    ['instead of the file', null, 'the file: null is no value here; expected an object'],
    ['instead of the list', { devices: null }, 'devices: null is no value here: write an array'],
    [
      'instead of a device',
      { devices: [null] },
      'devices[0]: null is no value here: write an object, or take it out of the list',
    ],
    [
      'in a list',
      { devices: [{ ...minimal, activation: 'wake_word', wake_words: [null] }] },
      'devices[0].wake_words[0]: null is no value here: write a string, or take it out of the list',
    ],
    [
      'in an object',
      { devices: [{ ...minimal, tls: { ca_file: null } }] },
      'devices[0].tls.ca_file: null is no value here: leave the key out, or write a string',
    ],
    [
      'as a header',
      { devices: [{ ...minimal, headers: { 'X-Key': null } }] },
      'devices[0].headers.X-Key: null is no value here: leave the key out, or write a string',
    ],
    [
      'as what instructions need',
      { devices: [{ ...minimal, instructions: { type: 'constant', text: null } }] },
      'devices[0].instructions.text: null is no value here: write a string',
    ],
  ])('%s', (_, content, expected) => expect(problems(content)).toEqual([`  - ${expected}`]));

  it('in a voices file', () => {
    const text = JSON.stringify({ voices: [{ name: 'Ann', language: 'en', groq: null }] });
    expect(problemsOf(() => parseVoices(text, 'voices.json'))).toEqual([
      '  - voices[0].groq: null is no value here: leave the key out, or write a string',
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
