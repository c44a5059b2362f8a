import type { Engines } from '#src/conversation/conversation-deps';
import type { Stt, SttOptions, SttResult, SttStream } from '#src/engines/stt';
import type { VirtualTime } from './virtual-time.ts';

/** How often it is made sure that the recogniser has heard all that was said, virtual milliseconds. */
const PROBE_EVERY_MS = 100;
/** A recogniser that was killed answers no probe, real milliseconds. */
const PROBE_LIMIT_MS = 30_000;

/**
 * Engines on the machine's clock, used in virtual time: it stands still while a model or a voice works on what it was
 * asked for, and while a recogniser has not heard all of the audio. So their results come in the same moment on any
 * machine. An engine on the virtual clock must not be waited for.
 */
export function waitedEngines({ stt, llm, tts }: Engines, time: VirtualTime): Engines {
  const work = new Set<Promise<unknown>>();
  const hold = <T>(promise: Promise<T>): Promise<T> => {
    work.add(promise);
    const done = () => work.delete(promise);
    promise.then(done, done);
    return promise;
  };
  const waited = new WaitedStt(stt, hold, () => time.clock.now());
  time.waitsFor(async () => {
    await waited.hasHeardAll();
    while (work.size > 0) await Promise.allSettled(work);
  });
  return {
    stt: waited,
    llm: {
      id: llm.id,
      reply: (messages, options) => held(llm.reply(messages, options), hold),
      close: () => llm.close(),
    },
    tts: { id: tts.id, speak: (text, options) => held(tts.speak(text, options), hold), close: () => tts.close() },
  };
}

type Hold = <T>(promise: Promise<T>) => Promise<T>;

/** The same items; time stands still while one is asked for and not there. */
function held<T>(items: AsyncIterable<T>, hold: Hold): AsyncIterable<T> {
  return {
    [Symbol.asyncIterator]: () => {
      const inner = items[Symbol.asyncIterator]();
      return {
        next: () => hold(inner.next()),
        return: async (value) => (await inner.return?.(value)) ?? { done: true, value },
      };
    },
  };
}

class WaitedStt implements Stt {
  readonly id: string;
  readonly hasPartials: boolean;
  readonly #inner: Stt;
  readonly #hold: Hold;
  readonly #now: () => number;
  #isUnheard = false;
  #probedAt = Number.NEGATIVE_INFINITY;

  constructor(inner: Stt, hold: Hold, now: () => number) {
    this.id = inner.id;
    this.hasPartials = inner.hasPartials;
    this.#inner = inner;
    this.#hold = hold;
    this.#now = now;
  }

  open(options: SttOptions): SttStream {
    const stream = this.#inner.open(options);
    let end = () => {};
    const over = new Promise<void>((resolve) => {
      end = resolve;
    });
    options.signal.addEventListener('abort', end);
    return {
      results: watched(stream.results, end),
      write: (samples) => {
        stream.write(samples);
        this.#isUnheard = true;
      },
      end: () => {
        stream.end();
        void this.#hold(over);
      },
    };
  }

  /** Resolves when the audio so far has been recognised: the recogniser answers in order, so an empty utterance tells. */
  async hasHeardAll(): Promise<void> {
    if (!this.hasPartials || !this.#isUnheard || this.#now() - this.#probedAt < PROBE_EVERY_MS) return;
    this.#isUnheard = false;
    this.#probedAt = this.#now();
    const probe = this.#inner.open({ key: 'probe', signal: AbortSignal.timeout(PROBE_LIMIT_MS) });
    probe.end();
    try {
      for await (const _ of probe.results);
    } catch {
      // It was killed: whoever speaks is told.
    }
  }

  close(): Promise<void> {
    return this.#inner.close();
  }
}

async function* watched(results: AsyncIterable<SttResult>, end: () => void): AsyncGenerator<SttResult> {
  try {
    yield* results;
  } finally {
    end();
  }
}
