import { describe, expect, it } from 'vitest';
import { loadOpusCodec } from '../opus/opus-codec.ts';
import { readOggOpus } from './ogg-opus-file.ts';
import { OggOpusWriter } from './ogg-writer.ts';

const codec = await loadOpusCodec();

/** A second of silence as firmware packs it: packets of 60 ms. */
async function file({ packets = 17, serial = 7 } = {}): Promise<Buffer> {
  const encoder = await codec.createEncoder({ sampleRate: 16_000, frameMs: 60, application: 'voip' });
  const writer = new OggOpusWriter({ serial });
  const pages = [writer.headerPages()];
  for (let at = 0; at < packets; at++) pages.push(writer.page(encoder.encode(new Int16Array(960)), 2_880));
  encoder.free();
  return Buffer.concat(pages);
}

/** The file with some of its bytes replaced. */
function changed(bytes: Buffer, at: number, by: number[] | string): Buffer {
  const copy = Buffer.from(bytes);
  copy.set(typeof by === 'string' ? Buffer.from(by, 'latin1') : by, at);
  return copy;
}

/** Where the header of Opus begins: behind that of the page and its one segment. */
const HEAD = 28;

describe('an Ogg-Opus file', () => {
  it('is taken apart', async () => {
    expect(readOggOpus(await file(), 30_000)).toMatchObject({
      durationMs: 1_020,
      preSkip: 312,
      packets: { length: 17 },
    });
  });

  it.each<[string, (bytes: Buffer, other: Buffer) => Uint8Array, string, string]>([
    ['nothing', () => Buffer.alloc(0), 'other', 'no Ogg'],
    ['a WAV', () => Buffer.from('RIFF\0\0\0\0WAVEfmt '), 'other', 'no Ogg'],
    ['the name of Ogg alone', () => Buffer.from('OggS'), 'other', 'does not begin with Opus'],
    ['Vorbis', (bytes) => changed(bytes, HEAD, '\x01vorbis\0'), 'other', 'does not begin with Opus'],
    ['a stream from its middle', (bytes) => bytes.subarray(102), 'other', 'does not begin with Opus'],
    ['two channels', (bytes) => changed(bytes, HEAD + 9, [2]), 'other', 'it has 2 channels'],
    ['no channel', (bytes) => changed(bytes, HEAD + 9, [0]), 'other', 'it has 0 channels'],
    ['a later kind of header', (bytes) => changed(bytes, HEAD + 8, [16]), 'other', 'not understood'],
    ['two streams', (bytes, other) => Buffer.concat([bytes, other]), 'other', 'more than one stream'],
    ['a file cut in its header', (bytes) => bytes.subarray(0, HEAD + 9), 'other', 'not understood'],
    ['a file cut in a page', (bytes) => bytes.subarray(0, -1), 'damaged', 'cut off'],
    ['a file cut in the header of a page', (bytes) => bytes.subarray(0, 102 + 20), 'damaged', 'cut off'],
    ['garbage behind it', (bytes) => Buffer.concat([bytes, Buffer.alloc(40)]), 'damaged', 'damaged'],
    ['headers alone', (bytes) => bytes.subarray(0, 102), 'damaged', 'no audio'],
    // A packet of the last kind claims frames without a length.
    ['a packet that is no Opus', (bytes) => changed(bytes, 102 + HEAD, [0xff, 0]), 'damaged', 'no Opus'],
  ])('is not %s', async (_, make, problem, message) => {
    const result = readOggOpus(make(await file(), await file({ serial: 8 })), 30_000);
    expect(result).toMatchObject({ problem, message: expect.stringContaining(message) });
  });

  it('is as long as it may be, and no longer', async () => {
    expect(readOggOpus(await file({ packets: 500 }), 30_000)).toMatchObject({ durationMs: 30_000 });
    expect(readOggOpus(await file({ packets: 501 }), 30_000)).toMatchObject({ problem: 'too_long' });
  });

  it('may be damaged anywhere: that throws nothing', async () => {
    const bytes = await file({ packets: 4 });
    for (let at = 0; at < bytes.length; at++) {
      readOggOpus(bytes.subarray(0, at), 30_000);
      for (const by of [0, 1, 0x7f, 0xff]) readOggOpus(changed(bytes, at, [by]), 30_000);
    }
  });
});
