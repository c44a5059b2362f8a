import { describe, expect, it } from 'vitest';
import { Loudspeaker } from '#device-sim/speaker/loudspeaker';
import type { ManualClock } from '#src/core/manual-clock';
import { ConversationRig } from './support/conversation/conversation-rig.ts';
import { ScenarioSession } from './support/scenario/scenario-session.ts';

/** A WebSocket frame of 40 ms at 16 kHz, with its header. */
const FRAME_BITS = (1_280 + 8) * 8;

/** A `pcm` device at the end of a link that carries so much; what it cannot carry waits in our process. */
class SlowSession extends ScenarioSession {
  readonly loudspeaker: Loudspeaker;
  #leavesAtMs = 0;
  readonly #frameTakesMs: number;
  readonly #time: ManualClock;

  constructor(clock: ManualClock, kbitPerS: number) {
    super(clock, 'pcm');
    this.#time = clock;
    this.#frameTakesMs = FRAME_BITS / kbitPerS;
    this.loudspeaker = new Loudspeaker({ clock, sampleRate: this.playback.sampleRate, maxQueueMs: 10_000 });
    const waitingMs = () => Math.floor(Math.max(0, this.#leavesAtMs - clock.now()) / this.#frameTakesMs) * 40;
    Object.defineProperty(this, 'unsentMs', { get: waitingMs });
  }

  override play(frame: Int16Array): void {
    super.play(frame);
    const now = this.#time.now();
    this.#leavesAtMs = Math.max(this.#leavesAtMs, now) + this.#frameTakesMs;
    const copy = frame.slice();
    this.#time.setTimer(() => this.loudspeaker.play(copy, 40), this.#leavesAtMs - now);
  }
}

const SENTENCES = Array.from({ length: 30 }, (_, index) => `Number ${index} ${'and so on '.repeat(3).trim()}.`);

function setUp(kbitPerS: number) {
  let session: SlowSession | undefined;
  const rig = new ConversationRig({
    entry: { protocol: 'pcm', duplex: 'full' },
    session: (clock) => {
      session = new SlowSession(clock, kbitPerS);
      return session;
    },
  });
  const { loudspeaker } = session as SlowSession;
  return { rig, loudspeaker };
}

/** Says 30 sentences of 2.2 s and a pause of 0.2 s each: 72 s. */
async function say(kbitPerS: number) {
  const { rig, loudspeaker } = setUp(kbitPerS);
  const result = rig.conversation.say({ text: SENTENCES.join(' '), interrupt: false, listenAfter: false });
  if (typeof result === 'string') throw new Error(result);
  let isOver = false;
  void result.then(() => {
    isOver = true;
  });
  const beganMs = rig.clock.now();
  while (!isOver) await rig.pass(100);
  const warnings = rig.all('device.warning').map(({ code }) => code);
  return { rig, loudspeaker, warnings, tookMs: rig.clock.now() - beganMs, ...(await result) };
}

describe('a link that is slower than the audio', () => {
  it('that is fast enough, plays everything and warns of nothing', async () => {
    const { outcome, heard, warnings, loudspeaker } = await say(270);
    expect([outcome, heard, warnings]).toEqual(['played', SENTENCES.join(' '), []]);
    expect(loudspeaker.underrunMs).toBe(0);
  });

  it.each([240, 160, 100])(
    'of %i kbit/s: leaves out whole sentences, tells so, and does not run late',
    async (kbitPerS) => {
      const { outcome, heard, error, warnings, tookMs, loudspeaker, spokenMs } = await say(kbitPerS);
      expect(warnings).toEqual(['slow_link']);
      expect([outcome, error?.code]).toEqual(['failed', 'slow_link']);
      const said = heard.split(/(?<=\.) /);
      expect(said.filter((sentence) => !SENTENCES.includes(sentence))).toEqual([]);
      expect(said.length).toBeLessThan(SENTENCES.length);
      expect(error?.message).toContain(
        `${SENTENCES.length - said.length === 1 ? 'a' : SENTENCES.length - said.length} sentence`,
      );
      expect(loudspeaker.playedMs).toBeGreaterThanOrEqual(spokenMs - 120);
      // On time but for what was to be played already when it was too late: 3 s, and what waits to be sent.
      expect(tookMs).toBeLessThan(72_000 + 3_000 + (257.6 / kbitPerS - 1) * 10_000 + 2_500);
    },
  );

  it('tells of no word that the device has not got, whenever it is interrupted', async () => {
    const { rig, loudspeaker } = setUp(160);
    rig.llm.auto = [SENTENCES.slice(0, 5).join(' ')];
    await rig.ask();
    await rig.pass(7_040);
    rig.conversation.interrupt();
    const playedMs = loudspeaker.playedMs;
    const { answer = '', outcome } = rig.all('turn.ended').at(-1) ?? {};
    expect(outcome).toBe('interrupted');
    const words = answer.split(' ').length;
    expect(words).toBeGreaterThan(15);
    // 200 ms a word, and 200 ms between two sentences of 11 words.
    expect(words * 200 + Math.floor(words / 11) * 200).toBeLessThanOrEqual(playedMs + 200);
  });
});
