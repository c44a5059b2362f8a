/** One entry of a tar archive as it stands there, however wrong. */
export interface TarEntry {
  readonly path: string;
  readonly content?: string | Uint8Array;
  /** As in the header: '0' a file, '1' a hard link, '2' a symbolic link, '3' a device, '5' a folder, '6' a pipe. Default '0'. */
  readonly type?: string;
  /** What a link leads to. */
  readonly target?: string;
}

/** A tar archive. It checks nothing: what is wrong with an entry is what a test is about. */
export function tar(entries: readonly TarEntry[]): Buffer {
  const blocks = entries.flatMap(({ path, content = '', type = '0', target = '' }) => {
    const body = Buffer.from(content);
    const header = Buffer.alloc(512);
    const octal = (value: number, at: number, length: number) =>
      header.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at, 'latin1');
    header.write(path, 0, 'utf8');
    octal(0o644, 100, 8);
    octal(0, 108, 8);
    octal(0, 116, 8);
    octal(body.length, 124, 12);
    octal(0, 136, 12);
    header.fill(' ', 148, 156);
    header.write(type, 156, 'latin1');
    header.write(target, 157, 'utf8');
    header.write('ustar\u000000', 257, 'latin1');
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
    return [header, body, Buffer.alloc((512 - (body.length % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

/**
 * Packs up to some 100 kB as bzip2 does, in one block. Node has no bzip2. It sorts naively and gives every symbol a code of the
 * same length: right, but hardly smaller than what it packs.
 */
export function bzip2(data: Uint8Array): Buffer {
  const bits = new Bits();
  const crc = crcOf(data);
  bits.bytes('BZh9');
  bits.write(0x314159, 24);
  bits.write(0x265359, 24);
  bits.write32(crc);
  bits.write(0, 1);
  const { last, origin } = sortedRotations(withRunLengths(data));
  bits.write(origin, 24);
  const used = [...new Set(last)].sort((a, b) => a - b);
  for (let high = 0; high < 16; high++) bits.write(used.some((byte) => byte >> 4 === high) ? 1 : 0, 1);
  for (let high = 0; high < 16; high++) {
    if (!used.some((byte) => byte >> 4 === high)) continue;
    for (let low = 0; low < 16; low++) bits.write(used.includes(high * 16 + low) ? 1 : 0, 1);
  }
  const symbols = movedToFront(last, used);
  const alphabet = used.length + 2;
  const length = Math.ceil(Math.log2(alphabet));
  const selectors = Math.ceil(symbols.length / 50);
  bits.write(2, 3);
  bits.write(selectors, 15);
  for (let i = 0; i < selectors; i++) bits.write(0, 1);
  for (let table = 0; table < 2; table++) {
    bits.write(length, 5);
    for (let i = 0; i < alphabet; i++) bits.write(0, 1);
  }
  for (const symbol of symbols) bits.write(symbol, length);
  bits.write(0x177245, 24);
  bits.write(0x385090, 24);
  bits.write32(crc);
  return bits.end();
}

class Bits {
  readonly #bytes: number[] = [];
  #current = 0;
  #count = 0;

  write(value: number, bits: number): void {
    for (let i = bits - 1; i >= 0; i--) {
      this.#current = (this.#current << 1) | ((value >> i) & 1);
      this.#count += 1;
      if (this.#count < 8) continue;
      this.#bytes.push(this.#current);
      this.#current = 0;
      this.#count = 0;
    }
  }

  write32(value: number): void {
    this.write(value >>> 16, 16);
    this.write(value & 0xffff, 16);
  }

  bytes(text: string): void {
    for (const byte of Buffer.from(text)) this.write(byte, 8);
  }

  end(): Buffer {
    if (this.#count > 0) this.write(0, 8 - this.#count);
    return Buffer.from(this.#bytes);
  }
}

function crcOf(data: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of data) {
    crc ^= byte << 24;
    for (let i = 0; i < 8; i++) crc = crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  }
  return ~crc >>> 0;
}

/** Four equal bytes are followed by the number of those that follow. */
function withRunLengths(data: Uint8Array): number[] {
  const out: number[] = [];
  for (let at = 0; at < data.length; ) {
    const byte = data[at] ?? 0;
    let run = 1;
    while (run < 259 && at + run < data.length && data[at + run] === byte) run += 1;
    for (let i = 0; i < Math.min(run, 4); i++) out.push(byte);
    if (run >= 4) out.push(run - 4);
    at += run;
  }
  return out;
}

function sortedRotations(bytes: readonly number[]): { last: number[]; origin: number } {
  const { length } = bytes;
  const order = Array.from({ length }, (_, index) => index).sort((a, b) => {
    for (let i = 0; i < length; i++) {
      const difference = (bytes[(a + i) % length] ?? 0) - (bytes[(b + i) % length] ?? 0);
      if (difference !== 0) return difference;
    }
    return 0;
  });
  return { last: order.map((start) => bytes[(start + length - 1) % length] ?? 0), origin: order.indexOf(0) };
}

/** Places in a list of the bytes used last; runs of the first place are numbers of the digits 1 and 2. */
function movedToFront(bytes: readonly number[], used: readonly number[]): number[] {
  const recent = [...used];
  const symbols: number[] = [];
  let zeros = 0;
  const endRun = () => {
    for (let rest = zeros; rest > 0; rest = (rest - 1) >> 1) symbols.push((rest - 1) % 2);
    zeros = 0;
  };
  for (const byte of bytes) {
    const place = recent.indexOf(byte);
    recent.splice(place, 1);
    recent.unshift(byte);
    if (place === 0) zeros += 1;
    else {
      endRun();
      symbols.push(place + 1);
    }
  }
  endRun();
  return [...symbols, used.length + 1];
}
