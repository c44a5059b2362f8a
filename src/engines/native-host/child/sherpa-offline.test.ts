import type { OfflineRecognizer, OfflineStream } from 'sherpa-onnx-node';
import { expect, test } from 'vitest';
import { FrameWriter } from '../frame-writer.ts';
import { FrameParser, FrameType } from '../wire.ts';
import { HostOutput } from './host-output.ts';
import { OfflineRecogniser } from './sherpa-offline.ts';

/** A recogniser that says how much it heard, when it is told to. */
class SlowRecogniser implements OfflineRecognizer {
  readonly decoding: (() => void)[] = [];

  createStream(): OfflineStream & { heard: number } {
    return {
      heard: 0,
      acceptWaveform({ samples }) {
        this.heard = samples.length;
      },
    };
  }

  setConfig(): void {}

  async decodeAsync(stream: OfflineStream): Promise<{ text: string }> {
    await new Promise<void>((resolve) => this.decoding.push(resolve));
    return { text: String((stream as OfflineStream & { heard: number }).heard) };
  }
}

function make(mayLinger: number) {
  const slow = new SlowRecogniser();
  const said: string[] = [];
  const writer = new FrameWriter();
  const parser = new FrameParser();
  writer.attach({
    write: (bytes) =>
      parser.push(Buffer.from(bytes), (type, id, payload) => {
        if (type === FrameType.final) said.push(`${id}: ${payload.toString()}`);
      }),
    cork: () => undefined,
    uncork: () => undefined,
    writableLength: 0,
  });
  const told = { for: async () => slow, mayLinger };
  const limits = { maxWaiting: 1, maxSeconds: 30 };
  const offline = new OfflineRecogniser(told, new HostOutput(writer, () => undefined), limits);
  /** An utterance of so many samples, in pieces of bytes that lie anywhere. */
  const utterance = (id: number, samples: number) => {
    offline.open(id);
    const bytes = new Uint8Array(samples * 2 + 1).subarray(1);
    for (let at = 0; at < bytes.length; at += 640) offline.audio(id, bytes.subarray(at, at + 640));
    offline.end(id);
  };
  const settle = () => new Promise((resolve) => setTimeout(resolve));
  return { slow, offline, utterance, said, settle };
}

test('hears all of an utterance, in order', async () => {
  const { slow, utterance, said, settle } = make(0);
  utterance(1, 100_000);
  utterance(2, 3_333);
  await settle();
  slow.decoding[0]?.();
  await settle();
  slow.decoding[1]?.();
  await settle();
  expect(said).toEqual(['1: 100000', '2: 3333']);
});

test('an utterance that is cancelled while it is decoded gives its place to the next at once, and is not heard of', async () => {
  const { slow, offline, utterance, said, settle } = make(1);
  utterance(1, 5_000);
  await settle();
  utterance(2, 6_000);
  offline.cancel(1);
  await settle();
  expect(slow.decoding).toHaveLength(2);
  slow.decoding[1]?.();
  await settle();
  slow.decoding[0]?.();
  await settle();
  expect(said).toEqual(['2: 6000']);
});

test('where two cannot be decoded side by side, the next one waits for its end', async () => {
  const { slow, offline, utterance, said, settle } = make(0);
  utterance(1, 5_000);
  await settle();
  utterance(2, 6_000);
  offline.cancel(1);
  await settle();
  expect(slow.decoding).toHaveLength(1);
  slow.decoding[0]?.();
  await settle();
  slow.decoding[1]?.();
  await settle();
  expect(said).toEqual(['2: 6000']);
});
