// Engines behind the contracts of src/engines/ (stt.ts, llm.ts, tts.ts) that cost next to nothing and take a fixed time, so
// that only our own cost is seen.
import { setTimeout as sleep } from 'node:timers/promises';
import { engineCall } from '../../dist/engines/engine-call.js';

/** How long each fake takes, milliseconds. */
export const DELAYS = { stt: 100, llm: 150, tts: 100 };

/** What the recogniser understands: a whole sentence, so that no turn waits for its end. */
const HEARD = 'what time is it now?';
const VOICE_RATE = 24_000;
const SENTENCES = [
  'This is the first sentence of the answer that is spoken here.',
  'Here is the second one of it, which goes on as the first did.',
  'The third one follows, and it is about as long as the others.',
  'With the fourth sentence this answer has come to its very end.',
];
const CHUNK_MS = 200;
/** Audio until the first partial result, samples at 16 kHz. */
const PARTIAL_AFTER = 4_800;

/** @param {{ answerMs: number, voice: Int16Array }} options the voice is 24 kHz speech, taken in turn */
export function fakeEngines({ answerMs, voice }) {
  const engines = { stt: fakeStt(), llm: fakeLlm(), tts: fakeTts(answerMs / SENTENCES.length, voice) };
  return {
    defaults: engines,
    lease: () => ({ for: () => engines, release: () => undefined }),
    reasons: ['engines: fakes of the bench'],
    warnings: [],
    ready: async () => undefined,
    close: async () => undefined,
  };
}

function fakeStt() {
  return {
    id: 'fake',
    open: ({ signal }) => new FakeSttStream(signal),
    close: async () => undefined,
  };
}

class FakeSttStream {
  engine = 'fake';
  capabilities = { partials: true, wordTimings: false };
  #samples = 0;
  #ready = [];
  #wake;
  #over = false;

  constructor(signal) {
    signal.addEventListener('abort', () => this.#push(undefined), { once: true });
  }

  write(samples) {
    const before = this.#samples;
    this.#samples += samples.length;
    if (before < PARTIAL_AFTER && this.#samples >= PARTIAL_AFTER) {
      this.#push({ type: 'partial', text: HEARD, endpoint: false });
    }
  }

  end() {
    setTimeout(() => this.#push({ type: 'final', text: HEARD }), DELAYS.stt);
  }

  #push(result) {
    this.#ready.push(result);
    this.#wake?.();
  }

  get results() {
    return this.#results();
  }

  async *#results() {
    while (!this.#over) {
      if (this.#ready.length === 0) {
        await new Promise((resolve) => {
          this.#wake = resolve;
        });
        continue;
      }
      const result = this.#ready.shift();
      if (result === undefined) return;
      this.#over = result.type === 'final';
      yield result;
    }
  }
}

function fakeLlm() {
  return {
    id: 'fake',
    reply: (_messages, { signal }) => engineCall(write(signal), 'fake', { images: false, tools: false }),
    close: async () => undefined,
  };
}

async function* write(signal) {
  await sleep(DELAYS.llm, undefined, { signal });
  for (const sentence of SENTENCES) {
    for (const word of sentence.split(' ')) {
      yield { type: 'token', text: `${word} ` };
      await Promise.resolve();
    }
  }
}

function fakeTts(sentenceMs, voice) {
  const total = Math.round((VOICE_RATE * sentenceMs) / 1000);
  const chunk = (VOICE_RATE * CHUNK_MS) / 1000;
  let next = 0;
  const say = async function* (text, signal) {
    for await (const _sentence of text) {
      await sleep(DELAYS.tts, undefined, { signal });
      for (let left = total; left > 0; left -= chunk) {
        const count = Math.min(chunk, left);
        if (next + count > voice.length) next = 0;
        yield { sampleRate: VOICE_RATE, samples: voice.slice(next, next + count) };
        next += count;
      }
    }
  };
  return {
    id: 'fake',
    speak: (text, { signal }) => engineCall(say(text, signal), 'fake', { streamingText: false, wordTimings: false }),
    close: async () => undefined,
  };
}
