import type { OfflineTts, SpeechRequest } from 'sherpa-onnx-node';
import { expect, test } from 'vitest';
import { FrameWriter } from '../frame-writer.ts';
import { FrameParser, FrameType } from '../wire.ts';
import { HostOutput } from './host-output.ts';
import { Voice } from './sherpa-voice.ts';

/** Says a sample for each sentence when it is told to go on, until it is told to stop. */
class SlowTts implements OfflineTts {
  readonly sampleRate = 16_000;
  readonly numSpeakers = 2;
  readonly begun: SpeechRequest[] = [];
  said = 0;
  #goOn: (() => void) | undefined;

  async generateAsync(request: SpeechRequest): Promise<{ samples: Float32Array }> {
    this.begun.push(request);
    for (const _ of request.text.split('.').slice(1)) {
      await new Promise<void>((resolve) => {
        this.#goOn = resolve;
      });
      this.said++;
      if (!request.onProgress({ samples: new Float32Array([1]) })) break;
    }
    return { samples: new Float32Array(0) };
  }

  async next(): Promise<void> {
    this.#goOn?.();
    await new Promise(setImmediate);
  }
}

function make(maxWaiting = 2) {
  const tts = new SlowTts();
  const frames: string[] = [];
  const writer = new FrameWriter();
  const parser = new FrameParser();
  const name = (type: number) => Object.entries(FrameType).find(([, value]) => value === type)?.[0];
  writer.attach({
    write: (bytes) => parser.push(Buffer.from(bytes), (type, id) => frames.push(`${id} ${name(type)}`)),
    cork: () => undefined,
    uncork: () => undefined,
    writableLength: 0,
  });
  const voice = new Voice(tts, new HostOutput(writer, () => undefined), { maxWaiting });
  const said = () => {
    writer.flush();
    return frames;
  };
  return { tts, voice, said };
}

const job = (text: string, speaker = 0) => ({ text, speaker, speed: 1 });

test('hands on each sentence as it is made, one text after another', async () => {
  const { tts, voice, said } = make();
  voice.say(1, job('One. Two.'));
  voice.say(2, job('Three.'));
  await tts.next();
  expect(said()).toEqual(['1 speech']);
  await tts.next();
  expect(said()).toEqual(['1 speech', '1 speech', '1 spoken']);
  await tts.next();
  expect(said().slice(3)).toEqual(['2 speech', '2 spoken']);
});

test('a cancelled text stops before its next sentence, one that waits never begins', async () => {
  const { tts, voice, said } = make();
  voice.say(1, job('One. Two. Three. Four.'));
  voice.say(2, job('Five.'));
  voice.say(3, job('Six.'));
  await tts.next();
  voice.cancel(1);
  voice.cancel(2);
  await tts.next();
  expect(tts.said).toBe(2);
  expect(tts.begun.map(({ text }) => text)).toEqual(['One. Two. Three. Four.', 'Six.']);
  expect(said()).toEqual(['1 speech']);
});

test('refuses one too many, and takes a speaker that the model has not for the first', async () => {
  const { tts, voice, said } = make(1);
  for (const id of [1, 2, 3]) voice.say(id, job('One.', id));
  expect(said()).toEqual(['3 failed']);
  await tts.next();
  expect(tts.begun.map(({ sid }) => sid)).toEqual([1, 0]);
});
