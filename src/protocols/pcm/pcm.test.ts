import { describe, expect, it } from 'vitest';
import { deviceConfig } from '../../../test/support/devices/devices.ts';
import { FakeLink, FakeListener } from '../../../test/support/devices/fake-link.ts';
import type { DeviceCommand } from '../protocol.ts';
import { PCM } from './pcm.ts';

async function open() {
  const link = new FakeLink();
  const listener = new FakeListener();
  const session = await PCM.open(link, deviceConfig({ protocol: 'pcm' }), listener);
  return { link, listener, session };
}

const status = (listening: boolean, speaking: boolean) => ({ type: 'server_status', payload: { listening, speaking } });
const command = (payload: object) => ({ type: 'server_command', payload });

/** Samples of one frame: 40 ms at 16 kHz. */
const FRAME = 640;

describe('the pcm protocol', () => {
  it('offers no subprotocol, waits for no hello, and says nothing before it is told to', async () => {
    const { link } = await open();
    expect(PCM).toMatchObject({
      id: 'pcm',
      subprotocols: [],
      defaultPath: '/',
      helloTimeoutMs: null,
    });
    expect([link.texts, link.binaries]).toEqual([[], []]);
  });
});

describe('playing', () => {
  it('sends frames of exactly 1280 bytes, little-endian, and copies them: the playout uses its buffer again', async () => {
    const { link, session } = await open();
    expect(session.playback).toEqual({ sampleRate: 16_000, frameMs: 40, aheadMs: 200, trailingSilenceMs: 0 });
    await session.prepareToPlay();
    const buffer = new Int16Array(FRAME);
    for (let index = 1; index <= 5; index++) session.play(buffer.fill(index * 0x0102));
    buffer.fill(-1);
    expect(link.binaries.map((bytes) => bytes.byteLength)).toEqual(Array(5).fill(1_280));
    for (const [index, bytes] of link.binaries.entries()) {
      const samples = Array.from({ length: FRAME }, (_, at) => Buffer.from(bytes).readInt16LE(at * 2));
      expect(new Set(samples)).toEqual(new Set([(index + 1) * 0x0102]));
    }
  });

  it('knows how much of its audio waits in the link', async () => {
    const { link, session } = await open();
    for (let frame = 0; frame < 5; frame++) session.play(new Int16Array(FRAME));
    expect(session.unsentMs).toBe(0);
    link.bufferedBytes = 1_279;
    expect(session.unsentMs).toBe(0);
    link.bufferedBytes = 3 * 1_288;
    expect(session.unsentMs).toBe(120);
  });

  it('says that it speaks before the first frame, once', async () => {
    const { link, session } = await open();
    session.send({ type: 'listening', on: true });
    session.send({ type: 'listening', on: false });
    session.send({ type: 'reply_started' });
    expect(link.take()).toEqual([status(true, false), status(false, false)]);
    for (let frame = 0; frame < 3; frame++) session.play(new Int16Array(FRAME));
    expect(link.take()).toEqual([status(false, true)]);
    session.send({ type: 'reply_done' });
    session.send({ type: 'listening', on: true });
    expect(link.take()).toEqual([status(false, false), status(true, false)]);
  });
});

describe('commands', () => {
  it.each<[DeviceCommand, object[]]>([
    [{ type: 'listening', on: true }, [status(true, false)]],
    [{ type: 'listening', on: false }, []],
    [{ type: 'reply_done' }, []],
    [{ type: 'reply_interrupted' }, [command({ command: 'stop' })]],
    [
      { type: 'notice', code: 'engine_timeout', message: 'too slow' },
      [command({ command: 'notice', code: 'engine_timeout', message: 'too slow' })],
    ],
    [{ type: 'transcript', delta: 'hi', startSeconds: 0 }, []],
    [{ type: 'speech_started' }, []],
    [{ type: 'speech_stopped' }, []],
    [{ type: 'reply_started' }, []],
    [{ type: 'reply_text', delta: 'hi' }, []],
    [{ type: 'reply_word', word: 'hi' }, []],
    [{ type: 'reply_text_done', text: 'hi' }, []],
  ])('%j on a fresh line', async (given, messages) => {
    const { link, session } = await open();
    session.send(given);
    expect(link.take()).toStrictEqual(messages);
    expect(link.binaries).toEqual([]);
  });

  it('reply_interrupted amid an answer stops the loudspeaker and takes "speaking" back', async () => {
    const { link, session } = await open();
    session.play(new Int16Array(FRAME));
    link.take();
    session.send({ type: 'reply_interrupted' });
    expect(link.take()).toEqual([command({ command: 'stop' }), status(false, false)]);
  });

  it('tell a status only when it changes', async () => {
    const { link, session } = await open();
    for (const on of [true, true, false, false, true]) session.send({ type: 'listening', on });
    session.send({ type: 'reply_done' });
    expect(link.take()).toEqual([status(true, false), status(false, false), status(true, false)]);
  });

  it('say nothing once the session is closed, whatever comes', async () => {
    const { link, listener, session } = await open();
    session.close();
    session.close();
    session.send({ type: 'listening', on: true });
    session.send({ type: 'reply_interrupted' });
    session.send({ type: 'notice', code: 'internal', message: '' });
    session.play(new Int16Array(FRAME));
    session.receiveText('{"type":"event","payload":{"source":"button","action":"press"}}');
    session.receiveBinary(new Uint8Array(4));
    expect([...link.texts, ...link.binaries, ...listener.events, ...listener.pieces]).toEqual([]);
  });
});

describe('what the device sends', () => {
  it('binary messages are samples, also at an odd place in memory', async () => {
    const { listener, session } = await open();
    session.receiveBinary(Uint8Array.of(1, 0, 255, 255, 0, 128));
    session.receiveBinary(Uint8Array.of(9, 1, 0, 255, 255, 0, 128).subarray(1));
    session.receiveBinary(new Uint8Array(0));
    expect(listener.pieces.map((piece) => [...piece])).toEqual([
      [1, -1, -32_768],
      [1, -1, -32_768],
    ]);
    expect(listener.events).toEqual([]);
  });

  it('the odd byte of a message belongs to the next one, and its owner is told of it once', async () => {
    const { listener, session } = await open();
    for (const bytes of [[1], [0, 2, 0], [3, 0, 4], [0, 5, 0, 6, 0]]) session.receiveBinary(Uint8Array.from(bytes));
    expect([...listener.samples]).toEqual([1, 2, 3, 4, 5, 6]);
    expect(listener.events).toEqual([
      { type: 'warning', code: 'odd_bytes', message: expect.stringContaining('an odd number of bytes') },
    ]);
  });

  it('the odd byte belongs to nothing when the next message was left out', async () => {
    const { listener, session } = await open();
    session.receiveBinary(Uint8Array.of(1, 0, 9));
    session.missed?.();
    session.receiveBinary(Uint8Array.of(2, 0));
    expect([...listener.samples]).toEqual([1, 2]);
    expect(listener.drops).toEqual(['bad_pcm']);
  });

  it('texts are status, button or dropped, and never end the line', async () => {
    const { link, listener, session } = await open();
    session.receiveText('{"type":"client_status","payload":{"uptime_ms":5,"heap_free":6,"wifi_rssi":-7}}');
    session.receiveText('{"type":"event","payload":{"source":"button","action":"press"}}');
    session.receiveText('junk');
    session.receiveText('{"type":"dance","payload":{}}');
    expect(listener.events).toEqual([
      { type: 'status', uptimeMs: 5, heapFreeBytes: 6, wifiRssiDbm: -7 },
      { type: 'speech_button', pressed: true },
      { type: 'dropped', reason: 'bad_json' },
      { type: 'dropped', reason: 'unknown_type' },
    ]);
    expect(link.closes).toEqual([]);
  });
});
