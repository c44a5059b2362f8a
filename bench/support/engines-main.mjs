// The servers of remote engines in a process of their own, as they are in real life: fakes that take a fixed time.
import { startFakeGroq } from '../../dist/fakes/fake-groq.js';
import { startFakeKyutai } from '../../dist/fakes/fake-kyutai.js';
import { startFakeWyoming } from '../../dist/fakes/fake-wyoming.js';
import { serve } from './child.mjs';

serve({
  /** Starts them. @param {number} delayMs before the first byte of an answer @returns their addresses */
  start: async (delayMs) => {
    const slow = { type: 'slow', delayMs };
    const openai = await startFakeGroq({ anyKey: true, basePath: '/v1' });
    for (const kind of ['chat', 'transcription', 'speech']) openai.fail(kind, slow, Infinity);
    // The recogniser's answer comes while the user speaks: its last words are pushed out without a delay.
    const kyutai = await startFakeKyutai();
    kyutai.fail('tts', slow, Infinity);
    const wyoming = await startFakeWyoming();
    for (const kind of ['transcribe', 'synthesize']) wyoming.fail(kind, slow, Infinity);
    return { openai: `${openai.url}/v1`, kyutai: kyutai.url, wyoming: wyoming.url };
  },
});
