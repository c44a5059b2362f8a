import { describe, expect, it, onTestFinished } from 'vitest';
import { imagesOf } from '#src/engines/chat-content';
import { engineCall } from '#src/engines/engine-call';
import type { ChatMessage, Llm, LlmDelta, LlmOptions } from '#src/engines/llm';
import { PcmDialler } from '../device-sim/protocols/pcm/pcm-dialler.ts';
import { demoSample } from './support/audio/demo-samples.ts';
import { startBackend } from './support/backend.ts';
import { xiaozhiDevice } from './support/devices/xiaozhi-device.ts';
import { VirtualTime } from './support/time/virtual-time.ts';

// A conversation with each kind of device that dials in, from its user's words to what one can see and hear of it.

const LISTEN = { LISTEN_PORT: '0', LISTEN_HOST: '127.0.0.1' };
const QUIET = { greeting: false, long_silence: false, idle_timeout: false };
const QUESTION = demoSample('01.wav');
const JPEG = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(5_000, 7), Buffer.from([0xff, 0xd9])]);

/** A model that sees: it calls one function, and answers from what comes back. */
class Seer implements Llm {
  readonly id = 'seer';
  readonly #call: { readonly name: string; readonly arguments: string };
  readonly #sees: boolean;
  offered: readonly string[] = [];

  constructor(name: string, args: unknown, sees = true) {
    this.#call = { name, arguments: JSON.stringify(args) };
    this.#sees = sees;
  }

  reply(messages: readonly ChatMessage[], { tools = [] }: LlmOptions) {
    this.offered = tools.map(({ name }) => name);
    const last = messages.at(-1);
    const delta: LlmDelta =
      last?.role === 'tool'
        ? { type: 'token', text: answerTo(messages) }
        : { type: 'tool_call', call: { id: 'a', ...this.#call } };
    return engineCall(
      (async function* () {
        yield delta;
      })(),
      this.id,
      { images: this.#sees, tools: true },
    );
  }

  async close(): Promise<void> {}
}

/** What it makes of a picture or of a result. */
function answerTo(messages: readonly ChatMessage[]): string {
  const seen = messages.some((message) => imagesOf(message).some(({ bytes }) => JPEG.equals(bytes)));
  return seen ? 'I see a red apple.' : 'It is done.';
}

async function askedOf(llm: Llm, kind: 'stock' | 'stackchan') {
  const time = new VirtualTime();
  const toy = {
    name: 'toy',
    protocol: 'xiaozhi',
    direction: 'accept',
    id: '02:00:00:00:00:01',
    persistent: kind === 'stackchan',
  };
  const { app, all } = await startBackend([], { time, llm, env: LISTEN, more: [{ ...toy, ...QUIET }] });
  const device = xiaozhiDevice(app.listenPort, { clock: time.clock, kind, photo: JPEG });
  await time.during(device.connect());
  await time.until(() => {
    const tools = app.fleet.tools('toy');
    return typeof tools !== 'string' && tools.list().length > 3;
  });
  await time.during(device.wake('Jarvis'));
  await time.during(device.say(QUESTION.samples));
  await time.until(() => all('turn.ended').length === 1);
  expect(all('turn.ended')[0]).toMatchObject({ outcome: 'answered', heard: QUESTION.text });
  expect(device.problems).toEqual([]);
  expect(device.soundMs).toBeGreaterThan(300);
  return { device, turn: all('turn.ended')[0] };
}

describe.each(['stock', 'stackchan'] as const)('a %s xiaozhi device', (kind) => {
  it('turns its head when its user asks for it', async () => {
    const llm = new Seer('self_robot_set_head_angles', { yaw: -45, pitch: 0 });
    const { device, turn } = await askedOf(llm, kind);
    expect(llm.offered).toContain('self_robot_set_head_angles');
    expect(llm.offered.join(' ')).not.toContain('reboot');
    expect(device.parts.head).toEqual({ yaw: -45, pitch: 0 });
    expect(turn?.answer).toBe('It is done.');
  });

  it('shows its model what it sees', async () => {
    const { device, turn } = await askedOf(new Seer('self_camera_take_photo', { question: 'What is this?' }), kind);
    expect(device.parts.pictures).toEqual(['What is this?']);
    expect(turn?.answer).toBe('I see a red apple.');
  });
});

describe('a pcm device that dials', () => {
  it('is woken by its wake word, plays its tone, and answers; and dials again', async () => {
    const time = new VirtualTime();
    const robot = { name: 'robot', protocol: 'pcm', direction: 'accept', id: 'robot-1', ...QUIET };
    const wake = { activation: 'wake_word', wake_words: ['what time'] };
    const { app, all } = await startBackend([], { time, env: LISTEN, more: [{ ...robot, ...wake }] });
    const url = `ws://127.0.0.1:${app.listenPort}/ws`;
    const device = new PcmDialler({ url, id: 'robot-1', clock: time.clock });
    onTestFinished(() => device.off());
    await time.during(device.connect());
    await time.until(() => app.fleet.get('robot')?.state === 'ready');
    await time.during(device.say(QUESTION.samples));
    await time.until(() => all('turn.ended').some(({ outcome }) => outcome === 'answered'));
    expect(device.of('server_command')).toContainEqual({ command: 'play_tone', tone: 'ack' });
    expect(device.soundMs).toBeGreaterThan(300);
    expect(device).toMatchObject({ overflowedMs: 0, problems: [] });
    expect(app.fleet.reconnect('robot')).toBe('accepted');
    await time.until(() => device.connections === 2 && app.fleet.get('robot')?.state === 'ready');
  });
});
