import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEEDS } from '../../test/support/conversation/conversation-deeds.ts';
import { ConversationRig } from '../../test/support/conversation/conversation-rig.ts';

const NAMES = Object.keys(DEEDS) as (keyof typeof DEEDS)[];

/** Follows what the device is told, and objects to what must never happen. */
function check(rig: ConversationRig): void {
  let replying = false;
  const told = rig.session.told;
  for (const [index, { what }] of told.entries()) {
    const where = () =>
      told
        .slice(Math.max(0, index - 8), index + 1)
        .map((entry) => entry.what.type)
        .join(' ');
    if (what.type === 'reply_started') {
      expect(replying, `two answers at once: ${where()}`).toBe(false);
      replying = true;
    }
    if (what.type === 'play') expect(replying, `audio outside an answer: ${where()}`).toBe(true);
    if (what.type === 'reply_done' || what.type === 'reply_interrupted') replying = false;
  }
  expect(replying, 'an answer that never ended').toBe(false);
  const started = rig.all('turn.started').length;
  expect(rig.all('turn.ended')).toHaveLength(started);
}

describe('whatever happens', () => {
  it.each(['full', 'half'] as const)(
    'there are never two answers at once, every answer ends, and no audio follows an interruption (%s duplex)',
    { timeout: 120_000 },
    async (duplex) => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.tuple(fc.constantFrom(...NAMES), fc.nat(9)), { maxLength: 40, size: 'max' }),
          async (sequence) => {
            const rig = new ConversationRig({ entry: { duplex, long_silence: 4, idle_timeout: 20 } });
            rig.llm.auto = ['One two three. ', 'Four five six seven.'];
            for (const [name, n] of sequence) await DEEDS[name](rig, n);
            rig.stt.auto = 'hello there';
            await rig.hear(0, 4_000);
            // However it stands: with the line everything ends, and nothing is left behind.
            rig.conversation.detach();
            await rig.pass(100);
            check(rig);
            expect(rig.conversation.activity).toBe('idle');
            expect(rig.clock.pending).toBe(0);
          },
        ),
        { numRuns: 150 },
      );
    },
  );
});
