/** What a picture turns out to be, by its content. */
export interface PictureFormat {
  readonly mediaType: 'image/jpeg' | 'image/png';
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

/** The limits of a picture. */
export interface PictureLimits {
  readonly maxBytes: number;
  /** Of its longer side, pixels. */
  readonly maxPixels: number;
}

/** A picture that may be used, or what is wrong with it and which kind of wrong that is. */
export type PictureCheck =
  | { readonly format: PictureFormat }
  | { readonly problem: string; readonly kind: 'empty' | 'too_big' | 'no_picture' };

const PNG_SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
/** Length and name of the first chunk of a PNG, and its last chunk, whole. */
const PNG_HEADER = Buffer.from('0000000d49484452', 'hex');
const PNG_END = Buffer.from('0000000049454e44ae426082', 'hex');

/** Looks at a picture, by its content alone. Never throws. */
export function checkPicture(bytes: Uint8Array, { maxBytes, maxPixels }: PictureLimits): PictureCheck {
  if (bytes.length === 0) return { problem: 'there is no picture in it', kind: 'empty' };
  if (bytes.length > maxBytes) {
    return { problem: `a picture may have at most ${maxBytes} bytes; this one has ${bytes.length}`, kind: 'too_big' };
  }
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const format = readPng(file) ?? readJpeg(file);
  if (!format) return { problem: 'it is no whole JPEG or PNG, whatever it is called', kind: 'no_picture' };
  const { width, height } = format;
  if (Math.max(width, height) > maxPixels) {
    return {
      problem: `a picture may have at most ${maxPixels} pixels on a side; this one has ${width} × ${height}`,
      kind: 'too_big',
    };
  }
  return { format };
}

/** PNG (ISO/IEC 15948): the signature, the header chunk, and the end chunk somewhere behind it. */
function readPng(file: Buffer): PictureFormat | undefined {
  if (file.length < 33 || !file.subarray(0, 8).equals(PNG_SIGNATURE)) return undefined;
  if (!file.subarray(8, 16).equals(PNG_HEADER)) return undefined;
  if (file.lastIndexOf(PNG_END) < 33) return undefined;
  return format('image/png', file.readUInt32BE(16), file.readUInt32BE(20));
}

/** JPEG (ITU-T T.81): segments up to the frame header, which has the size; then a scan; then the end, which firmware may fill up behind. */
function readJpeg(file: Buffer): PictureFormat | undefined {
  if (file.length < 4 || file.readUInt16BE(0) !== 0xffd8) return undefined;
  let found: PictureFormat | undefined;
  for (let at = 2; at + 4 <= file.length; ) {
    if (file[at] !== 0xff) return undefined;
    const marker = file[at + 1] ?? 0;
    // Fill bytes, and markers without a segment.
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7)) {
      at += 2;
      continue;
    }
    const length = file.readUInt16BE(at + 2);
    if (length < 2 || at + 2 + length > file.length) return undefined;
    if (isFrameHeader(marker) && length >= 8) {
      found ??= format('image/jpeg', file.readUInt16BE(at + 7), file.readUInt16BE(at + 5));
    }
    // The scan: its data has no length, and ends with the picture.
    if (marker === 0xda) return file.lastIndexOf(Buffer.from([0xff, 0xd9])) > at ? found : undefined;
    at += 2 + length;
  }
  return undefined;
}

/** SOF0 to SOF15, without the three that are tables. */
function isFrameHeader(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

function format(mediaType: PictureFormat['mediaType'], width: number, height: number): PictureFormat | undefined {
  return width > 0 && height > 0 ? { mediaType, width, height } : undefined;
}
