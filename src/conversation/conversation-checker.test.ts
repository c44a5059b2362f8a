import { describe, expect, it } from 'vitest';
import { ConversationRig } from '../../test/support/conversation/conversation-rig.ts';
import type { CheckVerdict, SpeechChecker } from '../engines/vad.ts';

/** A checker that says what the test says. */
class FakeChecker implements SpeechChecker {
  readonly id = 'fake';
  verdict: CheckVerdict = 'pending';
  /** Sounds that it was asked about, and those that are over. */
  asked = 0;
  over = 0;

  listen() {
    const checker = this;
    this.asked += 1;
    return {
      write: () => undefined,
      get verdict() {
        return checker.verdict;
      },
      close: () => {
        this.over += 1;
      },
    };
  }

  async close(): Promise<void> {}
}

function rigWith(verdict: CheckVerdict) {
  const checker = new FakeChecker();
  checker.verdict = verdict;
  return { checker, rig: new ConversationRig({ checker }) };
}

describe('a conversation with a checker', () => {
  it('asks nothing in silence', async () => {
    const { checker, rig } = rigWith('speech');
    await rig.hear(0, 10_000);
    expect(checker.asked).toBe(0);
  });

  it('begins no turn with what is noise, however long it lasts, and one with speech in it', async () => {
    const { checker, rig } = rigWith('noise');
    await rig.hear(500, 5_000);
    expect(rig.stt.utterances).toEqual([]);
    checker.verdict = 'speech';
    await rig.hear(501, 100);
    expect(rig.stt.utterances).toHaveLength(1);
    // What the checker needs to know speech is before its answer, and not all of the noise.
    expect(rig.stt.utterances[0]?.written.filter((sample) => sample === 500)).toHaveLength(27);
    expect(checker).toMatchObject({ asked: 1, over: 1 });
  });

  it('loses nothing of the first word while it waits for the answer', async () => {
    const { checker, rig } = rigWith('pending');
    await rig.hear(0, 1_000);
    await rig.hear(500, 200);
    expect(rig.stt.utterances).toEqual([]);
    checker.verdict = 'speech';
    await rig.hear(501, 20);
    const { written } = rig.stt.utterances[0] ?? { written: [] };
    expect(written.filter((sample) => sample === 500)).toHaveLength(10);
    expect(written.filter((sample) => sample === 0).length).toBeGreaterThanOrEqual(10);
  });

  it('believes the VAD alone where there is no answer', async () => {
    const { rig } = rigWith('unavailable');
    await rig.hear(500, 60);
    expect(rig.stt.utterances).toHaveLength(1);
  });

  it('lets noise over an answer pass, and speech interrupt it', async () => {
    const { checker, rig } = rigWith('speech');
    rig.llm.auto = ['One two three four five six seven eight nine ten eleven twelve.'];
    await rig.hear(0, 3_000);
    await rig.ask();
    await rig.hear(0, 1_000);
    rig.stt.auto = undefined;
    checker.verdict = 'noise';
    await rig.hear(500, 800);
    expect(rig.stt.utterances).toHaveLength(1);
    checker.verdict = 'speech';
    await rig.hear(500, 100);
    rig.stt.utterances[1]?.partial('stop');
    await rig.hear(500, 20);
    expect(rig.all('turn.ended')).toMatchObject([{ outcome: 'interrupted' }]);
  });

  it('asks nothing more behind a device that has left', async () => {
    const { checker, rig } = rigWith('noise');
    await rig.hear(500, 200);
    expect(checker).toMatchObject({ asked: 1, over: 0 });
    rig.conversation.detach();
    expect(checker).toMatchObject({ asked: 1, over: 1 });
  });
});
