import { type ConversationRig, settle } from './conversation-rig.ts';

/** What may happen to a conversation, in any order. */
export const DEEDS = {
  speech: (rig: ConversationRig, n: number) => rig.hear(500, 100 + n * 100),
  silence: (rig: ConversationRig, n: number) => rig.hear(0, 100 + n * 200),
  'no audio': (rig: ConversationRig, n: number) => rig.pass(n * 300),
  words: async (rig: ConversationRig, n: number) => {
    rig.stt.utterances.at(-1)?.partial(['stop', 'mhm', 'one two', 'what time is it', 'and'][n % 5] ?? '', n % 3 === 0);
    await settle();
  },
  final: async (rig: ConversationRig, n: number) => {
    rig.stt.utterances.at(-1)?.final(n % 3 === 0 ? '' : 'tell me more');
    await settle();
  },
  press: async (rig: ConversationRig) => rig.conversation.event({ type: 'speech_button', pressed: true }),
  release: async (rig: ConversationRig) => rig.conversation.event({ type: 'speech_button', pressed: false }),
  interrupt: async (rig: ConversationRig) => void rig.conversation.interrupt(),
  listen: async (rig: ConversationRig) => void rig.conversation.listen(),
  say: async (rig: ConversationRig, n: number) =>
    void rig.conversation.say({ text: 'Dinner is ready.', interrupt: n % 2 === 0, listenAfter: n % 3 === 0 }),
  ask: async (rig: ConversationRig) => void rig.conversation.ask({ text: 'Tea or coffee?', timeoutMs: 3_000 }),
  'line lost': async (rig: ConversationRig) => {
    rig.conversation.detach();
    rig.conversation.attach(rig.session);
  },
  'model fails': async (rig: ConversationRig) => {
    rig.llm.calls.at(-1)?.out.fail(new Error('broken'));
    await settle();
  },
  'recogniser fails': async (rig: ConversationRig) => {
    rig.stt.utterances.at(-1)?.results.fail(new Error('broken'));
    await settle();
  },
} as const;
