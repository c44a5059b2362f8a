import { describe, expect, it } from 'vitest';
import { deviceConfig, parseDevices } from '../../../test/support/devices/devices.ts';
import { FakeLink, FakeListener } from '../../../test/support/devices/fake-link.ts';
import { DialtoneError } from '../../core/errors.ts';
import { PCM } from './pcm.ts';

const COLOR = {
  name: 'set_led_color',
  description: 'Sets the color of the light.',
  parameters: {
    type: 'object',
    properties: { color: { type: 'string', enum: ['red', 'green'] }, level: { type: 'integer', minimum: 0 } },
    required: ['color'],
    additionalProperties: false,
  },
};

async function open(commands: readonly unknown[], more: Readonly<Record<string, unknown>> = {}) {
  const link = new FakeLink();
  const session = await PCM.open(link, deviceConfig({ protocol: 'pcm', commands, ...more }), new FakeListener());
  return { link, session };
}

/** What is wrong with an entry that lists these commands. */
const errorsOf = (commands: unknown) =>
  parseDevices(JSON.stringify({ devices: [{ name: 'a', host: '192.0.2.1', protocol: 'pcm', commands }] }), 'x', {
    lenient: true,
  }).misconfigured.flatMap(({ errors }) => errors);

describe('commands of a device', () => {
  it('are its functions; without any it has none', async () => {
    expect((await open([])).session.tools).toBe(undefined);
    const { session } = await open(['blink', COLOR]);
    expect(session.tools?.list()).toEqual([
      { name: 'blink', description: '', parameters: { type: 'object', properties: {} }, audience: 'model' },
      { ...COLOR, audience: 'model' },
    ]);
  });

  it.each([
    ['set_led_color', 'model'],
    ['rotate', 'model'],
    ['take_note', 'model'],
    ['reboot', 'user'],
    ['factory_reset', 'user'],
    ['Restart', 'user'],
    ['ota', 'user'],
    ['firmware.update', 'user'],
    ['deep_sleep', 'user'],
    ['set_wifi', 'user'],
  ])('of the name %s are for the %s unless the entry says so', async (name, audience) => {
    const audiences = async (command: unknown) =>
      (await open([command])).session.tools?.list().map((tool) => tool.audience);
    expect(await audiences(name)).toEqual([audience]);
    expect(await audiences({ name, audience: 'user' })).toEqual(['user']);
    expect(await audiences({ name, audience: 'model' })).toEqual(['model']);
  });

  it('are sent with their arguments, which cannot name another command', async () => {
    const { link, session } = await open(['blink', COLOR]);
    const result = await session.tools?.call('blink', { times: 3, command: 'reboot' });
    await session.tools?.call('set_led_color', { color: 'red' });
    expect(result).toEqual({ content: [{ type: 'text', text: '"blink" was sent to the device.' }], isError: false });
    expect(link.take()).toEqual([
      { type: 'server_command', payload: { command: 'blink', times: 3 } },
      { type: 'server_command', payload: { command: 'set_led_color', color: 'red' } },
    ]);
  });

  it('are refused when they are not listed, or their arguments are not right', async () => {
    const { link, session } = await open(['blink', COLOR]);
    const codeOf = (name: string, args: Record<string, unknown>, signal?: AbortSignal) =>
      session.tools?.call(name, args, signal).then(
        () => 'sent',
        (error: Error) => (error instanceof DialtoneError ? error.code : error.name),
      );
    expect(await codeOf('reboot', {})).toBe('tool_unknown');
    expect(await codeOf('constructor', {})).toBe('tool_unknown');
    expect(await codeOf('set_led_color', {})).toBe('tool_bad_arguments');
    expect(await codeOf('set_led_color', { color: 'blue' })).toBe('tool_bad_arguments');
    expect(await codeOf('set_led_color', { color: 'red', level: -1 })).toBe('tool_bad_arguments');
    expect(await codeOf('set_led_color', { color: 'red', more: 1 })).toBe('tool_bad_arguments');
    expect(await codeOf('blink', { text: 'x'.repeat(3_000) })).toBe('tool_bad_arguments');
    expect(await codeOf('blink', {}, AbortSignal.abort())).toBe('AbortError');
    session.close();
    expect(await codeOf('blink', {})).toBe('link_lost');
    expect(link.texts).toEqual([]);
  });

  it.each([
    [['']],
    [['two words']],
    [['x'.repeat(65)]],
    [['blink', 'blink']],
    [[{ name: 'blink', parameters: { type: 'string' } }]],
    [[{ name: 'blink', parameters: { type: 'object', properties: { a: { $ref: '#/nowhere' } } } }]],
    [[{ name: 'blink', extra: 1 }]],
    [[{ name: 'blink', audience: 'all' }]],
    ['blink'],
    [Array.from({ length: 65 }, (_, index) => `c${index}`)],
  ])('are checked when devices.json is read: %j', (commands) => {
    expect(errorsOf(['fine'])).toEqual([]);
    const errors = errorsOf(commands);
    expect(errors.length).toBeGreaterThan(0);
    for (const error of errors) expect(error).toMatch(/^devices\[0\]\.commands/);
  });
});

it('the sound of having woken up has the name that a device which dials in knows', async () => {
  const tonesOf = async (more: Readonly<Record<string, unknown>>) => {
    const { link, session } = await open([], more);
    for (const tone of ['wake', 'done', 'error'] as const) session.send({ type: 'play_tone', tone });
    return link.take().map(({ payload }) => (payload as { tone: string }).tone);
  };
  expect(await tonesOf({})).toEqual(['wake', 'done', 'error']);
  expect(await tonesOf({ direction: 'accept', id: 'robot', host: undefined })).toEqual(['ack', 'done', 'error']);
});
