import { OpenAiLlm } from '#src/engines/openai/openai-llm';
import { ScriptedLlm } from '#src/engines/scripted/scripted-llm';
import type { ChatBody } from '../fakes/fake-groq-chat.ts';
import { wholeCall } from '../fakes/fake-groq-chat.ts';
import { groqFor } from './contract.ts';
import { llmContract } from './llm-contract.ts';

/** A model that calls what it is offered. */
const reply = ({ tools }: ChatBody) =>
  tools ? { calls: wholeCall(0, 'a', 'set_volume', '{"percent": 50}') } : 'I am the server of a test.';

llmContract({
  engine: 'scripted',
  capabilities: { images: false, tools: true },
  make: ({ clock }) => new ScriptedLlm({ clock, random: Math.random }),
  canFail: false,
});

for (const images of [false, true]) {
  llmContract({
    engine: 'groq',
    capabilities: { images, tools: true },
    make: async (making) => new OpenAiLlm({ client: await groqFor(making, { reply }), model: 'm', images }),
    canFail: true,
  });
}
