import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PROTOCOLS } from '#src/protocols/registry';
import { parseDevices } from '../../test/support/devices/devices.ts';
import type { FoundService } from './service-records.ts';
import { createSuggestions } from './suggested-entry.ts';

const service = (fields: Partial<FoundService> = {}, txt: Readonly<Record<string, string>> = {}): FoundService => ({
  type: '_dialtone-device._tcp',
  instance: 'kitchen',
  host: 'esp32.local',
  port: 8765,
  addresses: [],
  txt: new Map(Object.entries(txt)),
  firstSeenAt: 0,
  lastSeenAt: 0,
  ...fields,
});
const suggestFor = createSuggestions(PROTOCOLS);
const suggest = (found: FoundService, taken: readonly string[] = []) =>
  suggestFor(found, (name) => taken.includes(name));

describe('the entry for a device that was found', () => {
  it.each([
    [service(), { name: 'kitchen', protocol: 'realtime', host: 'esp32.local', port: 8765 }],
    [
      service({ port: 81 }, { protocol: 'pcm', path: '/audio', tls: 'true', name: 'Küche' }),
      { name: 'Küche', protocol: 'pcm', host: 'esp32.local', port: 81, path: '/audio', tls: true },
    ],
    [service({ instance: 'a/b\u202e\n' }), expect.objectContaining({ name: 'a-b' })],
    [service({ instance: '...' }), expect.objectContaining({ name: '...' })],
  ])('%#', (found, entry) => {
    expect(suggest(found)).toEqual({ entry, note: null });
  });

  it('has a name that no other device has', () => {
    expect(suggest(service(), ['kitchen', 'kitchen 2']).entry?.name).toBe('kitchen 3');
  });

  it.each([
    [service({ type: '_esphomelib._tcp' }), /no protocol "esphome"/],
    [service({ type: '_wyoming._tcp' }), /no protocol "wyoming"; .*STT_WYOMING_URL/],
    [service({}, { protocol: 'nonsense' }), /no protocol "nonsense"/],
    [service({}, { protocol: 'xiaozhi' }), /dials dialtone itself/],
    [service({}, { path: 'no slash' }), /path/],
  ])('is none when it would not be right, and says why: %#', (found, note) => {
    expect(suggest(found)).toEqual({ entry: null, note: expect.stringMatching(note) });
  });

  it('is right for devices.json, whatever a device says of itself', () => {
    const text = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constantFrom('pcm', 'realtime', '/x', 'true'));
    const found = fc.record({
      instance: text,
      host: fc.oneof(text, fc.domain()),
      port: fc.integer({ min: 1, max: 65_535 }),
      txt: fc.dictionary(fc.constantFrom('protocol', 'path', 'tls', 'name'), text),
    });
    fc.assert(
      fc.property(found, ({ txt, ...fields }) => {
        const { entry, note } = suggest(service(fields, txt), ['kitchen']);
        if (entry === null) return note !== null;
        return parseDevices(JSON.stringify({ devices: [entry] }), 'devices.json').devices.length === 1;
      }),
      { numRuns: 40, seed: 1 },
    );
  });
});
