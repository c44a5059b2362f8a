import type { Engine } from '#src/engines/engine-call';
import type { EngineKind } from '#src/engines/events';
import type { Member } from '#src/engines/fallback/attempt';
import { EngineList } from '#src/engines/fallback/engine-list';
import { FallbackLlm } from '#src/engines/fallback/fallback-llm';
import { FallbackStt } from '#src/engines/fallback/fallback-stt';
import { FallbackTts } from '#src/engines/fallback/fallback-tts';
import { EngineHealth } from '#src/engines/fallback/health';
import { KyutaiStt } from '#src/engines/kyutai/kyutai-stt';
import { KyutaiTts } from '#src/engines/kyutai/kyutai-tts';
import type { Llm } from '#src/engines/llm';
import { OpenAiLlm } from '#src/engines/openai/openai-llm';
import type { Stt } from '#src/engines/stt';
import type { Tts } from '#src/engines/tts';
import type { ChatBody } from '../fakes/fake-groq-chat.ts';
import { wholeCall } from '../fakes/fake-groq-chat.ts';
import { demoSample } from '../support/audio/demo-samples.ts';
import { groqFor, kyutaiFor, type Making } from './contract.ts';
import { llmContract } from './llm-contract.ts';
import { sttContract } from './stt-contract.ts';
import { ttsContract } from './tts-contract.ts';

// A list of engines behaves as one of them.

/** Two engines with servers of their own. */
async function listFor<E extends Engine>(kind: EngineKind, making: Making, make: () => Promise<E>) {
  const { clock, atEnd } = making;
  const report = () => {};
  const member = async (): Promise<Member<E>> => {
    const engine = await make();
    const health = new EngineHealth({ kind, engine, clock, random: Math.random, report });
    atEnd(async () => {
      health.close();
      await engine.close();
    });
    return { engine, health, firstOutputMs: 10_000 };
  };
  return new EngineList<E>({ kind, members: [await member(), await member()], clock, report });
}

const reply = ({ tools }: ChatBody) =>
  tools ? { calls: wholeCall(0, 'a', 'set_volume', '{"percent": 50}') } : 'I am the server of a test.';

llmContract({
  engine: 'groq',
  capabilities: { images: false, tools: true },
  make: async (making) => {
    const make = async () => new OpenAiLlm({ client: await groqFor(making, { reply }), model: 'm' });
    return new FallbackLlm(await listFor<Llm>('llm', making, make));
  },
  canFail: true,
});

ttsContract({
  engine: 'kyutai',
  capabilities: { streamingText: true, wordTimings: true },
  make: async (making) =>
    new FallbackTts(await listFor<Tts>('tts', making, async () => new KyutaiTts(await kyutaiFor(making)))),
});

sttContract({
  engine: 'kyutai',
  capabilities: { partials: true, wordTimings: true },
  make: async (making) =>
    new FallbackStt(await listFor<Stt>('stt', making, async () => new KyutaiStt(await kyutaiFor(making)))),
  speech: demoSample('01.wav').samples,
  says: 'Hello there.',
});
