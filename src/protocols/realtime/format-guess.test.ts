import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { dice } from '../../../test/support/time/dice.ts';
import { OggOpusWriter } from '../../audio/ogg/ogg-writer.ts';
import { FormatGuess } from './format-guess.ts';
import type { UplinkFormat } from './uplink.ts';

const random = dice();

/** A message of sound: noise at a part of full scale. */
function sound(format: 'pcm16' | 'pcmf32', samples = 960, level = 0.3): Buffer {
  const bytes = Buffer.alloc(samples * (format === 'pcm16' ? 2 : 4));
  for (let index = 0; index < samples; index++) {
    const value = (2 * random() - 1) * level;
    if (format === 'pcm16') bytes.writeInt16LE(Math.round(value * 32_767), index * 2);
    else bytes.writeFloatLE(value, index * 4);
  }
  return bytes;
}

const silence = (bytes = 1_920) => Buffer.alloc(bytes);
const page = () => Buffer.from(new OggOpusWriter().page(randomBytes(120), 1_920));

/** What is decided, after how many messages, and the bytes to be decoded; undefined while it is not. */
function decide(messages: readonly Buffer[], before?: UplinkFormat) {
  let lost = 0;
  const guess = new FormatGuess(before, () => {
    lost += 1;
  });
  for (const [index, message] of messages.entries()) {
    const decision = guess.judge(message);
    if (decision)
      return {
        format: decision.format,
        after: index + 1,
        rest: Buffer.concat(decision.rest),
        lost: lost + decision.lost,
      };
  }
  return lost > 0 ? { lost } : undefined;
}

describe.each(['pcm16', 'pcmf32'] as const)('raw %s', (format) => {
  it('is believed at its fifth message; nothing from the first sound on is lost', () => {
    const words = Array.from({ length: 5 }, () => sound(format));
    const decided = decide([silence(), silence(), ...words, sound(format)]);
    expect(decided).toEqual({ format, after: 7, rest: Buffer.concat(words), lost: 0 });
  });

  it('is believed when a short word is over, silence behind it included', () => {
    const said = [sound(format), sound(format), sound(format), silence(), silence()];
    expect(decide([silence(), ...said])).toEqual({ format, after: 6, rest: Buffer.concat(said), lost: 0 });
    // A click is too little.
    expect(decide([sound(format), ...Array.from({ length: 20 }, () => silence())])).toBeUndefined();
  });

  it('is believed at once when the device spoke it on its last line', () => {
    const word = sound(format);
    expect(decide([silence(), silence(), word], format)).toEqual({ format, after: 3, rest: word, lost: 0 });
    const other = format === 'pcm16' ? 'pcmf32' : 'pcm16';
    expect(decide(Array(8).fill(word), other)).toMatchObject({ format, after: 5 });
  });

  it('is believed of a stream that is cut anywhere', () => {
    const stream = Buffer.concat([silence(), ...Array.from({ length: 12 }, () => sound(format))]);
    let at = 0;
    // The first is silent, and ends amid a sample.
    const messages = [1_919, 1_922, 1_919, 1_923, 1_917, 1_920, 1_922].map((size) => {
      at += size;
      return stream.subarray(at - size, at);
    });
    const end = 1_919 + 1_922 + 1_919 + 1_923 + 1_917 + 1_920;
    expect(decide(messages)).toEqual({ format, after: 6, rest: stream.subarray(1_920, end), lost: 0 });
  });

  it('holds three seconds at the most, and counts what it lets go', () => {
    const bytes = format === 'pcm16' ? 3_840 : 7_680;
    const loud = Array.from({ length: 90 }, (_, index) => sound(index % 2 === 0 ? 'pcm16' : 'pcmf32', bytes / 4));
    const decided = decide([...loud, ...Array.from({ length: 5 }, () => sound(format, 1_920))]);
    expect(decided).toMatchObject({ format });
    expect(decided?.rest?.length).toBeLessThanOrEqual(288_000);
    expect(decided?.lost).toBeGreaterThan(20);
  });
});

describe('Ogg', () => {
  it('is believed at its first page, whatever came before and was spoken before', () => {
    const first = page();
    for (const before of [undefined, 'pcm16', 'ogg-opus'] as const) {
      expect(decide([silence(), first], before)).toEqual({ format: 'ogg-opus', after: 2, rest: first, lost: 0 });
    }
    expect(decide([randomBytes(300), randomBytes(300), first])).toEqual({
      format: 'ogg-opus',
      after: 3,
      rest: first,
      lost: 2,
    });
  });

  it('is believed where its first page begins across two messages', () => {
    const first = page();
    for (const cut of [1, 2, 3]) {
      const messages = [Buffer.concat([randomBytes(40), first.subarray(0, cut)]), first.subarray(cut)];
      expect(decide(messages)).toEqual({ format: 'ogg-opus', after: 2, rest: first, lost: 0 });
    }
  });
});

it('decides nothing by silence, by what is too short, or by what contradicts itself', () => {
  expect(decide(Array.from({ length: 200 }, () => silence()))).toBeUndefined();
  expect(decide(Array.from({ length: 30 }, () => randomBytes(255)))).toBeUndefined();
  const mixed = Array.from({ length: 40 }, (_, index) => sound(index % 4 === 3 ? 'pcmf32' : 'pcm16'));
  expect(decide(mixed)).toBeUndefined();
});
