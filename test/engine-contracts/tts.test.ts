import { fileURLToPath } from 'node:url';
import { systemClock } from '#src/core/clock';
import { EspeakTts } from '#src/engines/espeak/espeak-tts';
import { KyutaiTts } from '#src/engines/kyutai/kyutai-tts';
import { NativeHost } from '#src/engines/native-host/native-host';
import { OpenAiTts } from '#src/engines/openai/openai-tts';
import { SherpaTts } from '#src/engines/sherpa/sherpa-tts';
import { WyomingTts } from '#src/engines/wyoming/wyoming-tts';
import { groqFor, kyutaiFor, wyomingFor } from './contract.ts';
import { ttsContract } from './tts-contract.ts';

/** A worker that cannot be started. */
const BROKEN = new URL('data:text/javascript,throw new Error("broken")');

const TONE_VOICE = fileURLToPath(new URL('../fixtures/tone-voice', import.meta.url));

ttsContract({
  engine: 'espeak',
  capabilities: { streamingText: false, wordTimings: true },
  make: ({ clock, broken }) => new EspeakTts({ clock, random: Math.random, ...(broken && { worker: BROKEN }) }),
});

ttsContract({
  engine: 'sherpa',
  capabilities: { streamingText: false, wordTimings: false },
  make: ({ clock, broken }) => {
    // The host asks its child every second whether it lives, by a clock of its own: those timers are not the engine's.
    const host = new NativeHost({ clock: systemClock, random: Math.random });
    return new SherpaTts({
      clock,
      random: Math.random,
      hosts: [host],
      modelDir: broken ? '/there is no such folder' : TONE_VOICE,
    });
  },
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
