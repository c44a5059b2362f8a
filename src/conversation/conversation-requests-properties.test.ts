import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEEDS } from '../../test/support/conversation/conversation-deeds.ts';
import { ConversationRig, settle } from '../../test/support/conversation/conversation-rig.ts';
import { VAD_FRAME_SAMPLES } from '../engines/vad.ts';

/** Longest wait of a request for its turn. */
const WAIT_MS = 60_000;

/** Longest turn of a request: engines that hang are given up after 30 s, once more when that fell into a hold, and so is its sound. */
const TURN_MS = 3 * 30_000 + 10_000;

const TIMEOUT_MS = 3_000;

/** Longest answer that was begun in time. */
const ANSWER_MS = 60_000;

/** A request that was accepted. */
interface Accepted {
  readonly kind: 'say' | 'ask';
  readonly atMs: number;
  readonly limitMs: number;
  settledAtMs?: number;
  outcome?: string;
}

class AskingRig extends ConversationRig {
  readonly requests: Accepted[] = [];

  request(kind: 'say' | 'ask', n: number): void {
    const text = n % 4 === 0 ? 'One two three four five six seven eight nine.' : 'Tea or coffee?';
    const result =
      kind === 'say'
        ? this.conversation.say({ text, interrupt: n % 2 === 0, listenAfter: n % 3 === 0 })
        : this.conversation.ask({ text, timeoutMs: TIMEOUT_MS });
    if (typeof result === 'string') return;
    const limitMs = WAIT_MS + TURN_MS + (kind === 'ask' ? TIMEOUT_MS + ANSWER_MS : 0);
    const request: Accepted = { kind, atMs: this.clock.now(), limitMs };
    this.requests.push(request);
    void result.then(({ outcome }) => {
      request.settledAtMs = this.clock.now();
      request.outcome = outcome;
    });
  }

  /** Time goes on in larger steps. @param sound as in `hear`; undefined: nothing comes from the microphone */
  async goOn(ms: number, sound: number | undefined): Promise<void> {
    const frame = new Int16Array(VAD_FRAME_SAMPLES).fill(sound ?? 0);
    for (let atMs = 0; atMs < ms; atMs += 20) {
      this.clock.advance(20);
      if (sound !== undefined) this.conversation.audio(frame, this.clock.now());
      if (atMs % 100 === 0) await settle();
    }
  }
}

const hangs = async function* () {
  await new Promise(() => undefined);
};

/** As always, and with engines that hang and lines that end in every way. */
const MORE = {
  ...DEEDS,
  say: async (rig: AskingRig, n: number) => rig.request('say', n),
  ask: async (rig: AskingRig, n: number) => rig.request('ask', n),
  // More of them, so that most sequences have some.
  'ask again': async (rig: AskingRig, n: number) => rig.request('ask', n),
  'recogniser hangs': async (rig: AskingRig) => {
    rig.stt.auto = undefined;
  },
  'recogniser works': async (rig: AskingRig, n: number) => {
    rig.stt.auto = n % 2 === 0 ? 'hello there' : '';
  },
  'model hangs': async (rig: AskingRig) => {
    rig.llm.auto = undefined;
  },
  'voice hangs': async (rig: AskingRig) => void rig.tts.script.push(hangs as never),
  'voice fails': async (rig: AskingRig) =>
    void rig.tts.script.push(() => {
      throw new Error('broken');
    }),
  'long time': async (rig: AskingRig, n: number) => rig.goOn(n * 4_000, [0, undefined, 500][n % 3]),
  'device interrupts': async (rig: AskingRig) => rig.conversation.event({ type: 'interrupt' }),
  forget: async (rig: AskingRig) => rig.conversation.forget(),
  'line closed gently': async (rig: AskingRig, n: number) => {
    rig.conversation.finish(() => rig.conversation.detach());
    await rig.hear(0, n * 100);
    rig.conversation.detach();
    rig.reattach();
  },
} as const;

const NAMES = Object.keys(MORE) as (keyof typeof MORE)[];
const ENTRIES = [
  { duplex: 'full' },
  { duplex: 'half' },
  { duplex: 'full', greeting: true },
  { protocol: 'pcm', activation: 'push_to_talk' },
  { duplex: 'full', activation: 'wake_word', wake_words: ['computer'] },
];

describe('a request to speak that was accepted', () => {
  it('settles within its time, and what comes then is said, whatever happens', { timeout: 300_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...ENTRIES),
        fc.constantFrom(0, 500, undefined),
        fc.array(fc.tuple(fc.constantFrom(...NAMES), fc.nat(9)), { maxLength: 30, size: 'max' }),
        async (entry, sound, sequence) => {
          const rig = new AskingRig({ entry: { ...entry, long_silence: 4, idle_timeout: 20 } });
          rig.llm.auto = ['One two three. ', 'Four five six seven.'];
          for (const [name, n] of sequence) await MORE[name](rig, n);
          await rig.goOn(WAIT_MS + TURN_MS + TIMEOUT_MS + ANSWER_MS, sound);
          for (const { kind, atMs, limitMs, settledAtMs, outcome } of rig.requests) {
            const what = `the ${kind} of ${atMs} (${outcome ?? 'pending'} at ${settledAtMs}, now ${rig.clock.now()})`;
            expect(settledAtMs, what).toBeDefined();
            expect(settledAtMs, what).toBeLessThanOrEqual(atMs + limitMs);
          }
          // Nothing is blocked for those who come then.
          rig.stt.auto = '';
          rig.llm.auto = ['Fine.'];
          rig.tts.script.length = 0;
          await rig.goOn(130_000, 0);
          rig.request('say', 1);
          await rig.goOn(20_000, 0);
          expect(rig.requests.at(-1)).toMatchObject({ kind: 'say', outcome: 'played' });
          rig.conversation.detach();
          await rig.goOn(1_000, undefined);
          expect(rig.clock.pending).toBe(0);
        },
      ),
      { numRuns: 60 },
    );
  });
});
