import { fileURLToPath } from 'node:url';
import { KyutaiStt } from '#src/engines/kyutai/kyutai-stt';
import { OpenAiStt } from '#src/engines/openai/openai-stt';
import { SherpaStt } from '#src/engines/sherpa/sherpa-stt';
import { WyomingStt } from '#src/engines/wyoming/wyoming-stt';
import { demoSample } from '../support/audio/demo-samples.ts';
import { groqFor, kyutaiFor, wyomingFor } from './contract.ts';
import { sttContract } from './stt-contract.ts';

const OFFLINE_MODEL = fileURLToPath(new URL('../fixtures/offline-asr-model', import.meta.url));
const QUESTION = demoSample('01.wav');

sttContract({
  engine: 'sherpa',
  capabilities: { partials: true, wordTimings: false },
  make: ({ clock, broken }) =>
    new SherpaStt({ clock, random: Math.random, ...(broken && { modelDir: '/there is no such folder' }) }),
  speech: QUESTION.samples,
  says: QUESTION.text,
});

sttContract({
  engine: 'sherpa',
  capabilities: { partials: false, wordTimings: false },
  make: async ({ clock, broken }) => {
    const modelDir = broken ? '/there is no such folder' : OFFLINE_MODEL;
    const stt = new SherpaStt({ clock, random: Math.random, modelDir });
    // What it can do is known when it is loaded.
    if (!broken) await stt.ready();
    return stt;
  },
  speech: QUESTION.samples,
  says: QUESTION.text,
});

sttContract({
  engine: 'groq',
  capabilities: { partials: false, wordTimings: false },
  make: async (making) =>
    new OpenAiStt({ client: await groqFor(making, { transcript: 'what time is it' }), model: 'm' }),
  speech: QUESTION.samples,
  says: 'what time is it',
});

sttContract({
  engine: 'kyutai',
  capabilities: { partials: true, wordTimings: true },
  make: async (making) => new KyutaiStt(await kyutaiFor(making)),
  speech: QUESTION.samples,
  says: 'Hello there.',
});

for (const streams of [false, true]) {
  sttContract({
    engine: 'wyoming',
    capabilities: { partials: streams, wordTimings: false },
    make: async (making) => {
      const stt = new WyomingStt(await wyomingFor(making, { asr: { streams } }));
      await stt.ready();
      return stt;
    },
    speech: QUESTION.samples,
    says: 'what time is it',
  });
}
