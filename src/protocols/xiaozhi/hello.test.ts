import { describe, expect, it } from 'vitest';
import { readHello, serverHello } from './hello.ts';

const HELLO = {
  type: 'hello',
  version: 1,
  features: { mcp: true },
  transport: 'websocket',
  audio_params: { format: 'opus', sample_rate: 16_000, channels: 1, frame_duration: 60 },
};

describe('the hello of a device', () => {
  it.each([
    ['as firmware sends it', HELLO, undefined, { version: 1, frameMs: 60, hasTools: true }],
    [
      'its version counts more than the header',
      { ...HELLO, version: 3 },
      '2',
      { version: 3, frameMs: 60, hasTools: true },
    ],
    ['without a version, the header counts', { type: 'hello' }, '2', { version: 2, frameMs: 60, hasTools: false }],
    ['without both it is the first', { type: 'hello' }, undefined, { version: 1, frameMs: 60, hasTools: false }],
    [
      'packets of 20 ms',
      { ...HELLO, audio_params: { frame_duration: 20 } },
      undefined,
      { version: 1, frameMs: 20, hasTools: true },
    ],
    [
      'packets of a length that no encoder makes',
      { ...HELLO, audio_params: { frame_duration: -1e9 } },
      undefined,
      { version: 1, frameMs: 60, hasTools: true },
    ],
    [
      'with nothing where there could be something',
      { type: 'hello', version: null, transport: null, features: null, audio_params: null },
      undefined,
      { version: 1, frameMs: 60, hasTools: false },
    ],
    [
      'with nothing in its audio',
      { ...HELLO, audio_params: { format: null, channels: null, frame_duration: null } },
      undefined,
      { version: 1, frameMs: 60, hasTools: true },
    ],
  ])('is read: %s', (_what, message, header, hello) => {
    expect(readHello(message, header)).toEqual({ hello });
  });

  it.each([
    ['no hello', { type: 'listen' }, undefined, /no hello/],
    ['no JSON', undefined, undefined, /no hello/],
    ['an array', [], undefined, /no hello/],
    ['an unknown version', { ...HELLO, version: 4 }, undefined, /version 4 is not known/],
    ['an unknown version in the header', { type: 'hello' }, '9', /version 9/],
    ['no number in the header', { type: 'hello' }, 'x', /version NaN/],
    ['half a version', { ...HELLO, version: 1.5 }, undefined, /^"version" of the hello is wrong: int is expected$/],
    ['a version in words', { ...HELLO, version: '3' }, undefined, /^"version" of the hello is wrong/],
    [
      'a length in words',
      { ...HELLO, audio_params: { frame_duration: '60' } },
      undefined,
      /"audio_params.frame_duration"/,
    ],
    ['a list of features', { ...HELLO, features: [] }, undefined, /"features" of the hello is wrong/],
    ['another transport', { ...HELLO, transport: 'udp' }, undefined, /not "udp"/],
    ['another format', { ...HELLO, audio_params: { format: 'pcm' } }, undefined, /must be "opus"/],
    ['two channels', { ...HELLO, audio_params: { channels: 2 } }, undefined, /one channel/],
  ])('is refused with what is wrong: %s', (_what, message, header, problem) => {
    expect(readHello(message, header)).toEqual({ problem: expect.stringMatching(problem) });
  });

  it('is answered with what firmware demands', () => {
    expect(serverHello('abc', { version: 2, frameMs: 20, hasTools: false })).toEqual({
      type: 'hello',
      transport: 'websocket',
      session_id: 'abc',
      audio_params: { format: 'opus', sample_rate: 24_000, channels: 1, frame_duration: 20 },
    });
  });
});
