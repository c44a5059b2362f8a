import { describe, expect, it } from 'vitest';
import { OggOpusWriter } from '#src/audio/ogg/ogg-writer';
import { OggRules } from './ogg-rules.ts';

const packet = Uint8Array.from({ length: 300 }, (_, index) => index & 0xff);

describe('what a real Ogg reader insists on', () => {
  it('finds nothing wrong with a good stream', () => {
    const writer = new OggOpusWriter();
    const rules = new OggRules();
    expect(rules.check(Buffer.concat([writer.headerPages(), writer.page(packet, 1920)]))).toEqual([]);
    expect(rules.check(Buffer.concat([writer.page(packet, 1920), writer.page(packet, 1920)]))).toEqual([]);
  });

  it('wants header pages at the start of a connection', () => {
    const writer = new OggOpusWriter();
    writer.headerPages();
    expect(new OggRules().check(writer.page(packet, 1920))).toEqual([expect.stringContaining('without its header')]);
  });

  it.each([
    ['a cut page', (bytes: Uint8Array) => bytes.subarray(0, -1), 'cut'],
    ['bytes between pages', (bytes: Uint8Array) => Buffer.concat([bytes, Buffer.from('x')]), 'do not begin'],
    ['raw PCM', () => new Uint8Array(3840), 'do not begin'],
    [
      'a wrong checksum',
      (bytes: Uint8Array) => {
        const copy = Uint8Array.from(bytes);
        copy[copy.length - 1] = 99;
        return copy;
      },
      'checksum',
    ],
  ])('finds %s', (_, spoil, fault) => {
    const writer = new OggOpusWriter();
    const rules = new OggRules();
    rules.check(writer.headerPages());
    expect(rules.check(spoil(writer.page(packet, 1920)))).toEqual([expect.stringContaining(fault)]);
  });

  it('finds pages that are missing', () => {
    const writer = new OggOpusWriter();
    const rules = new OggRules();
    rules.check(writer.headerPages());
    writer.page(packet, 1920);
    expect(rules.check(writer.page(packet, 1920))).toEqual(['Ogg page 3 where page 2 was due']);
  });
});
