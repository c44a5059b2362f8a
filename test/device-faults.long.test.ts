import { afterEach, expect, it, vi } from 'vitest';
import type { EngineRegistry } from '#src/engines/engine';
import { PCM } from '#src/protocols/pcm/pcm';
import type { DeviceListener, DeviceSession } from '#src/protocols/protocol';
import type { ProtocolEntry } from '#src/protocols/protocol-entry';
import type { SimDevice } from '../device-sim/device/sim-device.ts';
import { demoSample } from './support/audio/demo-samples.ts';
import { simDevice, startBackend } from './support/backend.ts';
import { FakeLlm, FakeStt, FakeTts } from './support/conversation/conversation-rig.ts';
import { registryOf } from './support/engines/engines.ts';
import { VirtualTime } from './support/time/virtual-time.ts';

const HELLO = demoSample('00.wav');
const DEVICES = 50;
const FAULTY = 'faulty';

/** What throws at its next call, in the sessions of one device; undefined: nothing. */
let armed: string | undefined;

afterEach(() => {
  armed = undefined;
  vi.restoreAllMocks();
});

function maybeThrow(kind: string): void {
  if (kind !== armed) return;
  armed = undefined;
  throw new Error(`a planted defect in ${kind}`);
}

/** Sessions of the faulty device throw when they are told to; those of the others are the protocol's own. */
function plantDefects(): void {
  const entry: ProtocolEntry = PCM;
  const open: ProtocolEntry['open'] = entry.open.bind(entry);
  vi.spyOn(entry, 'open').mockImplementation(async (link, device, listener, tools) => {
    if (device.name !== FAULTY) return open(link, device, listener, tools);
    maybeThrow('open');
    return throwing(await open(link, device, listening(listener), tools));
  });
}

function listening(listener: DeviceListener): DeviceListener {
  return {
    audio: (samples) => {
      maybeThrow('the listener for audio');
      listener.audio(samples);
    },
    event: (event) => {
      maybeThrow('the listener for events');
      listener.event(event);
    },
  };
}

function throwing(session: DeviceSession): DeviceSession {
  const call = <A extends unknown[], R>(name: string, run: (...args: A) => R) => {
    return (...args: A): R => {
      maybeThrow(name);
      return run(...args);
    };
  };
  return {
    playback: session.playback,
    abilities: session.abilities,
    get unsentMs() {
      return session.unsentMs;
    },
    receiveText: call('receiveText', (text) => session.receiveText(text)),
    receiveBinary: call('receiveBinary', (bytes) => session.receiveBinary(bytes)),
    send: call('send', (command) => session.send(command)),
    prepareToPlay: async () => {
      maybeThrow('prepareToPlay');
      await session.prepareToPlay();
    },
    play: call('play', (frame) => session.play(frame)),
    close: call('close', () => session.close()),
  };
}

/** Engines that understand at once and say two words. */
function quickEngines(): EngineRegistry {
  const stt = new FakeStt();
  stt.hasPartials = false;
  return registryOf({ stt, llm: new FakeLlm(), tts: new FakeTts() });
}

/** What is planted, what makes it show, and where it is told to have shown. */
const DEFECTS: readonly (readonly [string, (device: SimDevice) => unknown, string])[] = [
  ['open', (device) => device.terminate(), 'open'],
  ['receiveText', (device) => device.sendRaw('{"type":"client_status","payload":{}}'), 'message'],
  ['receiveBinary', (device) => device.sendRaw(Buffer.alloc(1_280)), 'message'],
  ['the listener for events', (device) => device.sendRaw('{"type":"client_status","payload":{}}'), 'message'],
  ['the listener for audio', (device) => device.sendRaw(Buffer.alloc(1_280)), 'message'],
  ['send', (device) => device.say(HELLO), 'session'],
  ['prepareToPlay', (device) => device.say(HELLO), 'session'],
  ['play', (device) => device.say(HELLO), 'session'],
  ['close', (device) => device.terminate(), 'session'],
];

it('of 50 devices, 49 keep their sockets and finish their turns while one is faulty in every way', async () => {
  plantDefects();
  const names = [FAULTY, ...Array.from({ length: DEVICES - 1 }, (_, index) => `good ${index + 1}`)];
  const time = new VirtualTime();
  const options = { protocol: 'pcm', microphone: 'nothing', loudspeaker: 'durations', clock: time.clock } as const;
  const devices = await Promise.all(names.map((name) => simDevice({ name, ...options })));
  const [faulty, ...goods] = devices as [SimDevice, ...SimDevice[]];
  const { app, all, log } = await startBackend(devices, { time, engines: quickEngines() });
  await time.during(Promise.all(devices.map((device) => device.waitForConnection())));
  const isUpAgain = (times: number) => {
    const { state, connections } = app.fleet.get(FAULTY) ?? {};
    return state === 'ready' && connections === 1 + times;
  };
  const isDown = () => app.fleet.get(FAULTY)?.state === 'backoff';
  await time.until(() => app.fleet.list().every(({ state }) => state === 'ready'));
  app.bus.subscribe((event) => {
    if ('device' in event && event.device === FAULTY && event.type === 'device.fault') throw new Error('a subscriber');
  });

  let turns = 0;
  let isOver = false;
  const talks = goods.map(async (device) => {
    do {
      await device.say(HELLO);
      await device.waitForReply();
      turns += 1;
    } while (!isOver);
  });
  const talking = Promise.all(talks);
  // Told where it is awaited.
  talking.catch(() => undefined);
  for (const [index, [defect, show, where]] of DEFECTS.entries()) {
    armed = defect;
    Promise.resolve(show(faulty)).catch(() => undefined);
    await time.until(() => expect(all('device.fault'), defect).toHaveLength(index + 1));
    expect(all('device.fault').at(-1), defect).toMatchObject({ device: FAULTY, where });
    // Asked for by hand: the fifth line that lives for moments only would be dialled a minute later.
    await time.until(() => {
      if (isDown()) app.fleet.reconnect(FAULTY);
      return isUpAgain(index + 1);
    });
  }
  isOver = true;
  await time.during(talking);

  expect(goods.map(({ connections }) => connections)).toEqual(goods.map(() => 1));
  expect(app.fleet.list().filter(({ connections }) => connections === 1)).toHaveLength(DEVICES - 1);
  const ended = () => all('turn.ended').filter(({ device }) => device !== FAULTY);
  await time.until(() => expect(ended()).toHaveLength(turns));
  expect(new Set(ended().map(({ outcome }) => outcome))).toEqual(new Set(['answered']));
  // The faulty one holds a conversation again as well.
  const reply = faulty.waitForReply();
  await time.during(faulty.say(HELLO));
  expect((await time.during(reply)).audioMs).toBeGreaterThan(200);

  const lines = log()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  const told = lines.filter(({ event, level }) => event === 'device.fault' && level === 'error');
  expect(told.map(({ err }) => err)).toEqual(
    DEFECTS.map(([defect]) => ({
      name: 'Error',
      message: `a planted defect in ${defect}`,
      stack: expect.stringContaining('device-faults.long.test.ts'),
    })),
  );
  const metrics = await (await fetch(`${app.url}/metrics`)).text();
  const count = (where: string) =>
    Number(new RegExp(`internal_errors_total\\{where="${where}"\\} (\\d+)`).exec(metrics)?.[1]);
  expect(['open', 'message', 'session', 'timer', 'subscriber'].map(count)).toEqual([1, 4, 4, 0, DEFECTS.length]);
});
