const FULL_SCALE = 32_768;

/**
 * Bytes of mono s16 samples in the machine's byte order, which may lie at an odd address: copied to the beginning of `into`.
 * @param into has room for all
 */
export function shortsOf(bytes: Uint8Array, into: Int16Array): Int16Array {
  const shorts = into.subarray(0, bytes.length >> 1);
  new Uint8Array(into.buffer).set(bytes.subarray(0, shorts.byteLength));
  return shorts;
}

/** Samples as sherpa-onnx takes them, -1 to 1. @param into at least as many; the others stay. Default: an array of its own */
export function floatsOf(shorts: Int16Array, into = new Float32Array(shorts.length)): Float32Array {
  for (let index = 0; index < shorts.length; index++) into[index] = (shorts[index] ?? 0) / FULL_SCALE;
  return into;
}
