import { expect, it } from 'vitest';
import { Loudspeaker } from '#device-sim/speaker/loudspeaker';
import type { ManualClock } from '#src/core/manual-clock';
import { ConversationRig } from './support/conversation/conversation-rig.ts';
import { ScenarioSession } from './support/scenario/scenario-session.ts';

const EVERY_MS = 3_000;

/** A device behind a Wi-Fi that carries nothing for a while every 3 s, and everything at once after that. */
class StallingSession extends ScenarioSession {
  readonly loudspeaker: Loudspeaker;
  readonly #stallMs: number;
  readonly #now: ManualClock;

  constructor(clock: ManualClock, kind: 'realtime' | 'pcm', stallMs: number) {
    super(clock, kind);
    this.#now = clock;
    this.#stallMs = stallMs;
    this.loudspeaker = new Loudspeaker({ clock, sampleRate: this.playback.sampleRate, maxQueueMs: 10_000 });
  }

  override play(frame: Int16Array): void {
    super.play(frame);
    const copy = frame.slice();
    const sinceStall = this.#now.now() % EVERY_MS;
    const arrive = () => this.loudspeaker.play(copy, this.playback.frameMs);
    if (sinceStall >= this.#stallMs) arrive();
    else this.#now.setTimer(arrive, this.#stallMs - sinceStall);
  }
}

/** The gaps in an answer of 40 s, milliseconds. */
async function gaps(protocol: 'realtime' | 'pcm', stallMs: number, ahead_ms?: number): Promise<number> {
  let session: StallingSession | undefined;
  const rig = new ConversationRig({
    entry: { protocol, ...(ahead_ms === undefined ? {} : { ahead_ms }) },
    session: (clock) => {
      session = new StallingSession(clock, protocol, stallMs);
      return session;
    },
  });
  rig.llm.auto = [`${'one '.repeat(199)}one.`];
  await rig.ask();
  await rig.pass(45_000);
  expect(rig.all('turn.ended')).toMatchObject([{ outcome: 'answered' }]);
  expect(session?.loudspeaker.playedMs).toBeGreaterThanOrEqual(40_000);
  return session?.loudspeaker.underrunMs ?? Number.NaN;
}

it.each([
  ['realtime', 300, 400],
  ['pcm', 300, 400],
  ['realtime', 600, 700],
  ['pcm', 600, 700],
] as const)(
  '%s: stalls of %i ms leave no gap with ahead_ms %i, but leave some without it',
  async (protocol, stallMs, aheadMs) => {
    expect(await gaps(protocol, stallMs)).toBeGreaterThan(0);
    expect(await gaps(protocol, stallMs, aheadMs)).toBe(0);
  },
);

it.each(['realtime', 'pcm'] as const)('%s: stalls of 150 ms leave no gap', async (protocol) => {
  expect(await gaps(protocol, 150)).toBe(0);
});

it.each(['realtime', 'pcm'] as const)('%s: the shortest ahead_ms still plays everything', async (protocol) => {
  expect(await gaps(protocol, 0, 20)).toBe(0);
});
