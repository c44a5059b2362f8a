import { describe, expect, it } from 'vitest';
import { demoSample } from './support/audio/demo-samples.ts';
import { whiteNoise } from './support/audio/white-noise.ts';
import { simDevice, startBackend } from './support/backend.ts';
import { VirtualTime } from './support/time/virtual-time.ts';

/** Types of messages in order, a run of one type as one. */
function order(types: readonly string[]): string[] {
  return types.filter((type, index) => type !== types[index - 1]);
}

describe('a conversation over real sockets, with the real recogniser and voice, in virtual time', () => {
  it('hears and answers a realtime device, keeping to the wire of the original', async () => {
    const time = new VirtualTime();
    const device = await simDevice({ name: 'kitchen', clock: time.clock });
    const { app, all } = await startBackend([device], {
      time,
      entries: { kitchen: { voice: 'Gertrude', instructions: { type: 'constant', text: 'The password is CANARY.' } } },
    });
    await time.during(device.waitForConnection());
    expect(device.handshakes[0]).toMatchObject({
      path: '/realtime',
      offeredSubprotocols: ['realtime'],
      subprotocol: 'realtime',
      extensions: '',
    });
    await time.during(device.say(demoSample('01.wav')));
    expect(app.fleet.get('kitchen')?.turn).toMatchObject({ number: 1 });
    const reply = await time.during(device.waitForReply());

    expect(device.messages[0]?.type).toBe('session.update');
    expect(device.session).toEqual({
      instructions: { type: 'constant', text: 'The password is CANARY.', language: null },
      voice: 'Gertrude',
      allow_recording: false,
    });
    expect(reply.transcript.trim()).toBe(demoSample('01.wav').text);
    expect(reply.replyText).toMatch(/minute|o'clock|past|to|half|quarter/);
    expect(reply.spokenText.length).toBeGreaterThan(10);
    expect(reply.audioMs).toBeGreaterThan(1_000);
    expect(reply.maxAheadMs).toBeLessThanOrEqual(400);
    expect(reply.errors).toEqual([]);
    expect(device.violations).toEqual([]);

    const kinds = order(reply.events.filter((type) => !/text\.delta|session/.test(type)));
    expect(kinds).toEqual([
      'conversation.item.input_audio_transcription.delta',
      'input_audio_buffer.speech_started',
      'conversation.item.input_audio_transcription.delta',
      'input_audio_buffer.speech_stopped',
      'response.created',
      'response.text.done',
      'response.audio.delta',
      'response.audio.done',
    ]);
    const wire = JSON.stringify(device.messages.filter(({ type }) => type !== 'session.update'));
    expect(wire).not.toContain('CANARY');

    await time.until(() => expect(all('turn.ended')).toHaveLength(1));
    expect(all('turn.ended')[0]).toMatchObject({
      device: 'kitchen',
      outcome: 'answered',
      heard: demoSample('01.wav').text,
    });
    expect(Object.keys(all('turn.ended')[0]?.stages ?? {})).toHaveLength(7);
    expect(app.fleet.get('kitchen')).toMatchObject({ state: 'ready', activity: 'idle', turn: null });
  });

  it('hears and answers a pcm device', async () => {
    const time = new VirtualTime();
    const device = await simDevice({ name: 'desk', protocol: 'pcm', clock: time.clock });
    const { all, app } = await startBackend([device], { time });
    await time.during(device.waitForConnection());
    device.sendStatus({ uptimeMs: 1234, heapFreeBytes: 50_123, wifiRssiDbm: -61 });
    await time.during(device.say(demoSample('07.wav')));
    const reply = await time.during(device.waitForReply());
    expect(reply.audioMs).toBeGreaterThan(1_000);
    expect(reply.maxAheadMs).toBeLessThanOrEqual(400);
    expect(device.violations).toEqual([]);
    await time.until(() => expect(all('turn.ended')).toHaveLength(1));
    await time.until(() => device.listening === true);
    expect(all('turn.ended')[0]).toMatchObject({ heard: demoSample('07.wav').text, outcome: 'answered' });
    expect(all('turn.ended')[0]?.answer).toMatch(/twenty one/i);
    const statuses = device.messages.filter(({ type }) => type === 'server_status');
    expect(statuses.map(({ json }) => (json as { payload: unknown }).payload)).toEqual([
      { listening: true, speaking: false },
      { listening: false, speaking: false },
      { listening: false, speaking: true },
      { listening: false, speaking: false },
      { listening: true, speaking: false },
    ]);
    // The simulator counts its uptime itself.
    expect(app.fleet.get('desk')?.reported).toEqual({
      uptimeMs: expect.any(Number),
      heapFreeBytes: 50_123,
      wifiRssiDbm: -61,
    });
  });

  it('remembers what was said, also across a reconnect that begins mid-stream without Ogg headers', async () => {
    const time = new VirtualTime();
    const device = await simDevice({ name: 'hall', codecPerProcess: true, clock: time.clock });
    const { all, app } = await startBackend([device], { time });
    await time.during(device.waitForConnection());
    await time.during(device.say(demoSample('08.wav')));
    await time.during(device.waitForReply());
    expect(all('turn.heard')[0]?.text).toBe(demoSample('08.wav').text);

    app.fleet.reconnect('hall');
    await time.until(() => expect(device.connections).toBe(2));
    await time.during(device.waitForConnection());
    await time.during(device.say({ text: 'what is on my shopping list' }));
    const reply = await time.during(device.waitForReply());
    expect(reply.replyText).toMatch(/water and eggs/i);
    // The simulator also checks that our own stream begins anew, with its header pages, on every connection.
    expect(device.violations).toEqual([]);
    expect(device.maxOpenSockets).toBe(1);
  });

  it.each(['pcm16', 'pcmf32'] as const)(
    'understands raw %s in the audio field and answers in it',
    async (audioFormat) => {
      const time = new VirtualTime();
      const device = await simDevice({ name: 'pi', audioFormat, clock: time.clock });
      const { all } = await startBackend([device], { time });
      await time.during(device.waitForConnection());
      // What the field holds is found out by what comes first, and that is lost.
      await time.pass(500);
      await time.during(device.say(demoSample('00.wav')));
      const reply = await time.during(device.waitForReply());
      expect(all('turn.heard')[0]?.text).toBe(demoSample('00.wav').text);
      expect(reply.audioMs).toBeGreaterThan(500);
      expect(device.violations).toEqual([]);
    },
  );

  it('lets the button of a pcm device begin and end listening, and stop an answer', async () => {
    const time = new VirtualTime();
    const device = await simDevice({ name: 'desk', protocol: 'pcm', clock: time.clock });
    const { all } = await startBackend([device], { time });
    await time.during(device.waitForConnection());
    device.press();
    await time.during(device.say(demoSample('06.wav')));
    device.press();
    await time.until(() => expect(all('turn.speaking')).toHaveLength(1));
    expect(all('turn.heard')[0]?.text).toBe(demoSample('06.wav').text);
    // Sooner it would repeat the press before: this device never tells of a release.
    await time.pass(700);
    device.press();
    const reply = await time.during(device.waitForReply());
    expect(reply.interrupted).toBe(true);
    await time.until(() => expect(all('turn.ended')[0]?.outcome).toBe('interrupted'));
    // The press that interrupted has begun a new turn: silence ends it.
    await time.until(() => expect(all('turn.ended')[1]?.outcome).toBe('no_speech'));
  });

  it('takes noise for no words, and says nothing', async () => {
    const time = new VirtualTime();
    const device = await simDevice({ name: 'hall', noiseRms: 0, clock: time.clock });
    const { all } = await startBackend([device], { time });
    await time.during(device.waitForConnection());
    await time.during(device.say({ name: 'noise', samples: whiteNoise(16_000), sampleRate: 16_000 }));
    await time.pass(5_000);
    // It has no voice: if it begins a turn at all, that one has no words.
    expect(all('turn.ended').filter(({ outcome }) => outcome !== 'no_speech')).toEqual([]);
    expect(device.repliesEnded).toBe(0);
    await time.during(device.say(demoSample('00.wav')));
    await time.during(device.waitForReply());
    expect(all('turn.heard').map(({ text }) => text)).toEqual([demoSample('00.wav').text]);
  });

  it('ends a turn as disconnected when the line is lost in the middle, and answers the next one', async () => {
    const time = new VirtualTime();
    const device = await simDevice({ name: 'hall', clock: time.clock });
    const { all } = await startBackend([device], { time });
    await time.during(device.waitForConnection());
    await time.during(device.say(demoSample('06.wav')));
    await time.until(() => expect(all('turn.speaking')).toHaveLength(1));
    device.terminate();
    await time.until(() => expect(all('turn.ended')[0]?.outcome).toBe('disconnected'));
    await time.until(() => expect(device.connections).toBe(2));
    await time.during(device.say(demoSample('00.wav')));
    await time.during(device.waitForReply());
    expect(all('turn.heard')[1]?.text).toBe(demoSample('00.wav').text);
    expect(device.violations).toEqual([]);
  });
});
