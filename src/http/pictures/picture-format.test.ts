import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jpeg, png } from '../../../test/support/pictures.ts';
import { checkPicture } from './picture-format.ts';

const LIMITS = { maxBytes: 2_097_152, maxPixels: 1_600 };

describe('a picture', () => {
  it.each([
    ['JPEG', jpeg(640, 480), { mediaType: 'image/jpeg', width: 640, height: 480 }],
    [
      'JPEG with a comment and a table',
      jpeg(1_600, 1_200, ['fe', 'c4', 'db']),
      { mediaType: 'image/jpeg', width: 1_600, height: 1_200 },
    ],
    [
      'JPEG, filled up behind',
      Buffer.concat([jpeg(8, 8), Buffer.alloc(300)]),
      { mediaType: 'image/jpeg', width: 8, height: 8 },
    ],
    ['PNG', png(16, 9), { mediaType: 'image/png', width: 16, height: 9 }],
  ])('%s is known by its content', (_what, bytes, format) => {
    expect(checkPicture(bytes, LIMITS)).toEqual({ format });
  });

  it.each([
    ['nothing', Buffer.alloc(0), 'empty'],
    ['a text', Buffer.from('GIF89a, or so'), 'no_picture'],
    ['the beginning of a JPEG', jpeg(640, 480).subarray(0, 20), 'no_picture'],
    ['a JPEG without its end', jpeg(640, 480).subarray(0, -2), 'no_picture'],
    ['a JPEG without a frame', Buffer.from('ffd8ffda000c03010002110311003f00ffd9', 'hex'), 'no_picture'],
    ['a JPEG of no width', jpeg(0, 480), 'no_picture'],
    ['the beginning of a PNG', png(16, 9).subarray(0, 30), 'no_picture'],
    ['a PNG without its end', png(16, 9).subarray(0, -4), 'no_picture'],
    ['a PNG of no height', png(16, 0), 'no_picture'],
    ['a JPEG that is too wide', jpeg(1_601, 100), 'too_big'],
    ['a PNG that is too high', png(1, 1_601), 'too_big'],
    ['a file that is too large', Buffer.concat([jpeg(8, 8), Buffer.alloc(2_097_152)]), 'too_big'],
  ])('that is %s is refused', (_what, bytes, kind) => {
    expect(checkPicture(bytes, LIMITS)).toMatchObject({ kind, problem: expect.any(String) });
  });

  it('of any bytes at all, or with any of its bytes changed, never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(60), fc.nat(255), (bytes, at, value) => {
        checkPicture(bytes, LIMITS);
        checkPicture(Buffer.concat([Buffer.from([0xff, 0xd8]), bytes]), LIMITS);
        for (const picture of [Buffer.from(jpeg(20, 10)), Buffer.from(png(20, 10))]) {
          picture[at] = value;
          checkPicture(picture, LIMITS);
        }
      }),
    );
  });
});
