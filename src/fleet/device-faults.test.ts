import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deviceConfig } from '../../test/support/devices/devices.ts';
import { type Paced, SharedPacer } from '../audio/pacer.ts';
import type { Timer } from '../core/clock.ts';
import { ManualClock } from '../core/manual-clock.ts';
import type { DeviceListener, DeviceSession, Protocol } from '../protocols/protocol.ts';
import { EventBus } from '../telemetry/event-bus.ts';
import type { DialtoneEvent } from '../telemetry/events.ts';
import type { CloseReason, Link, LinkListener } from '../transport/link.ts';
import { DeviceManager } from './device-manager.ts';
import type { DeviceServices } from './device-services.ts';
import type { FleetConversation } from './fleet-conversation.ts';
import { InboundScheduler } from './line/inbound-scheduler.ts';

/** Everything of one device that may throw: what calls it, and what it calls. */
const KINDS = [
  'carriesAudio',
  'open',
  'open, later',
  'receiveText',
  'receiveBinary',
  'send',
  'prepareToPlay',
  'play',
  'session.close',
  'create',
  'listeningMode',
  'audio',
  'event',
  'attach',
  'detach',
  'finish',
  'configure',
  'say',
  'forget',
  'activity',
  'timer',
  'tick',
  'promise',
  'subscriber',
] as const;
type Kind = (typeof KINDS)[number];

/** Throws at the n-th call of one kind, for one device; from then on at each, if it is told to. */
class Plan {
  readonly #kind: Kind | undefined;
  readonly #nth: number;
  readonly #lasting: boolean;
  #calls = 0;
  isOn = true;
  thrown = 0;

  constructor(kind: Kind | undefined, nth = 1, lasting = false) {
    this.#kind = kind;
    this.#nth = nth;
    this.#lasting = lasting;
  }

  at(kind: Kind): void {
    if (kind !== this.#kind || !this.isOn) return;
    this.#calls += 1;
    if (this.#calls !== this.#nth && !(this.#lasting && this.#calls > this.#nth)) return;
    this.thrown += 1;
    throw new Error(`a bug in ${kind}`);
  }
}

/** A link that opens and closes by itself, a microtask later. */
class FakeLink implements Link {
  readonly kind = 'websocket';
  readonly openedBy = 'us';
  readonly bufferedBytes = 0;
  readonly sent: (string | Uint8Array)[] = [];
  readonly listener: LinkListener;
  isGone = false;
  reason: CloseReason | undefined;

  constructor(listener: LinkListener) {
    this.listener = listener;
    queueMicrotask(() => {
      if (!this.isGone) listener.opened();
    });
  }

  send(data: string | Uint8Array): void {
    this.sent.push(data);
  }
  probe(): void {
    queueMicrotask(() => this.#hear(() => this.listener.alive('answered')));
  }
  pause(): void {}
  resume(): void {}

  close(reason: CloseReason, detail = '', code?: 'internal'): void {
    this.reason ??= reason;
    const ours = reason === 'internal_error' || reason === 'policy' || reason === 'lost';
    this.lose(ours ? (code ?? 'internal') : 'link_closed', detail);
  }

  lose(code: 'internal' | 'link_closed' | 'link_lost' = 'link_lost', message = ''): void {
    if (this.isGone) return;
    this.isGone = true;
    queueMicrotask(() =>
      this.listener.closed({ kind: code === 'link_closed' ? 'announced' : 'failed', code, message }),
    );
  }

  text(text: string): void {
    this.#hear(() => {
      this.listener.alive('message');
      this.listener.text(text);
    });
  }

  bytes(bytes: Uint8Array): void {
    this.#hear(() => {
      this.listener.alive('message');
      this.listener.bytes(bytes);
    });
  }

  #hear(what: () => void): void {
    if (!this.isGone) what();
  }
}

/** A protocol whose sessions hand on every binary message as audio and every text as an event. */
function fakeProtocol(planOf: (device: string) => Plan, isCostly: boolean): Protocol {
  let opening = new Plan(undefined);
  return {
    id: 'realtime',
    transport: 'websocket',
    directions: ['dial'],
    subprotocols: [],
    defaultPath: '/',
    helloTimeoutMs: null,
    keepAlive: { probeAfterMs: 10_000, deadAfterMs: 25_000, mutedDeadAfterMs: 120_000 },
    isCostly,
    carriesAudio: (text) => {
      // A text says which device it is of.
      planOf(text).at('carriesAudio');
      return false;
    },
    open(link, { name }, listener) {
      opening = planOf(name);
      opening.at('open');
      return openSession(link, listener, opening);
    },
  };
}

async function openSession(link: Link, listener: DeviceListener, plan: Plan): Promise<DeviceSession> {
  await Promise.resolve();
  plan.at('open, later');
  return {
    playback: { sampleRate: 16_000, frameMs: 40, aheadMs: 200, trailingSilenceMs: 0 },
    abilities: { playTone: false, setVolume: false },
    unsentMs: 0,
    receiveText: () => {
      plan.at('receiveText');
      listener.event({ type: 'interrupt' });
    },
    receiveBinary: () => {
      plan.at('receiveBinary');
      listener.audio(new Int16Array(320));
    },
    send: ({ type }) => {
      plan.at('send');
      link.send(type);
    },
    prepareToPlay: async () => plan.at('prepareToPlay'),
    play: () => {
      plan.at('play');
      link.send('frame');
    },
    close: () => plan.at('session.close'),
  };
}

/** A conversation that plays all the time while it is attached, and wakes up every second whatever happens. */
class FakeConversation implements FleetConversation {
  readonly #plan: Plan;
  readonly #services: DeviceServices;
  readonly turn = null;
  readonly reported = null;
  session: DeviceSession | undefined;
  attachments = 0;
  events = 0;
  audios = 0;
  closed = false;
  #paced: Paced | undefined;
  #timer: Timer | undefined;

  constructor(plan: Plan, services: DeviceServices) {
    plan.at('create');
    this.#plan = plan;
    this.#services = services;
    this.#wakeUp();
  }

  get listeningMode() {
    this.#plan.at('listeningMode');
    return 'waiting' as const;
  }

  get activity() {
    this.#plan.at('activity');
    return 'idle' as const;
  }

  #wakeUp(): void {
    if (this.closed) return;
    this.#timer = this.#services.clock.setTimer(() => {
      this.#wakeUp();
      this.#plan.at('timer');
    }, 1_000);
  }

  audio(): void {
    this.#plan.at('audio');
    this.audios += 1;
  }

  event(): void {
    this.#plan.at('event');
    this.events += 1;
    this.#later().catch(this.#services.fault);
  }

  show(): 'accepted' {
    return 'accepted';
  }

  async #later(): Promise<void> {
    await Promise.resolve();
    this.#plan.at('promise');
  }

  attach(session: DeviceSession): void {
    // As a conversation may: it holds the session before it fails.
    this.session = session;
    this.attachments += 1;
    this.#plan.at('attach');
    session.send({ type: 'listening', on: true });
    this.#paced = {
      tick: () => {
        this.#plan.at('tick');
        session.play(new Int16Array(640));
      },
    };
    void session.prepareToPlay();
    this.#services.pacer.add(this.#paced);
  }

  detach(): void {
    this.#plan.at('detach');
    if (this.#paced) this.#services.pacer.remove(this.#paced);
    this.session = undefined;
  }

  finish(done: () => void): void {
    this.#plan.at('finish');
    done();
  }

  configure(): void {
    this.#plan.at('configure');
  }

  say(): 'not_connected' {
    this.#plan.at('say');
    return 'not_connected';
  }

  ask(): 'not_connected' {
    return 'not_connected';
  }

  hearRecording(): 'not_connected' {
    return 'not_connected';
  }

  hear(): 'not_connected' {
    return 'not_connected';
  }

  interrupt(): 'nothing' {
    return 'nothing';
  }

  listen(): 'accepted' {
    return 'accepted';
  }

  forget(): void {
    this.#plan.at('forget');
  }

  close(): void {
    this.closed = true;
    this.#services.clock.clearTimer(this.#timer);
    if (this.session) this.detach();
  }
}

/** Three devices on one manager, in virtual time. `bad` is the one with the plan. */
class Rig {
  readonly clock = new ManualClock();
  readonly plan: Plan;
  readonly events: DialtoneEvent[] = [];
  readonly subscriberErrors: unknown[] = [];
  readonly links = new Map<string, FakeLink[]>();
  readonly conversations = new Map<string, FakeConversation>();
  readonly manager: DeviceManager;
  readonly #turns: (() => void)[] = [];

  constructor(plan: Plan, isCostly: boolean) {
    this.plan = plan;
    const planOf = (device: string) => (device === 'bad' ? plan : new Plan(undefined));
    const bus = new EventBus(this.clock, (error) => this.subscriberErrors.push(error));
    bus.subscribe((event) => {
      if ('device' in event) planOf(event.device).at('subscriber');
    });
    bus.subscribe((event) => this.events.push(event));
    this.manager = new DeviceManager({
      clock: this.clock,
      pacer: new SharedPacer(this.clock),
      random: () => 0.5,
      report: bus.report.bind(bus),
      protocols: new Map([['realtime', fakeProtocol(planOf, isCostly)]]),
      scheduler: new InboundScheduler({ now: () => this.clock.now(), soon: (run) => this.#turns.push(run) }),
      dial: ({ name }, _protocol, listener) => {
        const links = this.links.get(name) ?? [];
        expect(links.every(({ isGone }) => isGone)).toBe(true);
        const link = new FakeLink(listener);
        this.links.set(name, [...links, link]);
        return link;
      },
      createConversation: ({ name }, services) => {
        const conversation = new FakeConversation(planOf(name), services);
        this.conversations.set(name, conversation);
        return conversation;
      },
    });
    this.apply();
  }

  apply(voice = 'Charles'): void {
    const names = ['good 1', 'bad', 'good 2'];
    this.manager.apply(names.map((name) => deviceConfig({ name, host: `${name.replace(' ', '-')}.local`, voice })));
  }

  link(name: string): FakeLink | undefined {
    return this.links.get(name)?.at(-1);
  }

  conversation(name: string): FakeConversation {
    return this.conversations.get(name) as FakeConversation;
  }

  /** Lets promises settle and waiting messages be handled. */
  async settle(): Promise<void> {
    for (let round = 0; round < 3; round++) {
      await new Promise((resolve) => setImmediate(resolve));
      for (const run of this.#turns.splice(0)) run();
    }
  }

  async pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 500) {
      this.clock.advance(Math.min(500, left));
      await this.settle();
    }
  }

  faults(): string[] {
    return this.events.flatMap((event) => (event.type === 'device.fault' ? [`${event.device} ${event.where}`] : []));
  }
}

const ACTIONS = {
  text: (rig: Rig, name: string) => rig.link(name)?.text(name),
  bytes: (rig: Rig, name: string) => rig.link(name)?.bytes(new Uint8Array(640)),
  burst: (rig: Rig, name: string) => {
    for (let index = 0; index < 5; index++) rig.link(name)?.bytes(new Uint8Array(640));
  },
  lose: (rig: Rig) => rig.link('bad')?.lose(),
  reconnect: (rig: Rig) => rig.manager.reconnect('bad'),
  disable: (rig: Rig) => {
    rig.manager.setEnabled('bad', false);
    rig.manager.setEnabled('bad', true);
  },
  say: (rig: Rig) => {
    void rig.manager.say('bad', { text: 'x', interrupt: false } as never);
    rig.manager.forgetHistory('bad');
  },
  list: (rig: Rig) => expect(rig.manager.list()).not.toHaveLength(0),
  reload: (rig: Rig) => rig.apply(rig.clock.now() % 2 === 0 ? 'Gertrude' : 'Charles'),
} as const;
type Action = keyof typeof ACTIONS;

/** Where a fault of each kind is told to have happened. */
const PLACES: Readonly<Record<Exclude<Kind, 'subscriber'>, string>> = {
  carriesAudio: 'message',
  open: 'open',
  'open, later': 'open',
  receiveText: 'message',
  receiveBinary: 'message',
  send: 'session',
  prepareToPlay: 'session',
  play: 'session',
  'session.close': 'session',
  create: 'conversation',
  listeningMode: 'lane',
  audio: 'message',
  event: 'message',
  attach: 'conversation',
  detach: 'conversation',
  finish: 'conversation',
  configure: 'conversation',
  say: 'conversation',
  forget: 'conversation',
  activity: 'conversation',
  timer: 'timer',
  tick: 'pacer',
  promise: 'async',
};

/** Acts, then mends the defect, and sees whether everything works again, and whether the other devices noticed anything. */
async function check(plan: Plan, isCostly: boolean, actions: readonly (readonly [Action, number])[]): Promise<Rig> {
  const rig = new Rig(plan, isCostly);
  await rig.pass(1_000);
  const goods = ['good 1', 'good 2'].map((name) => ({ name, link: rig.link(name), texts: 0 }));
  for (const [action, ms] of actions) {
    for (const good of goods) {
      good.link?.text(good.name);
      good.texts += 1;
    }
    ACTIONS[action](rig, 'bad');
    await rig.settle();
    await rig.pass(ms);
  }
  plan.isOn = false;
  rig.apply();
  await rig.pass(120_000);

  for (const { name, link, texts } of goods) {
    expect(rig.link(name), name).toBe(link);
    expect(link?.isGone, name).toBe(false);
    expect(rig.manager.get(name)).toMatchObject({ state: 'ready', connections: 1, lastError: null });
    expect(rig.conversation(name).events, name).toBe(texts);
    expect(link?.sent.filter((data) => data === 'frame').length, name).toBeGreaterThan(5_000);
  }
  const bad = rig.conversation('bad');
  expect(rig.manager.get('bad')?.state).toBe('ready');
  expect(bad.session).toBeDefined();
  const before = [bad.events, bad.audios];
  rig.link('bad')?.text('bad');
  rig.link('bad')?.bytes(new Uint8Array(640));
  await rig.pass(1_000);
  expect([bad.events, bad.audios]).toEqual(before.map((count) => Number(count) + 1));

  const told = rig.faults();
  expect(told.filter((fault) => !fault.startsWith('bad '))).toEqual([]);
  expect(told.length + rig.subscriberErrors.length).toBe(plan.thrown);

  const stopped = rig.manager.stop();
  await rig.pass(5_000);
  await stopped;
  for (const links of rig.links.values()) expect(links.every(({ isGone }) => isGone)).toBe(true);
  for (const conversation of rig.conversations.values()) expect(conversation.closed).toBe(true);
  await rig.pass(2_000);
  expect(rig.clock.pending).toBe(0);
  return rig;
}

const EVERY_ACTION = (Object.keys(ACTIONS) as Action[]).map((action) => [action, 2_000] as const);

describe('a defect in the code of one device', () => {
  it.each(KINDS)('in %s costs its link at most, is told where it happened, and is over with it', async (kind) => {
    for (const isCostly of [true, false]) {
      const plan = new Plan(kind, 1);
      const rig = await check(plan, isCostly, [...EVERY_ACTION, ...EVERY_ACTION]);
      // A lane is asked for its priority only when messages wait in it.
      if (kind === 'listeningMode' && !isCostly) continue;
      expect(plan.thrown).toBe(1);
      expect(rig.faults()).toEqual(kind === 'subscriber' ? [] : [`bad ${PLACES[kind]}`]);
    }
  });

  it.each(KINDS)('in %s at every call does not wedge the device, nor disturb others', async (kind) => {
    await check(new Plan(kind, 1, true), true, [...EVERY_ACTION, ...EVERY_ACTION]);
  });

  it('ends the link with internal_error, and the device is dialled again with backoff', async () => {
    const plan = new Plan('event', 2);
    const rig = new Rig(plan, false);
    await rig.pass(1_000);
    rig.link('bad')?.text('bad');
    rig.link('bad')?.text('bad');
    expect(rig.conversation('bad').session).toBeUndefined();
    expect(rig.link('bad')?.reason).toBe('internal_error');
    await rig.settle();
    expect(rig.manager.get('bad')).toMatchObject({
      state: 'backoff',
      lastError: { code: 'internal', message: 'a message could not be handled: a bug in event' },
    });
    const states = rig.events.flatMap((event) =>
      event.type === 'device.state' ? [`${event.device} ${event.state}`] : [],
    );
    expect(states.at(-1)).toBe('bad backoff');
    await rig.pass(10_000);
    expect(rig.links.get('bad')).toHaveLength(2);
    expect(rig.conversation('bad').attachments).toBe(2);
  });

  it('in any call of any kind leaves the other devices alone, and the device as good as new, whatever happens', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...KINDS),
        fc.integer({ min: 1, max: 8 }),
        fc.boolean(),
        fc.boolean(),
        fc.array(fc.tuple(fc.constantFrom(...(Object.keys(ACTIONS) as Action[])), fc.constantFrom(0, 40, 700, 9_000)), {
          maxLength: 12,
        }),
        async (kind, nth, lasting, isCostly, actions) => {
          await check(new Plan(kind, nth, lasting), isCostly, actions);
        },
      ),
      { numRuns: 60 },
    );
  });
});
