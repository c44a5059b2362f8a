/** Values of ASN.1 in DER (ITU-T X.690), as far as a certificate needs them. */

/** One value: its tag, its length, its content. */
export function der(tag: number, ...content: readonly Uint8Array[]): Uint8Array {
  const body = Buffer.concat(content);
  if (body.length < 0x80) return Buffer.concat([Uint8Array.of(tag, body.length), body]);
  const length: number[] = [];
  for (let left = body.length; left > 0; left >>= 8) length.unshift(left & 0xff);
  return Buffer.concat([Uint8Array.of(tag, 0x80 | length.length, ...length), body]);
}

export const sequence = (...parts: readonly Uint8Array[]): Uint8Array => der(0x30, ...parts);
export const set = (...parts: readonly Uint8Array[]): Uint8Array => der(0x31, ...parts);
export const utf8 = (text: string): Uint8Array => der(0x0c, Buffer.from(text));
export const octets = (bytes: Uint8Array): Uint8Array => der(0x04, bytes);
export const bits = (bytes: Uint8Array): Uint8Array => der(0x03, Uint8Array.of(0), bytes);
export const boolean = (value: boolean): Uint8Array => der(0x01, Uint8Array.of(value ? 0xff : 0));

/** A whole number that is not negative, from its bytes, highest first. */
export function integer(bytes: Uint8Array): Uint8Array {
  return der(0x02, (bytes[0] ?? 0) & 0x80 ? Uint8Array.of(0) : new Uint8Array(0), bytes);
}

/** An object identifier such as "2.5.4.3". */
export function oid(text: string): Uint8Array {
  const [first = 0, second = 0, ...others] = text.split('.').map(Number);
  const bytes = [first * 40 + second];
  for (const other of others) {
    const groups = [other & 0x7f];
    for (let left = other >> 7; left > 0; left >>= 7) groups.unshift((left & 0x7f) | 0x80);
    bytes.push(...groups);
  }
  return der(0x06, Uint8Array.from(bytes));
}

/** A moment in UTC, to the second. */
export function time(date: Date): Uint8Array {
  const text = date.toISOString().replace(/[-:T]/g, '').slice(0, 14);
  // Years from 2050 on have four digits and another tag (RFC 5280 §4.1.2.5).
  return date.getUTCFullYear() < 2050
    ? der(0x17, Buffer.from(`${text.slice(2)}Z`))
    : der(0x18, Buffer.from(`${text}Z`));
}
