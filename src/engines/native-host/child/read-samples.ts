/**
 * Reads mono s16 samples in the machine's byte order as numbers from -1 to 1, into the beginning of `into`. The bytes may lie
 * at an odd address.
 */
export function readSamples(bytes: Uint8Array, into: Float32Array): void {
  const shorts = new Int16Array(bytes.length >> 1);
  new Uint8Array(shorts.buffer).set(bytes.subarray(0, shorts.byteLength));
  for (let index = 0; index < shorts.length; index++) into[index] = (shorts[index] ?? 0) / 32_768;
}
