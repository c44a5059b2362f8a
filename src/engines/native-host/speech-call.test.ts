import { expect, test } from 'vitest';
import { DialtoneError } from '../../core/errors.ts';
import { ManualClock } from '../../core/manual-clock.ts';
import { FrameWriter } from './frame-writer.ts';
import { SpeechCall } from './speech-call.ts';
import { FrameParser, FrameType } from './wire.ts';

const SLOT = 3;
const job = { text: 'Hello.', speaker: 1, speed: 1 };

function make() {
  const frames: { type: number; id: number; payload: string }[] = [];
  const parser = new FrameParser();
  const writer = new FrameWriter();
  writer.attach({
    write: (bytes) =>
      parser.push(Buffer.from(bytes), (type, id, payload) => frames.push({ type, id, payload: payload.toString() })),
    cork: () => undefined,
    uncork: () => undefined,
    writableLength: 0,
  });
  const clock = new ManualClock();
  const controller = new AbortController();
  let over = 0;
  const { signal } = controller;
  const call = new SpeechCall({
    engine: 'sherpa',
    id: 7,
    slot: SLOT,
    job,
    writer,
    clock,
    signal,
    onOver: () => over++,
  });
  const sent = () => {
    writer.flush();
    return frames;
  };
  return { call, clock, controller, sent, over: () => over };
}

async function collect(call: SpeechCall): Promise<Int16Array[]> {
  const list: Int16Array[] = [];
  for await (const samples of call.speech) list.push(samples);
  return list;
}

test('asks for the sentence and gives what is said, copied', async () => {
  const { call, clock, sent, over } = make();
  expect(sent()).toEqual([{ type: FrameType.say, id: 7, payload: `\u0003\u0000\u0000\u0000${JSON.stringify(job)}` }]);
  // At an odd address, and good during the call only.
  const bytes = Buffer.from([0, 1, 0, 2, 0]).subarray(1);
  call.receive(FrameType.speech, bytes);
  bytes.fill(0xff);
  call.receive(FrameType.spoken, Buffer.alloc(0));
  expect(await collect(call)).toEqual([Int16Array.of(1, 2)]);
  call.cancel();
  expect([sent().length, over(), clock.pending]).toEqual([1, 1, 0]);
});

test('aborted, it tells the host to stop, once', async () => {
  const { call, clock, controller, sent, over } = make();
  controller.abort();
  await expect(collect(call)).rejects.toMatchObject({ name: 'AbortError' });
  call.cancel();
  call.receive(FrameType.speech, Buffer.alloc(2));
  expect(sent().map(({ type, id }) => [type, id])).toEqual([
    [FrameType.say, 7],
    [FrameType.cancel, 7],
  ]);
  expect([over(), clock.pending]).toEqual([1, 0]);
});

test('a voice that hangs is given up, one that speaks now and then is not', async () => {
  const { call, clock, sent } = make();
  clock.advance(59_000);
  call.receive(FrameType.speech, Buffer.alloc(2));
  clock.advance(59_000);
  expect(sent()).toHaveLength(1);
  clock.advance(1_000);
  await expect(collect(call)).rejects.toMatchObject({ code: 'engine_timeout', retryable: true, engine: 'sherpa' });
  expect(sent().at(-1)?.type).toBe(FrameType.cancel);
});

test('fails with what the host says, or with the host', async () => {
  const full = make();
  full.call.receive(FrameType.failed, Buffer.from('{"code":"engine_overloaded","message":"full"}'));
  await expect(collect(full.call)).rejects.toMatchObject({
    code: 'engine_overloaded',
    retryable: true,
    message: 'full',
  });
  const down = make();
  down.call.fail(new DialtoneError('speech_host_down', 'gone'));
  await expect(collect(down.call)).rejects.toMatchObject({ code: 'speech_host_down' });
  expect([full, down].map(({ clock, over }) => [clock.pending, over()])).toEqual([
    [0, 1],
    [0, 1],
  ]);
});
