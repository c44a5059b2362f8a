import { EspeakTts } from '#src/engines/espeak/espeak-tts';
import { KyutaiTts } from '#src/engines/kyutai/kyutai-tts';
import { OpenAiTts } from '#src/engines/openai/openai-tts';
import { WyomingTts } from '#src/engines/wyoming/wyoming-tts';
import { groqFor, kyutaiFor, wyomingFor } from './contract.ts';
import { ttsContract } from './tts-contract.ts';

/** A worker that cannot be started. */
const BROKEN = new URL('data:text/javascript,throw new Error("broken")');

ttsContract({
  engine: 'espeak',
  capabilities: { streamingText: false, wordTimings: true },
  make: ({ clock, broken }) => new EspeakTts({ clock, random: Math.random, ...(broken && { worker: BROKEN }) }),
});

ttsContract({
  engine: 'groq',
  capabilities: { streamingText: false, wordTimings: false },
  make: async (making) => new OpenAiTts({ client: await groqFor(making), model: 'm' }),
});

ttsContract({
  engine: 'kyutai',
  capabilities: { streamingText: true, wordTimings: true },
  make: async (making) => new KyutaiTts(await kyutaiFor(making)),
});

for (const streams of [false, true]) {
  ttsContract({
    engine: 'wyoming',
    capabilities: { streamingText: streams, wordTimings: false },
    make: async (making) => {
      const tts = new WyomingTts({ client: await wyomingFor(making, { tts: { streams } }) });
      await tts.ready();
      return tts;
    },
  });
}
