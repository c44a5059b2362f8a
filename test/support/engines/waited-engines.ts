import { setImmediate as nextTurn } from 'node:timers/promises';
import type { EngineRegistry, EngineSet } from '#src/engines/engine';
import type { EngineCall } from '#src/engines/engine-call';
import type { Llm } from '#src/engines/llm';
import type { Stt, SttOptions, SttResult, SttStream } from '#src/engines/stt';
import type { Tts } from '#src/engines/tts';
import type { SpeechCheck, SpeechChecker } from '#src/engines/vad';
import type { VirtualTime } from '../time/virtual-time.ts';

/** How often it is made sure that the recogniser has heard all that was said, virtual milliseconds. */
const PROBE_EVERY_MS = 100;
/** A recogniser that was killed answers no probe, real milliseconds. */
const PROBE_LIMIT_MS = 30_000;

/**
 * Engines on the machine's clock, used in virtual time: it stands still while a model or a voice works on what it was
 * asked for, and while a recogniser has not heard all of the audio. So their results come in the same moment on any
 * machine. An engine on the virtual clock must not be waited for: `llm`, if given, replaces the registry's and is one.
 */
export function waitedRegistry(registry: EngineRegistry, time: VirtualTime, llm?: Llm): EngineRegistry {
  const work = new Set<Promise<unknown>>();
  const hold = <T>(promise: Promise<T>): Promise<T> => {
    work.add(promise);
    const done = () => work.delete(promise);
    promise.then(done, done);
    return promise;
  };
  const recognisers = new Map<Stt, WaitedStt>();
  const waitedStt = (stt: Stt): WaitedStt => {
    const known = recognisers.get(stt) ?? new WaitedStt(stt, hold, () => time.clock.now());
    recognisers.set(stt, known);
    return known;
  };
  const waited = (set: EngineSet): EngineSet => ({
    stt: waitedStt(set.stt),
    llm: llm ?? waitedLlm(set.llm, hold),
    tts: waitedTts(set.tts, hold),
  });
  time.waitsFor(async () => {
    for (const stt of recognisers.values()) await stt.hasHeardAll();
    while (work.size > 0) await Promise.allSettled(work);
  });
  return {
    defaults: waited(registry.defaults),
    reasons: registry.reasons,
    warnings: registry.warnings,
    checker: registry.checker && waitedChecker(registry.checker, hold),
    lease: () => {
      const lease = registry.lease();
      return { for: (device) => waited(lease.for(device)), release: () => lease.release() };
    },
    ready: () => registry.ready(),
    close: () => registry.close(),
  };
}

type Hold = <T>(promise: Promise<T>) => Promise<T>;

function waitedLlm(llm: Llm, hold: Hold): Llm {
  return {
    id: llm.id,
    reply: (messages, options) => held(llm.reply(messages, options), hold),
    close: () => llm.close(),
  };
}

function waitedTts(tts: Tts, hold: Hold): Tts {
  return {
    id: tts.id,
    speak: (text, options) => held(tts.speak(text, options), hold),
    ...(tts.voiceFor && { voiceFor: tts.voiceFor.bind(tts) }),
    close: () => tts.close(),
  };
}

/** The same checks; time stands still while the first answer about a sound is not there. */
function waitedChecker(checker: SpeechChecker, hold: Hold): SpeechChecker {
  return {
    id: checker.id,
    listen: () => {
      const check = checker.listen();
      void hold(untilKnown(check));
      return {
        write: (samples) => check.write(samples),
        get verdict() {
          return check.verdict;
        },
        close: () => check.close(),
      };
    },
    close: () => checker.close(),
  };
}

async function untilKnown(check: SpeechCheck): Promise<void> {
  do await nextTurn();
  while (check.verdict === 'pending');
}

/** The same call; time stands still while an item is asked for and not there. */
function held<T, Capabilities>(
  call: AsyncIterable<T> & EngineCall<Capabilities>,
  hold: Hold,
): AsyncIterable<T> & EngineCall<Capabilities> {
  return {
    // What a call says of itself may change while it runs.
    get engine() {
      return call.engine;
    },
    get capabilities() {
      return call.capabilities;
    },
    [Symbol.asyncIterator]: () => {
      const inner = call[Symbol.asyncIterator]();
      return {
        next: () => hold(inner.next()),
        return: async (value) => (await inner.return?.(value)) ?? { done: true, value },
      };
    },
  };
}

class WaitedStt implements Stt {
  readonly id: string;
  readonly #inner: Stt;
  readonly #hold: Hold;
  readonly #now: () => number;
  #hasPartials = false;
  #isUnheard = false;
  #probedAt = Number.NEGATIVE_INFINITY;

  constructor(inner: Stt, hold: Hold, now: () => number) {
    this.id = inner.id;
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
    this.#hasPartials = stream.capabilities.partials;
    return {
      engine: stream.engine,
      capabilities: stream.capabilities,
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
    if (!this.#hasPartials || !this.#isUnheard || this.#now() - this.#probedAt < PROBE_EVERY_MS) return;
    this.#isUnheard = false;
    this.#probedAt = this.#now();
    const probe = this.#inner.open({ key: 'probe', signal: AbortSignal.timeout(PROBE_LIMIT_MS) });
    probe.end();
    try {
      for await (const _ of probe.results);
    } catch {
      // It was killed: open streams are told.
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
