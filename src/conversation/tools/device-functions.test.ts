import { describe, expect, it } from 'vitest';
import { DialtoneError } from '../../core/errors.ts';
import { ManualClock } from '../../core/manual-clock.ts';
import type { DeviceTool, DeviceToolResult, DeviceTools } from '../../protocols/device-tools.ts';
import { createToolBox, type ToolBoxOptions } from './tool-box.ts';

const NO_ARGUMENTS = { type: 'object', properties: {} };
const JPEG = {
  type: 'image',
  data: Buffer.from([0xff, 0xd8, 0xff]).toString('base64'),
  mimeType: 'image/jpeg',
} as const;
const text = (words: string): DeviceToolResult => ({ content: [{ type: 'text', text: words }], isError: false });

const tool = (name: string, more: Partial<DeviceTool> = {}): DeviceTool => ({
  name,
  description: `does ${name}`,
  parameters: NO_ARGUMENTS,
  audience: 'model',
  ...more,
});

function setUp(list: readonly DeviceTool[], more: Partial<ToolBoxOptions> = {}) {
  const clock = new ManualClock(0);
  const calls: { name: string; args: unknown; signal: AbortSignal | undefined }[] = [];
  const device = { list, call: async (): Promise<DeviceToolResult> => text('done') };
  const tools: DeviceTools = {
    list: () => device.list,
    call: (name, args, signal) => {
      calls.push({ name, args, signal });
      return device.call();
    },
  };
  const box = createToolBox({
    clock,
    device: 'robot',
    session: { abilities: { playTone: false, setVolume: false }, send: () => {}, tools },
    reported: () => null,
    endConversation: () => {},
    ...more,
  });
  const run = (name: string, args = '{}', signal = new AbortController().signal) =>
    box.run({ id: 'x', name, arguments: args }, signal);
  const offered = () => box.specs.map(({ name }) => name).slice(3);
  return { box, device, calls, run, offered, clock };
}

describe('functions of a device', () => {
  it('have names that models take, and are called by their own', async () => {
    const { run, offered, calls } = setUp([
      tool('self.audio_speaker.set_volume'),
      tool('self.led.set'),
      tool('self_led_set'),
      tool('self led set'),
      tool('é'),
      tool('x'.repeat(70)),
      tool('x'.repeat(80)),
    ]);
    expect(offered()).toEqual([
      'self_audio_speaker_set_volume',
      'self_led_set',
      'self_led_set_2',
      'self_led_set_3',
      '_',
      'x'.repeat(64),
      `${'x'.repeat(62)}_2`,
    ]);
    for (const name of offered()) expect(name).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
    await run('self_audio_speaker_set_volume', '{"volume": 40}');
    await run('self_led_set_3');
    expect(calls.map(({ name, args }) => [name, args])).toEqual([
      ['self.audio_speaker.set_volume', { volume: 40 }],
      ['self led set', {}],
    ]);
  });

  it('for the user are never offered, nor can they be called', async () => {
    const { run, offered, calls } = setUp([tool('self.reboot', { audience: 'user' })], {
      rules: () => ({ allow: ['*'], deny: [] }),
    });
    expect(offered()).toEqual([]);
    expect(await run('self_reboot')).toMatch(/^Error: there is no such function/);
    expect(await run('self.reboot')).toMatch(/^Error: there is no such function/);
    expect(calls).toEqual([]);
  });

  it('are those that the rules allow just now', async () => {
    let rules: { allow?: string[]; deny: string[] } = { deny: ['*.camera.*'] };
    const { run, offered } = setUp([tool('self.camera.take_photo'), tool('self.led.set')], { rules: () => rules });
    expect(offered()).toEqual(['self_led_set']);
    rules = { allow: ['self.camera.*'], deny: [] };
    expect(offered()).toEqual(['self_camera_take_photo']);
    expect(await run('self_led_set')).toMatch(/^Error: there is no such function/);
  });

  it('are those that the device has just now', () => {
    const { device, offered, box } = setUp([]);
    expect(offered()).toEqual([]);
    device.list = [tool('self.led.set', { description: 'a\u0007b' })];
    expect(box.specs.at(-1)).toEqual({ name: 'self_led_set', description: 'a b', parameters: NO_ARGUMENTS });
  });

  it('leave the names of the built-in ones alone', () => {
    expect(setUp([tool('current_time'), tool('end.conversation'), tool('blink')]).offered()).toEqual(['blink']);
  });

  it('have bounds: how many, how long', () => {
    const many = Array.from({ length: 100 }, (_, index) => tool(`f${index}`));
    expect(setUp(many).offered()).toHaveLength(64);
    const { box } = setUp([
      tool('long', { description: 'x'.repeat(5_000) }),
      tool('huge', { parameters: { type: 'object', properties: { a: { description: 'x'.repeat(9_000) } } } }),
      tool('odd', { parameters: { type: 'string' } }),
      tool('none', { parameters: { type: 'object' }, description: '' }),
    ]);
    const specs = box.specs.slice(3);
    expect(specs.map(({ name }) => name)).toEqual(['long', 'odd', 'none']);
    expect(specs[0]?.description).toHaveLength(1_000);
    expect(specs[1]?.parameters).toEqual(NO_ARGUMENTS);
    expect(specs[2]).toEqual({
      name: 'none',
      description: 'The function "none" of this device.',
      parameters: NO_ARGUMENTS,
    });
  });
});

describe('results of a device', () => {
  it.each<[string, DeviceToolResult, unknown]>([
    ['words', text('It is\u0000 lit.\nReally.'), 'It is  lit.\nReally.'],
    ['nothing', { content: [], isError: false }, 'Done.'],
    ['a failure', { ...text('no servo'), isError: true }, 'Error: no servo'],
    ['a failure without words', { content: [], isError: true }, 'Error: the device could not do it.'],
    ['a failure with an image', { content: [JPEG], isError: true }, 'Error: the device could not do it.'],
    ['an image that is none', { content: [{ ...JPEG, data: '!' }], isError: false }, '[an image that cannot be used]'],
    ['a film', { content: [{ ...JPEG, mimeType: 'video/mp4' }], isError: false }, '[an image that cannot be used]'],
    [
      'a huge image',
      { content: [{ ...JPEG, data: 'A'.repeat(3_000_000) }], isError: false },
      '[an image that cannot be used]',
    ],
    [
      'an image with words',
      { content: [...text('a cat').content, JPEG], isError: false },
      [
        { type: 'text', text: 'a cat' },
        { type: 'image', mediaType: 'image/jpeg', bytes: Buffer.from([0xff, 0xd8, 0xff]) },
      ],
    ],
  ])('%s', async (_, result, expected) => {
    const { device, run } = setUp([tool('f')]);
    device.call = async () => result;
    expect(await run('f')).toEqual(expected);
  });

  it('are cut, and three images are two', async () => {
    const { device, run } = setUp([tool('f')]);
    device.call = async () => ({ content: [...text('x'.repeat(5_000)).content, JPEG, JPEG, JPEG], isError: false });
    const result = (await run('f')) as { type: string; text?: string }[];
    expect(result.map(({ type }) => type)).toEqual(['text', 'image', 'image']);
    expect(result[0]?.text).toHaveLength(2_000);
  });

  it('that are errors of ours are words', async () => {
    const { device, run } = setUp([tool('f')]);
    device.call = () => Promise.reject(new DialtoneError('tool_failed', 'servo stuck'));
    expect(await run('f')).toBe('Error: servo stuck');
    device.call = () => Promise.reject(new Error('secret'));
    expect(await run('f')).toBe('Error: the function failed.');
  });

  it('are not waited for once the user speaks: the device is told', async () => {
    const { device, run, calls, clock } = setUp([tool('f')]);
    device.call = () => new Promise(() => {});
    const controller = new AbortController();
    const result = run('f', '{}', controller.signal);
    controller.abort();
    expect(await result).toBe('Error: stopped.');
    expect(calls[0]?.signal?.aborted).toBe(true);
    const late = run('f');
    clock.advance(30_000);
    expect(await late).toBe('Error: no result within 30 s.');
  });
});
