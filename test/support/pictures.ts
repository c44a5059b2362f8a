import { encodePng } from '../../device-sim/picture/png.ts';

/**
 * A JPEG of this size, as far as a reader of headers can tell: its scan holds nothing that could be shown.
 * @param segments markers of further segments before the frame header, hex
 */
export function jpeg(width: number, height: number, segments: readonly string[] = []): Buffer {
  const more = segments.map((marker) => Buffer.from(`ff${marker}0006aabbccdd`, 'hex'));
  const size = Buffer.alloc(4);
  size.writeUInt16BE(height, 0);
  size.writeUInt16BE(width, 2);
  return Buffer.concat([
    Buffer.from('ffd8', 'hex'),
    Buffer.from('ffe000104a46494600010100000100010000', 'hex'),
    ...more,
    Buffer.from('ffc0001108', 'hex'),
    size,
    Buffer.from('03012200021101031101', 'hex'),
    Buffer.from('ffda000c03010002110311003f00', 'hex'),
    Buffer.from('d2cf20', 'hex'),
    Buffer.from('ffd9', 'hex'),
  ]);
}

/** A grey PNG of this size. */
export function png(width: number, height: number): Buffer {
  return Buffer.from(encodePng({ width, height, pixels: new Uint8Array(width * height), palette: [[99, 99, 99]] }));
}
