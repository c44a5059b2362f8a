// The servers of remote engines in a process of their own, as they are in real life: fakes that tell how long they took.
import { startFakeGroq } from '../../dist/fakes/fake-groq.js';
import { startFakeKyutai } from '../../dist/fakes/fake-kyutai.js';
import { startFakeWyoming } from '../../dist/fakes/fake-wyoming.js';
import { serve } from './child.mjs';

let openai;
let kyutai;
let wyoming;

serve({
  /** Starts them. @param {number} delayMs before the first byte of an answer @returns their addresses */
  start: async (delayMs) => {
    const slow = { type: 'slow', delayMs };
    openai = await startFakeGroq({ anyKey: true, voices: null, basePath: '/v1' });
    for (const kind of ['chat', 'transcription', 'speech']) openai.fail(kind, slow, Infinity);
    kyutai = await startFakeKyutai();
    wyoming = await startFakeWyoming();
    for (const kind of ['transcribe', 'synthesize']) wyoming.fail(kind, slow, Infinity);
    return { openai: `${openai.url}/v1`, kyutai: kyutai.url, wyoming: wyoming.url };
  },
  /** How long the last request took here, milliseconds; that of Kyutai answers at once. */
  took: (server) => {
    const took = { openai: openai.requests.at(-1), wyoming: wyoming.requests.at(-1) }[server]?.tookMs;
    return server === 'kyutai' ? 0 : took;
  },
});
