import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { onnxMetadata, readOnnxMetadata } from './onnx-metadata.ts';

const model = fileURLToPath(new URL('../../../assets/asr-demo-model/model.int8.onnx', import.meta.url));

function field(tag: number, bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from([tag, (bytes.length & 0x7f) | 0x80, bytes.length >> 7]), bytes]);
}

function entry(key: string, value: string): Buffer {
  return field(0x72, Buffer.concat([field(0x0a, Buffer.from(key)), field(0x12, Buffer.from(value))]));
}

test('finds what stands behind the graph of a real model', async () => {
  const metadata = await readOnnxMetadata(model);
  expect(metadata.get('model_type')).toBe('EncDecCTCModel');
  expect(metadata.get('vocab_size')).toBe('210');
});

test('passes over other bytes, and over an entry whose lengths do not fit', () => {
  const noise = Buffer.from('rrr\n\u0001x\u0012noise');
  const cut = entry('cut', 'value').subarray(0, -2);
  const bytes = Buffer.concat([noise, entry('model_type', 'x'.repeat(200)), noise, cut]);
  expect([...onnxMetadata(bytes)]).toEqual([['model_type', 'x'.repeat(200)]]);
  expect(onnxMetadata(new Uint8Array()).size).toBe(0);
});
