import { open } from 'node:fs/promises';

/** What the maker of a model wrote beside its graph. */
export type OnnxMetadata = ReadonlyMap<string, string>;

/** Metadata is the last of an ONNX file; the longest known are the mean and deviation of SenseVoice, 20 KB. */
const TAIL_BYTES = 256 * 1024;

const ENTRY = 0x72;
const KEY = 0x0a;
const VALUE = 0x12;

/** Reads the metadata of an ONNX file without loading it. Empty where there is none, as in a file that was cut short. */
export async function readOnnxMetadata(path: string): Promise<OnnxMetadata> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const tail = Buffer.alloc(Math.min(size, TAIL_BYTES));
    await file.read(tail, 0, tail.length, size - tail.length);
    return onnxMetadata(tail);
  } finally {
    await file.close();
  }
}

/**
 * The metadata in the end of an ONNX file: protobuf entries (field 14 of the model) of a key (field 1) and a value
 * (field 2), the lengths of which must fit into one another. What else is in `tail` is passed over.
 */
export function onnxMetadata(tail: Uint8Array): OnnxMetadata {
  const found = new Map<string, string>();
  for (let at = 0; at < tail.length; at++) {
    const entry = tail[at] === ENTRY ? entryAt(tail, at + 1) : undefined;
    if (!entry) continue;
    found.set(entry.key, entry.value);
    at = entry.end - 1;
  }
  return found;
}

function entryAt(bytes: Uint8Array, start: number): { key: string; value: string; end: number } | undefined {
  const entry = sized(bytes, start);
  if (!entry || bytes[entry.from] !== KEY) return undefined;
  const key = sized(bytes, entry.from + 1);
  if (!key || key.to === key.from || bytes[key.to] !== VALUE) return undefined;
  const value = sized(bytes, key.to + 1);
  if (value?.to !== entry.to) return undefined;
  const text = ({ from, to }: { from: number; to: number }) => Buffer.from(bytes.subarray(from, to)).toString();
  return /^\w+$/.test(text(key)) ? { key: text(key), value: text(value), end: entry.to } : undefined;
}

/** Where the bytes lie whose number is written at `at`. */
function sized(bytes: Uint8Array, at: number): { from: number; to: number } | undefined {
  let length = 0;
  for (let index = 0; index < 4; index++) {
    const byte = bytes[at + index];
    if (byte === undefined) return undefined;
    length |= (byte & 0x7f) << (7 * index);
    if (byte >= 0x80) continue;
    const from = at + index + 1;
    return from + length <= bytes.length ? { from, to: from + length } : undefined;
  }
  return undefined;
}
