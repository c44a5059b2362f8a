import { describe, expect, it } from 'vitest';
import { demoSample } from './support/audio/demo-samples.ts';
import { startBackend } from './support/backend.ts';
import { InboundDevice } from './support/devices/inbound-device.ts';
import { xiaozhiDevice } from './support/devices/xiaozhi-device.ts';
import { VirtualTime } from './support/time/virtual-time.ts';

const QUESTION = demoSample('01.wav');
const LISTEN = { LISTEN_PORT: '0', LISTEN_HOST: '127.0.0.1' };

const entry = (more: Readonly<Record<string, unknown>> = {}) => ({
  name: 'toy',
  protocol: 'xiaozhi',
  direction: 'accept',
  id: '02:00:00:00:00:01',
  long_silence: false,
  idle_timeout: false,
  ...more,
});

describe('a stock xiaozhi device', () => {
  it.each([1, 2, 3] as const)('of version %i is woken, asked, and answers', async (version) => {
    const time = new VirtualTime();
    const { app, all } = await startBackend([], { time, env: LISTEN, more: [entry()] });
    const device = xiaozhiDevice(app.listenPort, { clock: time.clock, version });
    // Half of the question is said before the device has noticed its wake word.
    const at = 16 * 960;
    await time.during(device.wake('Jarvis', QUESTION.samples.subarray(0, at)));
    await time.during(device.say(QUESTION.samples.subarray(at)));
    await time.until(() => all('turn.ended').length === 1 && device.state === 'listening');
    expect(all('turn.ended')[0]).toMatchObject({ outcome: 'answered', heard: QUESTION.text });
    expect(device.of('stt')).toMatchObject([{ text: QUESTION.text }]);
    expect(device.of('tts').map(({ state }) => state)).toEqual([
      'start',
      ...device.sentences.map(() => 'sentence_start'),
      'stop',
    ]);
    expect(device.sentences.join(' ')).toBe(all('turn.ended')[0]?.answer);
    expect(device.of('llm')).toHaveLength(1);
    expect(device.soundMs).toBeGreaterThan(500);
    expect(device).toMatchObject({ packetsOutside: 0, problems: [] });
    expect(device.queue).toMatchObject({ overflowed: 0, underruns: 0 });
  });

  it('shows what its user asks once that is known, without the wake word, and nothing of a wake word alone', async () => {
    const time = new VirtualTime();
    const { app, all } = await startBackend([], { time, env: LISTEN, more: [entry()] });
    const device = xiaozhiDevice(app.listenPort, { clock: time.clock, version: 3 });
    const hello = demoSample('00.wav');
    // It comes so slowly that its first words are recognised before it is whole.
    await time.during(device.wake(hello.text));
    await time.during(device.say(hello.samples));
    await time.until(() => all('turn.ended').length === 1);
    expect(all('turn.ended')).toMatchObject([{ outcome: 'no_speech' }]);
    app.fleet.say('toy', { text: 'Dinner is ready.', interrupt: false, listenAfter: false });
    await time.until(() => all('turn.ended').length === 2 && device.state === 'listening');
    expect(device.of('stt')).toEqual([]);
    await time.during(device.wake(hello.text, hello.samples));
    await time.during(device.say(QUESTION.samples));
    await time.until(() => device.of('stt').length > 0);
    expect(device.of('stt')).toMatchObject([{ text: QUESTION.text }]);
    const types = device.texts.map(({ type, state }) => `${type} ${state ?? ''}`);
    expect(types.indexOf('stt ')).toBeLessThan(types.lastIndexOf('tts start'));
  });

  it.each([
    [0, 2],
    [300, 5],
    [2_400, 36],
  ])('gets %i ms of an answer before they are due: about %i packets at most wait', async (prebuffer_ms, most) => {
    const time = new VirtualTime();
    const more = [entry({ persistent: true, greeting: false, prebuffer_ms })];
    const { app, all } = await startBackend([], { time, env: LISTEN, more });
    const device = xiaozhiDevice(app.listenPort, { clock: time.clock, kind: 'stackchan' });
    await time.during(device.connect());
    await time.until(() => app.fleet.get('toy')?.state === 'ready');
    const text = 'This is long enough for more than two seconds and a half, as every user will find who listens to it.';
    const said = app.fleet.say('toy', { text, interrupt: false, listenAfter: false });
    if (typeof said === 'string') throw new Error(said);
    await time.until(() => all('turn.ended').length === 1 && device.state === 'idle');
    expect(device.queue).toMatchObject({ overflowed: 0, underruns: 0 });
    // On a busy machine the first packet comes some milliseconds later than those behind it.
    expect(device.queue?.deepest).toBeLessThanOrEqual(most + 1);
    expect(device.queue?.deepest).toBeGreaterThan(most / 2 - 1);
    expect(device.soundMs).toBeGreaterThan(2_500);
  });

  it('is listened to as long as its button is held', async () => {
    const time = new VirtualTime();
    const { app, all } = await startBackend([], { time, env: LISTEN, more: [entry()] });
    const device = xiaozhiDevice(app.listenPort, { clock: time.clock, version: 3 });
    await time.during(device.hold());
    await time.during(device.say(QUESTION.samples));
    // Silence that would end what is said, was the button not held.
    await time.pass(4_000);
    expect(all('turn.ended')).toEqual([]);
    device.letGo();
    await time.until(() => all('turn.ended').length === 1 && device.state === 'idle');
    expect(all('turn.ended')[0]).toMatchObject({ outcome: 'answered', heard: QUESTION.text });
    // Pressed over the answer, it interrupts.
    await time.during(device.hold());
    await time.during(device.say(QUESTION.samples));
    device.letGo();
    await time.until(() => device.soundMs > 0 && device.state === 'speaking');
    await time.during(device.hold());
    await time.until(() => all('turn.ended').length === 2);
    expect(all('turn.ended')[1]).toMatchObject({ outcome: 'interrupted' });
    expect(device.state).toBe('listening');
    expect(device.problems).toEqual([]);
  });

  it('is silent at once when its wake word interrupts, and hears the next question', async () => {
    const time = new VirtualTime();
    const { app, all } = await startBackend([], { time, env: LISTEN, more: [entry()] });
    const device = xiaozhiDevice(app.listenPort, { clock: time.clock, version: 3 });
    await time.during(device.wake('Jarvis'));
    await time.during(device.say(QUESTION.samples));
    await time.until(() => device.soundMs > 200);
    await time.during(device.wake('Jarvis'));
    await time.until(() => all('turn.ended').length === 1);
    expect(all('turn.ended')[0]).toMatchObject({ outcome: 'interrupted' });
    await time.during(device.say(QUESTION.samples));
    await time.until(() => all('turn.ended').length === 2);
    expect(all('turn.ended')[1]).toMatchObject({ outcome: 'answered', heard: QUESTION.text });
  });

  it('in realtime mode is interrupted by a question over its answer', async () => {
    const time = new VirtualTime();
    const { app, all } = await startBackend([], { time, env: LISTEN, more: [entry()] });
    const device = xiaozhiDevice(app.listenPort, { clock: time.clock, version: 2, mode: 'realtime' });
    await time.during(device.wake('Jarvis'));
    await time.during(device.say(QUESTION.samples));
    await time.until(() => device.soundMs > 200);
    await time.during(device.say(demoSample('02.wav').samples));
    await time.until(() => all('turn.ended').length === 2);
    expect(all('turn.ended')).toMatchObject([{ outcome: 'interrupted' }, { outcome: 'answered' }]);
    expect(device.problems).toEqual([]);
  });

  it('cannot be reached while it is idle, and is the same conversation when it is back', async () => {
    const time = new VirtualTime();
    const { app, all } = await startBackend([], {
      time,
      env: LISTEN,
      more: [entry({ idle_timeout: 4, goodbye: false })],
    });
    const device = xiaozhiDevice(app.listenPort, { clock: time.clock, version: 3 });
    await time.during(device.wake('Jarvis'));
    await time.during(device.say(QUESTION.samples));
    // The conversation rests: the device is let go, so that its microphone is closed.
    await time.until(() => all('turn.ended').length === 1 && app.fleet.get('toy')?.state === 'waiting');
    expect(device.isConnected).toBe(false);
    expect(app.fleet.get('toy')?.lastError).toBe(null);
    expect(app.fleet.say('toy', { text: 'Hello.', interrupt: false, listenAfter: false })).toBe('not_connected');
    await time.during(device.wake('Jarvis'));
    await time.during(device.say(QUESTION.samples));
    await time.until(() => all('turn.ended').length === 2);
    expect(device.connections).toBe(2);
  });
});

describe('a stackchan', () => {
  it('stays connected, greets, listens when it is told to, moves, and tells of touches', async () => {
    const time = new VirtualTime();
    const { app, all } = await startBackend([], {
      time,
      env: LISTEN,
      more: [entry({ persistent: true, greeting: 'Hello, I am here.' })],
    });
    const device = xiaozhiDevice(app.listenPort, { clock: time.clock, kind: 'stackchan' });
    await time.during(device.connect());
    await time.until(() => all('turn.ended').length === 1 && device.state === 'idle');
    expect(device.sentences).toEqual(['Hello, I am here.']);
    // A client opens its microphone; the end of what is said closes it.
    expect(app.fleet.listen('toy')).toBe('accepted');
    await time.until(() => device.state === 'listening');
    await time.during(device.say(QUESTION.samples));
    await time.until(() => all('turn.ended').length === 2 && device.state === 'idle');
    expect(all('turn.ended')[1]).toMatchObject({ outcome: 'answered', heard: QUESTION.text });
    expect(device.of('listen').map(({ state }) => state)).toEqual(['start', 'stop']);
    // Its user says nothing: the microphone is closed again.
    app.fleet.listen('toy');
    await time.until(() => device.state === 'listening');
    await time.until(() => device.state === 'idle');
    // It speaks while its microphone is open.
    app.fleet.listen('toy');
    await time.until(() => device.state === 'listening');
    const before = device.texts.length;
    app.fleet.say('toy', { text: 'Dinner is ready.', interrupt: false, listenAfter: false });
    await time.until(() => device.state === 'speaking');
    expect(device.texts.slice(before, before + 2)).toMatchObject([
      { type: 'listen', state: 'stop' },
      { type: 'tts', state: 'start' },
    ]);
    await time.until(() => device.state === 'idle');
    expect(device).toMatchObject({ problems: [], packetsOutside: 0 });

    const tools = app.fleet.tools('toy');
    if (typeof tools === 'string') throw new Error(tools);
    expect(tools.list().map(({ name, audience }) => [name, audience])).toContainEqual(['self.reboot', 'user']);
    await time.during(tools.call('self.robot.set_head_angles', { yaw: -30, pitch: 10 }));
    expect(device.parts.head).toEqual({ yaw: -30, pitch: 10 });
    await expect(time.during(tools.call('self.robot.set_head_angles', { yaw: 900, pitch: 0 }))).rejects.toMatchObject({
      code: 'tool_failed',
      message: 'Value is out of range for yaw',
    });
    expect(device.problems).toEqual([]);

    device.touch('stroke', 300);
    await time.until(() => all('device.touch').length === 1);
    expect(all('device.touch')[0]).toMatchObject({ device: 'toy', gesture: 'stroke', durationMs: 300 });
  });
});

describe('bad devices', () => {
  it.each([
    ['with another version', { version: 9 }, /version 9 is not known/],
    ['with another transport', { transport: 'udp' }, /not "udp"/],
    ['with another format', { audio_params: { format: 'pcm' } }, /must be "opus"/],
    ['with no hello', { type: 'listen', state: 'start' }, /no hello/],
  ])('that lie in their hello, %s, are told so', async (_what, hello, message) => {
    const time = new VirtualTime();
    const { app } = await startBackend([], { time, env: LISTEN, more: [entry()] });
    const device = xiaozhiDevice(app.listenPort, { clock: time.clock, hello });
    device.connect().catch(() => {});
    await time.until(() => app.fleet.get('toy')?.lastError !== null);
    expect(app.fleet.get('toy')).toMatchObject({
      state: 'waiting',
      lastError: { code: 'protocol_error', message: expect.stringMatching(message) },
    });
  });

  it('lose what cannot be read, and go on', async () => {
    const time = new VirtualTime();
    const { app, all } = await startBackend([], { time, env: LISTEN, more: [entry()] });
    const device = xiaozhiDevice(app.listenPort, { clock: time.clock, version: 2, muteTool: 'self.led.set_color' });
    await time.during(device.connect());
    device.sendBinary(Buffer.from('0002000000000000000000000000ffff58010203', 'hex'));
    device.sendBinary(Buffer.from('00', 'hex'));
    device.sendBinary(Buffer.alloc(0));
    device.sendBinary(Buffer.from('0002000000000000000000000000000158', 'hex'));
    device.sendText('{');
    device.sendText(`{"type":"mcp","payload":${'['.repeat(10_000)}${']'.repeat(10_000)}}`);
    device.send({ type: 'listen', state: 'sideways' });
    device.send({ type: 'mcp', payload: { id: 4_711, result: {} } });
    device.send({ type: 'new-thing' });
    device.send({ type: 'hello' });
    device.send({ type: 'abort' });
    await time.until(() => all('device.dropped').length === 9);
    const count = (reason: string) => all('device.dropped').filter((drop) => drop.reason === reason).length;
    expect({ frame: count('bad_frame'), json: count('bad_json'), type: count('unknown_type') }).toEqual({
      frame: 3,
      json: 2,
      type: 1,
    });
    const tools = app.fleet.tools('toy');
    if (typeof tools === 'string') throw new Error(tools);
    await time.until(() => tools.list().length > 0);
    await expect(time.during(tools.call('self.led.set_color', { color: '#ff0000' }))).rejects.toMatchObject({
      code: 'tool_timeout',
    });
    await time.during(device.wake('Jarvis'));
    await time.during(device.say(QUESTION.samples));
    await time.until(() => all('turn.ended').length === 1);
    expect(all('turn.ended')[0]).toMatchObject({ outcome: 'answered', heard: QUESTION.text });
  });

  it('that send audio before their hello, or never say one, are let go', async () => {
    const time = new VirtualTime();
    const { app } = await startBackend([], { time, env: LISTEN, more: [entry()] });
    const early = await time.during(InboundDevice.dial(app.listenPort, '/xiaozhi/v1?id=02:00:00:00:00:01'));
    early.socket.send(Buffer.alloc(40));
    await time.until(() => early.closed !== undefined);
    expect(early.closed).toMatchObject({ code: 1002, reason: 'audio came before the hello' });
    const mute = await time.during(InboundDevice.dial(app.listenPort, '/xiaozhi/v1/?id=02:00:00:00:00:01'));
    await time.until(() => mute.closed !== undefined);
    expect(mute.closed).toMatchObject({ code: 4408, reason: 'the device did not say its hello within 10 seconds' });
    await time.until(() => app.fleet.get('toy')?.state === 'waiting');
    expect(app.fleet.get('toy')).toMatchObject({ state: 'waiting', lastError: { code: 'hello_timeout' } });
  });

  it('whose link was lost replace it; what the old one still says is not believed', async () => {
    const time = new VirtualTime();
    const { app, all } = await startBackend([], { time, env: LISTEN, more: [entry()] });
    const first = xiaozhiDevice(app.listenPort, { clock: time.clock });
    await time.during(first.connect());
    await time.until(() => app.fleet.get('toy')?.state === 'ready');
    const second = xiaozhiDevice(app.listenPort, { clock: time.clock });
    await time.during(second.connect());
    first.send({ type: 'new-thing' });
    await time.until(() => !first.isConnected);
    await time.until(() => app.fleet.get('toy')?.state === 'ready');
    expect(second.isConnected).toBe(true);
    expect(all('device.dropped')).toEqual([]);
  });
});
