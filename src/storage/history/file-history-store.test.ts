import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { HistoryEntry } from '../../conversation/ports.ts';
import { ManualClock } from '../../core/manual-clock.ts';
import { deviceFileName } from '../files/device-file-name.ts';
import { FileHistoryStore } from './file-history-store.ts';
import { decodeHistory, encodeHistory } from './history-file.ts';

const DAY_MS = 24 * 3_600_000;
const HELLO: readonly HistoryEntry[] = [
  { role: 'user', content: 'hello', at: 1 },
  { role: 'assistant', content: 'Hi, how', interrupted: true, at: 2 },
];
const BYE: readonly HistoryEntry[] = [{ role: 'user', content: 'bye', at: 3 }];

/** A folder of histories on the real disk, in virtual time. */
function folder() {
  const top = mkdtempSync(join(tmpdir(), 'dialtone-history-'));
  onTestFinished(() => rmSync(top, { recursive: true, force: true }));
  const dir = join(top, 'state', 'history');
  const clock = new ManualClock();
  const warnings: string[] = [];
  return {
    dir,
    clock,
    warnings,
    names: () => readdirSync(dir).sort(),
    read: (name: string) => readFileSync(join(dir, name), 'utf8'),
    open: (devices: readonly string[] = []) =>
      FileHistoryStore.open({ dir, clock, warn: (text) => warnings.push(text) }, devices),
  };
}

describe('a history', () => {
  it('is there again after a restart', async () => {
    const { open, warnings } = folder();
    const store = await open();
    expect(store.load('Living Room')).toEqual([]);
    store.save('Living Room', HELLO);
    store.save('kitchen', BYE);
    await store.close();
    const again = await open();
    expect(again.load('Living Room')).toEqual(HELLO);
    expect(again.load('kitchen')).toEqual(BYE);
    expect(again.load('living room')).toEqual([]);
    expect(warnings).toEqual([]);
  });

  it('is written 2 s after the first change, all changes until then at once', async () => {
    const { open, clock, names, read } = folder();
    const store = await open();
    store.save('kitchen', HELLO);
    clock.advance(1_500);
    store.save('kitchen', BYE);
    clock.advance(499);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(names()).toEqual([]);
    expect(store.load('kitchen')).toEqual(BYE);
    clock.advance(1);
    await expect.poll(names).toEqual(['kitchen.json']);
    expect(JSON.parse(read('kitchen.json'))).toEqual({ version: 1, device: 'kitchen', entries: BYE });
    await expect.poll(() => clock.pending).toBe(0);
  });

  it('is readable by its owner only', async () => {
    const { open, dir } = folder();
    const umask = process.umask(0);
    onTestFinished(() => void process.umask(umask));
    const store = await open();
    store.save('kitchen', HELLO);
    await store.close();
    expect(statSync(dir).mode & 0o777).toBe(0o700);
    expect(statSync(join(dir, '..')).mode & 0o777).toBe(0o700);
    expect(statSync(join(dir, 'kitchen.json')).mode & 0o777).toBe(0o600);
  });

  it('without entries is no file, at once and also behind a write that is under way', async () => {
    const { open, clock, names, dir } = folder();
    const store = await open();
    store.save('kitchen', HELLO);
    store.save('hall', HELLO);
    clock.advance(2_000);
    store.save('kitchen', []);
    clock.advance(0);
    await expect.poll(names).toEqual(['hall.json']);
    writeFileSync(join(dir, 'hall.json.broken-20260101T120000000Z'), 'what was said');
    writeFileSync(join(dir, 'hall-2.json.broken-20260101T120000000Z'), 'by others');
    store.save('hall', []);
    await store.close();
    expect(names()).toEqual(['hall-2.json.broken-20260101T120000000Z']);
    expect((await open()).load('hall')).toEqual([]);
  });

  it('keeps apart what a disk may take for the same', async () => {
    const { open, names } = folder();
    const store = await open();
    const devices = [
      'kitchen',
      'Kitchen',
      'KITCHEN',
      'Küche',
      'Ku\u0308che',
      'a.b',
      'a b',
      'con',
      '..',
      '../up',
      'a/b',
    ];
    for (const [at, device] of devices.entries()) store.save(device, [{ role: 'user', content: device, at }]);
    await store.close();
    expect(new Set(names().map((name) => name.normalize('NFC').toLowerCase())).size).toBe(devices.length);
    const again = await open();
    for (const device of devices) expect(again.load(device)[0]?.content).toBe(device);
  });

  it('comes out of its file as it went in', () => {
    const entry = fc.record<HistoryEntry>(
      {
        role: fc.constantFrom('user', 'assistant'),
        content: fc.string({ unit: 'binary', minLength: 1 }),
        interrupted: fc.constant(true as const),
        truncated: fc.constant(true as const),
        unanswered: fc.constant(true as const),
        at: fc.integer(),
      },
      { requiredKeys: ['role', 'content', 'at'], noNullPrototype: true },
    );
    fc.assert(
      fc.property(fc.array(entry), fc.string({ unit: 'binary' }), (entries, device) => {
        expect(decodeHistory(encodeHistory(device, entries), device)).toEqual(entries);
      }),
    );
  });
});

describe('a history with images', () => {
  const image = { type: 'image', mediaType: 'image/jpeg', bytes: new Uint8Array([255, 216, 255]) } as const;
  const entries: readonly HistoryEntry[] = [
    { role: 'user', content: 'what is this', images: [image, image], at: 1 },
    { role: 'assistant', content: 'A cup.', at: 2 },
    { role: 'user', content: '', images: [image], at: 3 },
  ];

  it('is kept in words: no image reaches the disk, and a note stands in its place', async () => {
    const { open, read } = folder();
    const store = await open();
    store.save('kitchen', entries);
    // Not written yet: as it was said.
    expect(store.load('kitchen')).toEqual(entries);
    await store.close();
    expect(read('kitchen.json')).not.toContain('image/jpeg');
    expect((await open()).load('kitchen')).toEqual([
      { role: 'user', content: 'what is this [an image that was not kept] [an image that was not kept]', at: 1 },
      { role: 'assistant', content: 'A cup.', at: 2 },
      { role: 'user', content: '[an image that was not kept]', at: 3 },
    ]);
  });
});

it('a history that was written before there were images is read', async () => {
  const { open, dir, warnings } = folder();
  mkdirSync(dir, { recursive: true });
  // Byte for byte what the first version has written.
  const text = `{
 "version": 1,
 "device": "kitchen",
 "entries": [
  {
   "role": "user",
   "content": "hello",
   "at": 1
  },
  {
   "role": "assistant",
   "content": "Hi, how",
   "interrupted": true,
   "at": 2
  }
 ]
}
`;
  writeFileSync(join(dir, 'kitchen.json'), text);
  expect((await open(['kitchen'])).load('kitchen')).toEqual(HELLO);
  // And it is written like that today.
  expect(encodeHistory('kitchen', HELLO)).toBe(text);
  expect(warnings).toEqual([]);
});

describe('a file that cannot be read', () => {
  const right = encodeHistory('kitchen', HELLO);
  it.each([
    ['is cut short', right.slice(0, -20), /not JSON/],
    ['is empty', '', /not JSON/],
    ['holds anything', 'secret words', /not JSON/],
    ['is of a later version', right.replace('"version": 1', '"version": 2'), /version/],
    ['is another device’s', encodeHistory('hall', HELLO), /another device/],
    ['has a wrong entry', right.replace('"user"', '"system"'), /role/],
    ['is huge', ' '.repeat(8_000_001), /8000001 bytes/],
  ])('because it %s is set aside, and a new history begins', async (_, text, why) => {
    const { open, dir, names, warnings, read } = folder();
    mkdirSync(dir, { recursive: true });
    writeFileSync(join(dir, 'kitchen.json'), text);
    const store = await open(['kitchen']);
    expect(store.load('kitchen')).toEqual([]);
    const aside = 'kitchen.json.broken-20260101T120000000Z';
    expect(names()).toEqual([aside]);
    expect(read(aside)).toBe(text);
    expect(warnings).toEqual([expect.stringMatching(why)]);
    expect(warnings[0]).toContain(aside);
    expect(warnings[0]).not.toContain('secret');
    store.save('kitchen', BYE);
    await store.close();
    expect((await open()).load('kitchen')).toEqual(BYE);
  });

  it('because it is a folder is set aside too', async () => {
    const { open, dir, names } = folder();
    mkdirSync(join(dir, 'kitchen.json'), { recursive: true });
    expect((await open()).load('kitchen')).toEqual([]);
    expect(names()).toEqual(['kitchen.json.broken-20260101T120000000Z']);
  });
});

describe('a disk that refuses', () => {
  it('is told of once, costs nothing else, and is asked again', async () => {
    const { open, dir, clock, warnings, names } = folder();
    mkdirSync(join(dir, '..'), { recursive: true });
    // A file where the folder should be: refused to root as well.
    writeFileSync(dir, '');
    const store = await open(['kitchen', 'hall']);
    expect(store.load('kitchen')).toEqual([]);
    expect(store.load('hall')).toEqual([]);
    for (const device of ['kitchen', 'hall']) store.save(device, HELLO);
    clock.advance(2_000);
    await expect.poll(() => clock.nextInMs).toBe(30_000);
    clock.advance(30_000);
    await expect.poll(() => clock.nextInMs).toBe(30_000);
    expect(warnings).toEqual([expect.stringMatching(/cannot be kept: E/)]);
    expect(store.load('kitchen')).toEqual(HELLO);

    rmSync(dir);
    clock.advance(30_000);
    await expect.poll(() => warnings).toEqual([warnings[0], expect.stringMatching(/can be kept again/)]);
    expect(names()).toEqual(['hall.json', 'kitchen.json']);
  });

  it('lets the store close', async () => {
    const { open, dir, warnings } = folder();
    mkdirSync(join(dir, '..'), { recursive: true });
    writeFileSync(dir, '');
    const store = await open();
    store.save('kitchen', HELLO);
    await store.close();
    expect(warnings).toHaveLength(1);
  });
});

describe('at the start', () => {
  it('goes what unknown devices left 30 days ago, what was set aside then, and what was never finished', async () => {
    const { open, dir, clock, names } = folder();
    mkdirSync(dir, { recursive: true });
    const put = (name: string, ageDays: number) => {
      writeFileSync(join(dir, name), encodeHistory('x', BYE));
      const seconds = (clock.wallNow() - ageDays * DAY_MS) / 1000;
      utimesSync(join(dir, name), seconds, seconds);
    };
    const known = `${deviceFileName('Living Room')}.json`;
    put(known, 400);
    put('gone.json', 30.1);
    put('lately.json', 29.9);
    put('kitchen.json.tmp', 0);
    put('kitchen.json.broken-20250101T120000000Z', 31);
    put('kitchen.json.broken-20250102T120000000Z', 1);
    put('notes.txt', 400);
    put('Other.json', 400);
    put('.hidden.json', 400);
    const left = ['.hidden.json', 'Other.json', 'kitchen.json.broken-20250102T120000000Z', 'lately.json', known];
    await open(['Living Room', 'kitchen']);
    expect(names()).toEqual([...left, 'notes.txt'].sort());

    // It is known today: its 30 days begin when it is not.
    clock.advance(29 * DAY_MS);
    await open([]);
    expect(names()).toContain(known);
    clock.advance(2 * DAY_MS);
    await open([]);
    expect(names()).not.toContain(known);
  });
});
