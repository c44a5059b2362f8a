import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { isHeaderPage, type OggPage, oggPageOf, oggPages } from '../../../test/support/audio/ogg-pages.ts';
import { deviceConfig } from '../../../test/support/devices/devices.ts';
import { FakeLink, FakeListener } from '../../../test/support/devices/fake-link.ts';
import { OggOpusWriter } from '../../audio/ogg/ogg-writer.ts';
import type { OpusCodec } from '../../audio/opus/opus.ts';
import { loadOpusCodec } from '../../audio/opus/opus-codec.ts';
import { int16ToPcmBytes, rms, tone } from '../../audio/pcm.ts';
import type { DeviceCommand, DropReason } from '../protocol.ts';
import { withTools } from '../protocol-entry.ts';
import { REALTIME } from './realtime.ts';

const EVENT_ID = expect.stringMatching(/^event_[A-Za-z0-9]{21}$/);

let codec: OpusCodec;
beforeAll(async () => {
  codec = await loadOpusCodec();
});

async function open(
  entry: Readonly<Record<string, unknown>> = {},
  protocol = withTools(REALTIME, { codec, random: Math.random }),
) {
  const link = new FakeLink();
  const listener = new FakeListener();
  const session = await protocol.open(link, deviceConfig(entry), listener);
  onTestFinished(() => session.close());
  return { link, listener, session };
}

type Opened = Awaited<ReturnType<typeof open>>;

/** A session that has said what it says first. */
async function ready(entry?: Readonly<Record<string, unknown>>): Promise<Opened> {
  const opened = await open(entry);
  opened.link.take();
  return opened;
}

function append(bytes: Uint8Array): string {
  return JSON.stringify({ type: 'input_audio_buffer.append', audio: Buffer.from(bytes).toString('base64') });
}

/** Frames of 80 ms of a tone at 24 kHz. */
function frames(hz: number, count: number): Int16Array[] {
  const samples = tone({ hz, ms: 80 * count, sampleRate: 24_000, amplitude: 0.5 });
  return Array.from({ length: count }, (_, index) => samples.slice(index * 1_920, (index + 1) * 1_920));
}

/** The pages of every delta sent since the last look. */
function deltas(link: FakeLink): OggPage[][] {
  return link
    .take()
    .filter(({ type }) => type === 'response.audio.delta')
    .map(({ delta }) => oggPages(Buffer.from(String(delta), 'base64')));
}

/** A tone as one message for each 40 ms, as a device that has just begun sends it. */
async function microphone(hz: number, count: number): Promise<string[]> {
  const encoder = await codec.createEncoder({ sampleRate: 24_000, frameMs: 40 });
  const writer = new OggOpusWriter();
  const samples = tone({ hz, ms: 40 * count, sampleRate: 24_000, amplitude: 0.5 });
  const messages = Array.from({ length: count }, (_, index) => {
    const header = index === 0 ? writer.headerPages() : new Uint8Array();
    const page = writer.page(encoder.encode(samples.subarray(index * 960, (index + 1) * 960)), 1_920);
    return append(Buffer.concat([header, page]));
  });
  encoder.free();
  return messages;
}

describe('what is said first', () => {
  it.each([
    [{}, { instructions: { type: 'smalltalk', language: null }, voice: 'Watercooler' }],
    [
      { voice: 'Gertrude', instructions: { type: 'constant', text: 'Be brief.', language: 'fr' } },
      { instructions: { type: 'constant', text: 'Be brief.', language: 'fr' }, voice: 'Gertrude' },
    ],
    [
      { instructions: { type: 'unmute_explanation' } },
      { instructions: { type: 'unmute_explanation' }, voice: 'Watercooler' },
    ],
  ])('is session.update, of the entry %j', async (entry, session) => {
    const { link } = await open(entry);
    expect(link.take()).toStrictEqual([
      { type: 'session.update', event_id: EVENT_ID, session: { ...session, allow_recording: false } },
    ]);
  });

  it('waits for nothing: the device has no hello', async () => {
    const protocol = withTools(REALTIME, { codec, random: Math.random });
    expect(protocol).toMatchObject({
      id: 'realtime',
      subprotocols: ['realtime'],
      defaultPath: '/realtime',
      helloTimeoutMs: null,
    });
  });
});

const MESSAGES: readonly (readonly [DeviceCommand, readonly Record<string, unknown>[]])[] = [
  [{ type: 'listening', on: true }, []],
  [{ type: 'listening', on: false }, []],
  [
    { type: 'transcript', delta: ' world', startSeconds: 1.25 },
    [{ type: 'conversation.item.input_audio_transcription.delta', delta: ' world', start_time: 1.25 }],
  ],
  [{ type: 'speech_started' }, [{ type: 'input_audio_buffer.speech_started' }]],
  [{ type: 'speech_stopped' }, [{ type: 'input_audio_buffer.speech_stopped' }]],
  [
    { type: 'reply_started' },
    [
      {
        type: 'response.created',
        response: { object: 'realtime.response', status: 'in_progress', voice: 'Watercooler', chat_history: [] },
      },
    ],
  ],
  [{ type: 'reply_text', delta: ' noon' }, [{ type: 'unmute.response.text.delta.ready', delta: ' noon' }]],
  [{ type: 'reply_word', word: 'noon' }, [{ type: 'response.text.delta', delta: 'noon' }]],
  [{ type: 'reply_text_done', text: 'It is noon.' }, [{ type: 'response.text.done', text: 'It is noon.' }]],
  [{ type: 'reply_done' }, [{ type: 'response.audio.done' }]],
  [{ type: 'reply_interrupted' }, [{ type: 'unmute.interrupted_by_vad' }, { type: 'response.audio.done' }]],
  [
    { type: 'notice', code: 'engine_timeout', message: 'too slow' },
    [
      {
        type: 'error',
        error: { type: 'warning', code: 'engine_timeout', message: 'too slow', param: null, details: null },
      },
    ],
  ],
];

describe('commands', () => {
  it.each(MESSAGES)('%j', async (command, messages) => {
    const { link, session } = await ready();
    session.send(command);
    expect(link.take()).toStrictEqual(messages.map(({ type, ...rest }) => ({ type, event_id: EVENT_ID, ...rest })));
    expect(link.binaries).toEqual([]);
  });

  it('give every message an event id of its own', async () => {
    const { link, session } = await open();
    for (const [command] of MESSAGES) session.send(command);
    const ids = link.take().map(({ event_id }) => event_id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('never carry the history or the instructions once the session has begun', async () => {
    const { link, session } = await ready({ instructions: { type: 'constant', text: 'CANARY' } });
    for (const [command] of MESSAGES) session.send(command);
    expect(link.texts.join()).not.toContain('CANARY');
  });

  it('say nothing once the session is closed, whatever comes', async () => {
    const { link, listener, session } = await ready();
    await session.prepareToPlay();
    session.close();
    session.close();
    for (const [command] of MESSAGES) session.send(command);
    await session.prepareToPlay();
    session.play(new Int16Array(1_920));
    session.receiveText((await microphone(440, 1))[0] ?? '');
    session.receiveText('junk');
    session.receiveBinary(new Uint8Array(4));
    expect(link.texts).toEqual([]);
    expect([...listener.events, ...listener.pieces]).toEqual([]);
  });
});

describe('playing', () => {
  it('sends each frame as one delta of two pages, that decode to what was played', async () => {
    const { link, session } = await ready();
    expect(session.playback).toEqual({ sampleRate: 24_000, frameMs: 80, aheadMs: 320, trailingSilenceMs: 80 });
    await session.prepareToPlay();
    for (const frame of frames(440, 10)) session.play(frame);
    const sent = deltas(link);
    expect(sent.map((pages) => pages.length)).toEqual([4, ...Array(9).fill(2)]);
    const decoder = await codec.createDecoder({ sampleRate: 24_000 });
    onTestFinished(() => decoder.free());
    const heard = sent
      .flat()
      .filter((page) => !isHeaderPage(page))
      .map(({ body }) => decoder.decode(body));
    expect(heard.map((samples) => samples.length)).toEqual(Array(20).fill(960));
    expect(rms(heard[10] ?? new Int16Array())).toBeCloseTo(0.35, 1);
  });

  it('sends header pages with the first delta only, and counts on over replies whose encoder was made anew', async () => {
    const { link, session } = await ready();
    const pages: OggPage[] = [];
    for (const ending of ['reply_done', 'reply_interrupted', 'reply_done'] as const) {
      await session.prepareToPlay();
      for (const frame of frames(440, 3)) session.play(frame);
      session.send({ type: ending });
      pages.push(...deltas(link).flat());
    }
    expect(pages.map(isHeaderPage)).toEqual([true, true, ...Array(18).fill(false)]);
    expect(pages.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 20 }, (_, index) => index));
    expect(pages.slice(2).map(({ granule }) => Number(granule) / 1_920)).toEqual(
      Array.from({ length: 18 }, (_, index) => index + 1),
    );
    for (const { packets, serial } of pages) expect([packets, serial]).toEqual([1, 42]);
  });

  it('needs an encoder: a frame without one is not sent', async () => {
    const { link, session } = await ready();
    session.play(new Int16Array(1_920));
    await session.prepareToPlay();
    session.send({ type: 'reply_done' });
    link.take();
    session.play(new Int16Array(1_920));
    expect(link.texts).toEqual([]);
  });

  it('answers an Ogg device, and one that has said nothing yet, in Ogg; one that speaks PCM in PCM', async () => {
    const { link, session } = await ready();
    await session.prepareToPlay();
    session.play(new Int16Array(1_920));
    for (let message = 0; message < 4; message++) session.receiveText(append(randomBytes(1_000)));
    session.play(new Int16Array(1_920));
    for (const message of await microphone(440, 1)) session.receiveText(message);
    for (let message = 0; message < 20; message++) session.receiveText(append(randomBytes(1_000)));
    session.play(new Int16Array(1_920));
    expect(deltas(link).map((pages) => pages.length)).toEqual([4, 2, 2]);

    const pcm = await ready({ audio_format: 'pcm16' });
    await pcm.session.prepareToPlay();
    const [frame = new Int16Array()] = frames(440, 1);
    pcm.session.play(frame);
    expect(pcm.link.take()[0]?.delta).toBe(Buffer.from(int16ToPcmBytes(frame)).toString('base64'));
  });
});

describe('two sessions', () => {
  it('share no codec state: each sounds as if it were alone', async () => {
    const speech = await microphone(300, 20);
    const other = await microphone(1_500, 20);
    const run = async (between: (index: number) => void) => {
      const { link, listener, session } = await ready();
      await session.prepareToPlay();
      for (const [index, frame] of frames(300, 20).entries()) {
        session.receiveText(speech[index] ?? '');
        session.play(frame);
        between(index);
      }
      return { heard: listener.samples, sent: deltas(link).flat() };
    };
    const alone = await run(() => undefined);

    const second = await ready();
    await second.session.prepareToPlay();
    const noise = frames(1_500, 20);
    const together = await run((index) => {
      second.session.receiveText(other[index] ?? '');
      second.session.play(noise[index] ?? new Int16Array());
    });
    expect(together.heard).toEqual(alone.heard);
    expect(together.sent).toEqual(alone.sent);
    expect(second.listener.samples).not.toEqual(alone.heard);
  });

  it('begin each with their header pages at sequence 0, also one after the other with one protocol', async () => {
    const protocol = withTools(REALTIME, { codec, random: Math.random });
    const runs: OggPage[][] = [];
    for (let connection = 0; connection < 2; connection++) {
      const { link, session } = await open({}, protocol);
      await session.prepareToPlay();
      for (const frame of frames(440, 5)) session.play(frame);
      runs.push(deltas(link).flat());
      session.close();
    }
    expect(runs[1]?.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 12 }, (_, index) => index));
    expect(runs[1]?.map(isHeaderPage).slice(0, 3)).toEqual([true, true, false]);
    expect(runs[1]).toEqual(runs[0]);
  });

  it('do not go on with each other: what the first left half is nothing to the second', async () => {
    const protocol = withTools(REALTIME, { codec, random: Math.random });
    const [message = ''] = await microphone(440, 1);
    const bytes = Buffer.from(String((JSON.parse(message) as { audio: string }).audio), 'base64');
    const first = await open({}, protocol);
    first.session.receiveText(append(bytes.subarray(0, bytes.length - 10)));
    first.session.close();
    const second = await open({}, protocol);
    second.session.receiveText(append(bytes.subarray(bytes.length - 10)));
    expect(second.listener.pieces).toEqual([]);
    second.session.receiveText(message);
    expect(second.listener.pieces).toHaveLength(1);
  });
});

describe('what a device gets wrong', () => {
  const BAD: readonly (readonly [string, string, DropReason])[] = [
    ['no JSON', '{"type": "input_audio', 'bad_json'],
    ['a JSON list', '[1,2,3]', 'bad_json'],
    ['null', 'null', 'bad_json'],
    ['JSON 100,000 deep', '['.repeat(100_000) + ']'.repeat(100_000), 'bad_json'],
    ['no type', '{"audio":"T2dn"}', 'bad_json'],
    ['an unknown type', '{"type":"make.coffee"}', 'unknown_type'],
    ['a type that is no text', '{"type":{"a":1}}', 'unknown_type'],
    ['audio that is missing', '{"type":"input_audio_buffer.append"}', 'unexpected'],
    ['audio that is no text', '{"type":"input_audio_buffer.append","audio":[1,2]}', 'unexpected'],
    ['audio that is no base64', '{"type":"input_audio_buffer.append","audio":"%%%"}', 'bad_base64'],
    ['audio that is nothing known', append(randomBytes(500)), 'bad_ogg'],
    ['broken Ogg', append(Buffer.concat([Buffer.from('OggS\x01'), randomBytes(300)])), 'bad_ogg'],
    ['no Opus in an Ogg page', append(new OggOpusWriter().page(Uint8Array.of(3, 0), 1_920)), 'bad_opus'],
  ];

  it.each(BAD)('%s is counted as such, and the next message is heard', async (_, message, reason) => {
    const { listener, link, session } = await ready();
    session.receiveText(message);
    // What may be PCM is held until it is clear that it is not.
    if (reason !== 'bad_ogg') expect(listener.drops).toEqual([reason]);
    for (const good of await microphone(440, 2)) session.receiveText(good);
    expect(listener.drops).toEqual([reason]);
    expect(listener.samples.length).toBe(1_280);
    expect(link.closes).toEqual([]);
  });

  it('a binary message is unexpected', async () => {
    const { listener, session } = await ready();
    session.receiveBinary(randomBytes(100));
    expect(listener.drops).toEqual(['unexpected']);
  });

  it('odd bytes of raw PCM are told, and bad PCM only where the next message was left out', async () => {
    const { listener, session } = await ready({ audio_format: 'pcm16' });
    for (const length of [1_919, 1_921, 1_919]) session.receiveText(append(new Uint8Array(length)));
    expect(listener.events).toEqual([
      { type: 'warning', code: 'odd_bytes', message: expect.stringContaining('an odd number of bytes') },
    ]);
    session.missed?.();
    session.receiveText(append(new Uint8Array(1_920)));
    expect(listener.drops).toEqual(['bad_pcm']);
  });

  it('its session.update is nothing to us, as in the original', async () => {
    const { listener, link, session } = await ready();
    session.receiveText('{"type":"session.update","session":{"voice":"Gertrude","allow_recording":true}}');
    expect([listener.events, link.texts]).toEqual([[], []]);
  });

  it('nothing whatsoever is thrown back at the socket', async () => {
    const { session } = await ready();
    const audio = fc.oneof(
      fc.base64String(),
      fc.uint8Array({ maxLength: 2_000 }).map((bytes) => Buffer.from(bytes).toString('base64')),
      fc.uint8Array({ minLength: 1, maxLength: 254 }).map((packet) => oggPageOf(packet).toString('base64')),
      fc.jsonValue(),
    );
    const message = fc.oneof(
      fc.string(),
      fc.json(),
      audio.map((value) => JSON.stringify({ type: 'input_audio_buffer.append', audio: value })),
    );
    fc.assert(
      fc.property(message, (text) => {
        session.receiveText(text);
      }),
      { numRuns: 500 },
    );
  });
});

it('hears the same whichever library wrote the JSON around the audio', async () => {
  const messages = await microphone(440, 10);
  const heard = async (change: (text: string) => string) => {
    const { session, listener } = await open();
    for (const message of messages) session.receiveText(change(message));
    return { samples: [...listener.samples], drops: listener.drops };
  };
  const plain = await heard((text) => text);
  expect(plain.samples.length).toBe(6_400);
  expect(plain.drops).toEqual([]);
  // Python's spaces, PHP's escaped slashes, another order, letters as escapes.
  expect(await heard((text) => text.replaceAll(':"', ': "').replaceAll(',"', ', "'))).toEqual(plain);
  expect(await heard((text) => text.replaceAll('/', '\\/'))).toEqual(plain);
  expect(await heard((text) => JSON.stringify({ audio: JSON.parse(text).audio, type: JSON.parse(text).type }))).toEqual(
    plain,
  );
  expect(await heard((text) => text.replace('T2dn', '\\u00542dn'))).toEqual(plain);
});

it('tells no base64 from no JSON', async () => {
  const { session, listener } = await open();
  session.receiveText('{"type":"input_audio_buffer.append","audio":"%%%%"}');
  session.receiveText('{"type":"input_audio_buffer.append","audio":"T2\ndn"}');
  session.receiveText('{"type":"input_audio_buffer.append","audio":""}');
  expect(listener.drops).toEqual(['bad_base64', 'bad_json']);
});
