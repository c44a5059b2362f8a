import { describe, expect, it } from 'vitest';
import { ConversationRig } from '../../test/support/conversation/conversation-rig.ts';

describe('a reply that holds nothing to be spoken', () => {
  it.each(['👍', '👍🏽 ❤️', '🇫🇷', '...', '…', '?!', '—', '***', ':-)', '😀 *** ```code``` ', '```js\nlet x;\n```'])(
    'is an answer without a sound: %s',
    async (text) => {
      const rig = new ConversationRig({ entry: { duplex: 'half' } });
      rig.llm.auto = [text];
      await rig.ask('thank you');
      await rig.pass(2_000);
      expect(rig.session.sent('notice')).toEqual([]);
      expect(rig.session.frames).toEqual([]);
      expect(rig.session.take().slice(-3)).toEqual([
        `reply_text_done ${JSON.stringify(text)}`,
        'reply_done',
        'listening true',
      ]);
      expect(rig.all('engine.error')).toEqual([]);
      expect(rig.all('turn.ended')).toMatchObject([{ outcome: 'answered', written: text, spokenMs: 0 }]);
      expect(rig.all('turn.ended')[0]).not.toHaveProperty('error');
      expect(rig.conversation.activity).toBe('idle');
      expect(await rig.nextTurn()).toEqual(['user: hello there', `assistant: ${text.trim()}`, 'user: and now']);
    },
  );

  it('is none when there are words too', async () => {
    const rig = new ConversationRig({ entry: { duplex: 'half' } });
    rig.llm.auto = ['👍', ' Sure. ', '🎉'];
    await rig.ask();
    await rig.pass(3_000);
    expect(rig.tts.said.map(({ text }) => text)).toEqual(['Sure.']);
    expect(rig.all('turn.ended')).toMatchObject([{ outcome: 'answered', answer: '👍 Sure. 🎉' }]);
  });

  it('is an error where a caller wants it to be said', async () => {
    const rig = new ConversationRig({ entry: { duplex: 'half' } });
    const result = rig.conversation.say({ text: '👍', interrupt: false, listenAfter: false });
    await rig.pass(3_000);
    expect(await result).toMatchObject({ outcome: 'failed', error: { code: 'engine_bad_answer' } });
  });
});
