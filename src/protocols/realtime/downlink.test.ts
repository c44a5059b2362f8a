import { beforeAll, describe, expect, it } from 'vitest';
import { isHeaderPage, type OggPage, oggPages } from '../../../test/support/audio/ogg-pages.ts';
import type { OpusCodec } from '../../audio/opus/opus.ts';
import { loadOpusCodec } from '../../audio/opus/opus-codec.ts';
import { tone } from '../../audio/pcm.ts';
import { DOWNLINK_RATE, Downlink } from './downlink.ts';

const FRAME = tone({ hz: 440, ms: 80, sampleRate: DOWNLINK_RATE, amplitude: 0.5 });

let codec: OpusCodec;
beforeAll(async () => {
  codec = await loadOpusCodec();
});

/** A codec that counts the encoders that were made and not given back. */
function counted(): { readonly codec: OpusCodec; alive: number; made: number } {
  const count = {
    alive: 0,
    made: 0,
    codec: {
      ...codec,
      createEncoder: async (options: Parameters<OpusCodec['createEncoder']>[0]) => {
        const encoder = await codec.createEncoder(options);
        count.alive += 1;
        count.made += 1;
        const free = () => {
          count.alive -= 1;
          encoder.free();
        };
        return { frameSamples: encoder.frameSamples, encode: encoder.encode.bind(encoder), free };
      },
    },
  };
  return count;
}

function pagesOf(downlink: Downlink, frames = 1): OggPage[][] {
  return Array.from({ length: frames }, () => oggPages(downlink.encode(FRAME, 'ogg-opus') ?? Buffer.alloc(0)));
}

describe('Downlink', () => {
  it('puts whole pages of one 40 ms packet each into every delta, the header pages in front of the first', async () => {
    const downlink = new Downlink(codec);
    await downlink.prepare();
    const [first = [], ...rest] = pagesOf(downlink, 5);
    expect(first.map(isHeaderPage)).toEqual([true, true, false, false]);
    expect(first.map(({ flags }) => flags)).toEqual([2, 0, 0, 0]);
    for (const pages of rest) expect(pages.map(isHeaderPage)).toEqual([false, false]);
    const audio = [first, ...rest].flat().filter((page) => !isHeaderPage(page));
    for (const page of audio) expect(page).toMatchObject({ packets: 1, serial: 42, flags: 0 });
    expect(audio.map(({ granule }) => Number(granule))).toEqual(Array.from({ length: 10 }, (_, i) => (i + 1) * 1_920));
    downlink.close();
  });

  it('goes on with sequence and granule over replies, each with an encoder of its own, and sends no header again', async () => {
    const downlink = new Downlink(codec);
    const pages: OggPage[] = [];
    for (let reply = 0; reply < 3; reply++) {
      await downlink.prepare();
      pages.push(...pagesOf(downlink, 2).flat());
      downlink.release();
    }
    expect(pages.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 14 }, (_, index) => index));
    expect(pages.filter(isHeaderPage)).toHaveLength(2);
    expect(Number(pages.at(-1)?.granule)).toBe(12 * 1_920);
  });

  it('has no bytes while there is no encoder', async () => {
    const downlink = new Downlink(codec);
    expect(downlink.encode(FRAME, 'ogg-opus')).toBeNull();
    await downlink.prepare();
    downlink.release();
    expect(downlink.encode(FRAME, 'ogg-opus')).toBeNull();
  });

  it('holds an encoder only while a reply is being spoken', async () => {
    const count = counted();
    const downlink = new Downlink(count.codec);
    expect(count.made).toBe(0);
    await Promise.all([downlink.prepare(), downlink.prepare()]);
    expect(count.alive).toBe(1);
    await downlink.prepare();
    expect(count.made).toBe(2);
    downlink.release();
    downlink.release();
    expect(count.alive).toBe(0);

    // Cut short while it is still being made.
    const preparing = downlink.prepare();
    downlink.release();
    await preparing;
    expect(count.alive).toBe(0);

    const late = downlink.prepare();
    downlink.close();
    await late;
    await downlink.prepare();
    expect(count.alive).toBe(0);
  });

  it('answers raw PCM in raw PCM, a copy of the frame', () => {
    const downlink = new Downlink(codec);
    const frame = Int16Array.of(0, 1, -1, 16_384, 32_767, -32_768);
    const s16 = downlink.encode(frame, 'pcm16');
    const f32 = downlink.encode(frame, 'pcmf32');
    frame.fill(99);
    expect(s16?.toString('hex')).toBe('00000100ffff0040ff7f0080');
    expect(Array.from({ length: 6 }, (_, index) => f32?.readFloatLE(index * 4))).toEqual(
      [0, 1, -1, 16_384, 32_767, -32_768].map((sample) => Math.fround(sample / 32_768)),
    );
  });
});
