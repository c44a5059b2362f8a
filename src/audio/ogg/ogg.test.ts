import fc from 'fast-check';
import { expect, test } from 'vitest';
import { growth, LINEAR } from '../../../test/support/growth.ts';
import { MAX_OPUS_PACKET_BYTES } from '../opus/opus-packet.ts';
import { OggOpusReader } from './ogg-reader.ts';
import { OggOpusWriter } from './ogg-writer.ts';

interface PageOptions {
  readonly flags?: number;
  readonly serial?: number;
  readonly sequence?: number;
  readonly granule?: bigint;
  readonly crc?: number;
}

/** A page as another writer might make it: any lacing, CRC 0 unless told. */
function page(lacing: readonly number[], body: Uint8Array, options: PageOptions = {}): Buffer {
  const header = Buffer.alloc(27);
  header.write('OggS', 'latin1');
  header[5] = options.flags ?? 0;
  header.writeBigUInt64LE(options.granule ?? 0n, 6);
  header.writeUInt32LE(options.serial ?? 7, 14);
  header.writeUInt32LE(options.sequence ?? 78, 18);
  header.writeUInt32LE(options.crc ?? 0, 22);
  header[26] = lacing.length;
  return Buffer.concat([header, Buffer.from(lacing), body]);
}

function bytesOf(length: number, seed = 1): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index * 31 + seed * 7) & 0xff);
}

/** Whole packets on one page. */
function pageOf(packets: readonly Uint8Array[], options?: PageOptions): Buffer {
  const lacing = packets.flatMap((packet) => [
    ...new Array<number>(Math.floor(packet.length / 255)).fill(255),
    packet.length % 255,
  ]);
  return page(lacing, Buffer.concat(packets), options);
}

/** Packets in hex, since comparing strings is fast. */
function read(...pushes: readonly Uint8Array[]): { readonly packets: string[]; readonly garbageBytes: number } {
  const packets: string[] = [];
  const reader = new OggOpusReader((packet) => packets.push(Buffer.from(packet).toString('hex')));
  for (const bytes of pushes) reader.push(bytes);
  return { packets, garbageBytes: reader.garbageBytes };
}

function hex(packets: readonly Uint8Array[]): string[] {
  return packets.map((packet) => Buffer.from(packet).toString('hex'));
}

const PACKETS = [bytesOf(140, 1), bytesOf(1, 2), bytesOf(255, 3), bytesOf(254, 4), bytesOf(510, 5), bytesOf(1275, 6)];

test('the headers are the 102 bytes of the original but for the pre-skip, CRCs included', () => {
  const headers = Buffer.from(new OggOpusWriter().headerPages());
  const head = [
    '4f676753 00 02 0000000000000000 2a000000 00000000 c9dbf75e 01 13',
    '4f70757348656164 01 01 3801 80bb0000 0000 00', // "OpusHead", pre-skip 312, 48000 Hz
  ];
  const tags = [
    '4f676753 00 00 0000000000000000 2a000000 01000000 4b3c0171 01 1b',
    '4f70757354616773 0b000000 4b79757461694d6f736869 00000000', // "OpusTags", "KyutaiMoshi"
  ];
  expect(headers.toString('hex')).toBe([...head, ...tags].join('').replaceAll(' ', ''));
  expect(headers.length).toBe(102);
  expect(headers.readUInt32LE(22)).toBe(slowCrc(headers.subarray(0, 47)));
  expect(headers.readUInt32LE(47 + 22)).toBe(slowCrc(headers.subarray(47)));
});

test('a written page: sequence, granule, lacing', () => {
  const writer = new OggOpusWriter();
  writer.headerPages();
  const pages = PACKETS.map((packet) => Buffer.from(writer.page(packet, 1920)));
  for (const [index, bytes] of pages.entries()) {
    const packet = PACKETS[index] ?? new Uint8Array();
    expect(bytes.subarray(0, 6).toString('latin1')).toBe('OggS\0\0');
    expect(bytes.readBigUInt64LE(6)).toBe(BigInt(1920 * (index + 1)));
    expect(bytes.readUInt32LE(14)).toBe(42);
    expect(bytes.readUInt32LE(18)).toBe(index + 2);
    expect(bytes.length).toBe(27 + Math.floor(packet.length / 255) + 1 + packet.length);
    expect(bytes.subarray(bytes.length - packet.length)).toEqual(Buffer.from(packet));
    expect(bytes.readUInt32LE(22)).toBe(slowCrc(bytes));
  }
});

/** CRC-32 of Ogg, bit by bit, with the CRC field taken as 0. */
function slowCrc(bytes: Uint8Array): number {
  let crc = 0;
  for (const [index, byte] of bytes.entries()) {
    crc ^= (index >= 22 && index < 26 ? 0 : byte) << 24;
    for (let bit = 0; bit < 8; bit++) crc = crc < 0 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  }
  return crc >>> 0;
}

test('a granule beyond 32 bits', () => {
  const writer = new OggOpusWriter({ serial: 0xfedcba98 });
  writer.page(bytesOf(1), 2 ** 32 - 1);
  const bytes = Buffer.from(writer.page(bytesOf(1), 1920));
  expect(bytes.readBigUInt64LE(6)).toBe(2n ** 32n + 1919n);
  expect(bytes.readUInt32LE(14)).toBe(0xfedcba98);
});

test('a packet that needs a second page is refused', () => {
  const writer = new OggOpusWriter();
  expect(writer.page(new Uint8Array(65_024), 1920).length).toBe(65_306);
  expect(() => writer.page(new Uint8Array(65_025), 1920)).toThrow(RangeError);
});

test('what is written is read, cut at every byte', () => {
  const writer = new OggOpusWriter();
  const stream = Buffer.concat([writer.headerPages(), ...PACKETS.map((packet) => writer.page(packet, 1920))]);
  const expected = { packets: hex(PACKETS), garbageBytes: 0 };
  expect(read(stream)).toEqual(expected);
  for (let at = 0; at <= stream.length; at++) {
    expect(read(stream.subarray(0, at), stream.subarray(at))).toEqual(expected);
  }
  expect(read(...[...stream].map((byte) => Uint8Array.of(byte)))).toEqual(expected);
});

test('a stream that begins in its middle, without any header', () => {
  const stream = Buffer.concat(PACKETS.map((packet, index) => pageOf([packet], { sequence: 78 + index })));
  expect(read(stream)).toEqual({ packets: hex(PACKETS), garbageBytes: 0 });
});

test('headers anywhere, chained streams, any serial and sequence', () => {
  const [a, b, c] = PACKETS as [Uint8Array, Uint8Array, Uint8Array];
  const headers = new OggOpusWriter({ serial: 5 }).headerPages();
  const stream = [
    pageOf([a], { serial: 1, sequence: 9 }),
    Buffer.from(headers),
    pageOf([b], { serial: 2, sequence: 3, crc: 0xdeadbeef }),
    pageOf([a], { serial: 2, sequence: 3, flags: 4 }),
    Buffer.from(headers),
    Buffer.from(headers),
    pageOf([c], { serial: 1, sequence: 0 }),
  ];
  expect(read(Buffer.concat(stream))).toEqual({ packets: hex([a, b, a, c]), garbageBytes: 0 });
});

test('several packets a page, empty pages, empty packets', () => {
  const [a, b, c] = PACKETS as [Uint8Array, Uint8Array, Uint8Array];
  const stream = [pageOf([a, b, new Uint8Array(0), c]), page([], new Uint8Array(0)), pageOf([b])];
  expect(read(Buffer.concat(stream))).toEqual({ packets: hex([a, b, c, b]), garbageBytes: 0 });
});

test('a packet that goes on over three pages', () => {
  const packet = bytesOf(700);
  const next = bytesOf(20, 9);
  const stream = Buffer.concat([
    page([255], packet.subarray(0, 255)),
    page([255], packet.subarray(255, 510), { flags: 1 }),
    page([190, 20], Buffer.concat([packet.subarray(510), next]), { flags: 1 }),
  ]);
  const expected = { packets: hex([packet, next]), garbageBytes: 0 };
  expect(read(stream)).toEqual(expected);
  for (let at = 0; at <= stream.length; at++) {
    expect(read(stream.subarray(0, at), stream.subarray(at))).toEqual(expected);
  }
});

test('a packet without its beginning or its end is dropped, its neighbours are not', () => {
  const packet = bytesOf(300);
  const whole = bytesOf(20, 9);
  const begin = page([255], packet.subarray(0, 255));
  const end = page([45, 20], Buffer.concat([packet.subarray(255), whole]), { flags: 1 });
  expect(read(end)).toEqual({ packets: hex([whole]), garbageBytes: 45 });
  expect(read(begin, pageOf([whole]))).toEqual({ packets: hex([whole]), garbageBytes: 255 });
  expect(read(page([255], packet.subarray(0, 255), { flags: 1 }), end)).toEqual({
    packets: hex([whole]),
    garbageBytes: 300,
  });
});

test('packets of several large frames arrive, on one page and over several', () => {
  const packets = [bytesOf(1_276, 1), bytesOf(3_826, 2), bytesOf(MAX_OPUS_PACKET_BYTES, 3)];
  expect(read(...packets.map((packet) => pageOf([packet])))).toEqual({ packets: hex(packets), garbageBytes: 0 });
  const [, packet] = packets as [Uint8Array, Uint8Array];
  const first = page(new Array<number>(10).fill(255), packet.subarray(0, 2_550));
  const rest = packet.subarray(2_550);
  const second = page([255, 255, 255, 255, 255, rest.length - 5 * 255], rest, { flags: 1 });
  expect(read(first, second)).toEqual({ packets: hex([packet]), garbageBytes: 0 });
});

test('packets larger than Opus allows are dropped, however long they go on', () => {
  const whole = bytesOf(20, 9);
  const large = bytesOf(MAX_OPUS_PACKET_BYTES + 1);
  expect(read(pageOf([large, whole]))).toEqual({ packets: hex([whole]), garbageBytes: large.length });
  const full = page(new Array<number>(255).fill(255), new Uint8Array(65_025));
  const more = page(new Array<number>(255).fill(255), new Uint8Array(65_025), { flags: 1 });
  const end = page([0, 20], whole, { flags: 1 });
  const result = read(full, ...new Array<Buffer>(50).fill(more), end);
  expect(result).toEqual({ packets: hex([whole]), garbageBytes: 51 * 65_025 });
});

test('a comment header with a picture in it goes over pages and is no garbage', () => {
  const tags = Buffer.alloc(70_000);
  tags.write('OpusTags', 'latin1');
  const first = page(new Array<number>(255).fill(255), tags.subarray(0, 65_025), { flags: 0 });
  const rest = tags.subarray(65_025);
  const lacing = [...new Array<number>(Math.floor(rest.length / 255)).fill(255), rest.length % 255];
  const second = page(lacing, rest, { flags: 1 });
  expect(read(first, second, pageOf([bytesOf(20)]))).toEqual({ packets: hex([bytesOf(20)]), garbageBytes: 0 });
});

test('garbage before, between and behind is skipped and counted', () => {
  const [a, b] = PACKETS as [Uint8Array, Uint8Array];
  const garbage = Buffer.from('OOgOggOggSOgg no Ogg at all OggS\x01\x00 OggS\x00\x10', 'latin1');
  const stream = Buffer.concat([garbage, pageOf([a]), garbage, pageOf([b]), garbage, pageOf([a])]);
  const expected = { packets: hex([a, b, a]), garbageBytes: 3 * garbage.length };
  expect(read(stream)).toEqual(expected);
  for (let at = 0; at <= stream.length; at++) {
    expect(read(stream.subarray(0, at), stream.subarray(at))).toEqual(expected);
  }
});

test('raw PCM between pages costs nothing but itself', () => {
  const [a, b] = PACKETS as [Uint8Array, Uint8Array];
  const pcm = bytesOf(7680, 3);
  expect(read(pageOf([a]), pcm, pageOf([b]))).toEqual({ packets: hex([a, b]), garbageBytes: 7680 });
});

test('a false page start that claims 65 KB does not make the reader wait', () => {
  const claim = page(new Array<number>(255).fill(255), bytesOf(100));
  const { packets, garbageBytes } = read(claim, pageOf([bytesOf(140)]), pageOf([bytesOf(141)]));
  expect(packets).toEqual(hex([bytesOf(140), bytesOf(141)]));
  expect(garbageBytes).toBe(claim.length);
});

test('a page that was cut is dropped, the next one is read', () => {
  const cut = pageOf([bytesOf(300)]);
  const next = pageOf([bytesOf(140)]);
  for (let length = 6; length < cut.length; length++) {
    const { packets } = read(cut.subarray(0, length), next, next);
    // A cut inside the header makes a header out of the next page's bytes: then that page may go too.
    expect(packets.length).toBeGreaterThanOrEqual(length > 27 ? 2 : 1);
    expect(packets.at(-1)).toBe(hex([bytesOf(140)])[0]);
  }
});

test('the same bytes give the same packets, however they are cut', () => {
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 60 }),
    fc.constantFrom(Buffer.from('OggS', 'latin1'), Buffer.from('Ogg', 'latin1'), Buffer.from('OggS\0\0', 'latin1')),
    fc.constantFrom(Buffer.from(new OggOpusWriter().headerPages())),
    fc
      .tuple(fc.array(fc.uint8Array({ maxLength: 600 }), { maxLength: 4 }), fc.integer({ min: 0, max: 7 }))
      .map(([packets, flags]) => pageOf(packets, { flags })),
    fc
      .tuple(fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 10 }), fc.uint8Array({ maxLength: 300 }))
      .map(([lacing, body]) => page(lacing, body)),
  );
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 12 }),
      fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 20 }),
      (pieces, sizes) => {
        const stream = Buffer.concat(pieces);
        const pushes: Buffer[] = [];
        for (let at = 0, turn = 0; at < stream.length; turn++) {
          const size = sizes[turn % sizes.length] ?? 1;
          pushes.push(stream.subarray(at, at + size));
          at += size;
        }
        const expected = read(stream);
        expect(read(...pushes)).toEqual(expected);
        const taken = expected.packets.reduce((sum, packet) => sum + packet.length / 2, 0);
        expect(taken + expected.garbageBytes).toBeLessThanOrEqual(stream.length);
        for (const packet of expected.packets) expect(packet.length).toBeLessThanOrEqual(2 * MAX_OPUS_PACKET_BYTES);
      },
    ),
    { numRuns: 1000 },
  );
});

test('two pages after any garbage, the packets arrive again', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2000 }), (garbage) => {
      const packets = [bytesOf(140, 1), bytesOf(140, 2), bytesOf(140, 3)];
      const heard = read(garbage, ...packets.map((packet) => pageOf([packet]))).packets;
      expect(heard.slice(-2)).toEqual(hex(packets.slice(1)));
    }),
    { numRuns: 500 },
  );
});

test('noise and false page starts take time in proportion to their length, a megabyte and byte by byte', () => {
  const garbage = (bytes: number) => [Buffer.alloc(bytes, 'OggS\0\0', 'latin1'), bytesOf(bytes)] as const;
  const start = page(new Array<number>(255).fill(255), new Uint8Array(0));
  const bytewise = (bytes: number) => [
    start,
    ...Array.from({ length: bytes }, (_, index) => Uint8Array.of(index & 0x3f)),
  ];
  expect(read(...garbage(1_000_000)).garbageBytes).toBeGreaterThan(900_000);
  expect(read(...bytewise(66_000)).packets).toEqual([]);
  // A reader that looks through what it holds again for every byte would be far beyond.
  expect(growth(garbage, 1_000_000, (parts) => read(...parts))).toBeLessThan(LINEAR);
  expect(growth(bytewise, 66_000, (parts) => read(...parts))).toBeLessThan(LINEAR);
});

test('where a page stands is told before its packets', () => {
  const told: unknown[] = [];
  const reader = new OggOpusReader(
    (packet) => told.push(packet.length),
    (place) => told.push({ ...place }),
  );
  const writer = new OggOpusWriter({ serial: 7 });
  // Table-of-contents bytes: 20 ms of CELT, 40 ms of SILK (RFC 6716 §3.1); that of the long packet means 60 ms.
  const celt = Uint8Array.of(0xf8, 1, 2);
  const silk = Uint8Array.of(0x50);
  reader.push(writer.headerPages());
  reader.push(writer.page(celt, 960));
  reader.push(Buffer.from('no page'));
  reader.push(pageOf([celt, silk, silk], { serial: 0xffffffff, sequence: 0xfffffffe }));
  reader.push(page([255], bytesOf(255, 8), { granule: 2n ** 64n - 1n }));
  reader.push(page([3], bytesOf(3), { flags: 1, granule: 2n ** 40n + 5n }));
  const place = { first: false, serial: 7, durationMs: 0, afterGarbage: false };
  expect(told).toEqual([
    { ...place, first: true, sequence: 0, granule: 0 },
    { ...place, sequence: 1, granule: 0 },
    { ...place, sequence: 2, granule: 960, durationMs: 20 },
    3,
    { ...place, serial: 0xffffffff, sequence: 0xfffffffe, granule: 0, durationMs: 100, afterGarbage: true },
    3,
    1,
    1,
    { ...place, sequence: 78, granule: -1 },
    { ...place, sequence: 78, granule: 2 ** 40 + 5, durationMs: 60 },
    258,
  ]);
});
