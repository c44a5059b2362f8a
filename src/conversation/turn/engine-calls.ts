import { HEARING_RATE } from '../../audio/rates.ts';
import type { Clock } from '../../core/clock.ts';
import { isAbort, toDialtoneError } from '../../core/errors.ts';
import type { EngineSet } from '../../engines/engine.ts';
import type { EngineCall } from '../../engines/engine-call.ts';
import type { EngineKind } from '../../engines/events.ts';
import type { Llm, LlmDelta } from '../../engines/llm.ts';
import type { Stt, SttCapabilities, SttResult, SttStream } from '../../engines/stt.ts';
import type { PcmChunk, Tts } from '../../engines/tts.ts';
import type { EngineCalled } from '../events.ts';

/** What is known of a call itself. The device and the turn are known where it began. */
export type CallReport = Omit<EngineCalled, 'type' | 'device' | 'turn'>;

/** The listener to calls. */
export interface CallWatch {
  readonly clock: Clock;
  /** A call begins: returns what takes its report when it ends. */
  readonly begun: () => (report: CallReport) => void;
}

/** The same engines, with each of their calls reported when it ends. Audio and text pass as they are. */
export function watchCalls({ stt, llm, tts }: EngineSet, watch: CallWatch): EngineSet {
  const watchedStt: Stt = {
    id: stt.id,
    open: (options) => new WatchedStream(stt.open(options), watch),
    close: () => stt.close(),
  };
  const watchedLlm: Llm = {
    id: llm.id,
    reply: (messages, options) => new WatchedCall('llm', llm.reply(messages, options), watch, tokens()),
    warm: () => llm.warm?.(),
    close: () => llm.close(),
  };
  const watchedTts: Tts = {
    id: tts.id,
    speak: (text, options) => {
      const spoken = sound();
      return new WatchedCall('tts', tts.speak(spoken.counting(text), options), watch, spoken);
    },
    warm: () => tts.warm?.(),
    ...(tts.voiceFor && { voiceFor: tts.voiceFor.bind(tts) }),
    close: () => tts.close(),
  };
  return { stt: watchedStt, llm: watchedLlm, tts: watchedTts };
}

/** How much work a call was. */
type Amounts = Pick<CallReport, 'audioMs' | 'characters' | 'inputTokens' | 'outputTokens'>;

/** Counts how much work a call is, by what the engine gives. */
interface Counting<T> {
  readonly count: (item: T) => void;
  readonly amounts: () => Amounts;
}

function tokens(): Counting<LlmDelta> {
  let amounts: Amounts = {};
  return {
    count: (delta) => {
      if (delta.type !== 'usage') return;
      amounts = { inputTokens: delta.inputTokens, outputTokens: delta.outputTokens };
    },
    amounts: () => amounts,
  };
}

function sound(): Counting<PcmChunk> & { readonly counting: (text: AsyncIterable<string>) => AsyncIterable<string> } {
  let [audioMs, characters] = [0, 0];
  return {
    count: ({ samples, sampleRate }) => {
      audioMs += (samples.length * 1000) / sampleRate;
    },
    amounts: () => ({ audioMs, characters }),
    counting: async function* (text) {
      for await (const piece of text) {
        characters += piece.length;
        yield piece;
      }
    },
  };
}

/** A reply or speech: it begins when its first item is asked for. */
class WatchedCall<T, Capabilities> implements AsyncIterable<T>, EngineCall<Capabilities> {
  readonly #kind: EngineKind;
  readonly #call: AsyncIterable<T> & EngineCall<Capabilities>;
  readonly #watch: CallWatch;
  readonly #counting: Counting<T>;

  constructor(
    kind: EngineKind,
    call: AsyncIterable<T> & EngineCall<Capabilities>,
    watch: CallWatch,
    counting: Counting<T>,
  ) {
    this.#kind = kind;
    this.#call = call;
    this.#watch = watch;
    this.#counting = counting;
  }

  get engine(): string {
    return this.#call.engine;
  }

  get capabilities(): Capabilities {
    return this.#call.capabilities;
  }

  get model(): string | undefined {
    return this.#call.model;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    yield* new CallSpan(this.#kind, this.#call, this.#watch, this.#counting.amounts).items(
      this.#call,
      this.#counting.count,
    );
  }
}

/** An utterance: it begins when it is opened, with its first audio. */
class WatchedStream implements SttStream {
  readonly results: AsyncIterable<SttResult>;
  readonly #stream: SttStream;
  #samples = 0;

  constructor(stream: SttStream, watch: CallWatch) {
    this.#stream = stream;
    const amounts = () => ({ audioMs: (this.#samples * 1000) / HEARING_RATE });
    this.results = new CallSpan('stt', stream, watch, amounts).items(stream.results);
  }

  get engine(): string {
    return this.#stream.engine;
  }

  get capabilities(): SttCapabilities {
    return this.#stream.capabilities;
  }

  write(samples: Int16Array): void {
    this.#samples += samples.length;
    this.#stream.write(samples);
  }

  end(): void {
    this.#stream.end();
  }
}

/** One call from its begin to its end, which is reported once. */
class CallSpan {
  readonly #kind: EngineKind;
  readonly #call: EngineCall<unknown>;
  readonly #clock: Clock;
  readonly #report: (report: CallReport) => void;
  readonly #amounts: () => Amounts;
  readonly #startedAtMs: number;
  #firstAtMs: number | undefined;

  constructor(kind: EngineKind, call: EngineCall<unknown>, { clock, begun }: CallWatch, amounts: () => Amounts) {
    this.#kind = kind;
    this.#amounts = amounts;
    this.#call = call;
    this.#clock = clock;
    this.#report = begun();
    this.#startedAtMs = clock.now();
  }

  /** What the engine gives; the call ends with it. Its reader may stop early: the call is cancelled then. */
  async *items<T>(items: AsyncIterable<T>, count?: (item: T) => void): AsyncGenerator<T> {
    let end: Pick<CallReport, 'outcome' | 'code'> = { outcome: 'cancelled' };
    try {
      for await (const item of items) {
        this.#firstAtMs ??= this.#clock.now();
        count?.(item);
        yield item;
      }
      end = { outcome: 'ok' };
    } catch (error) {
      if (!isAbort(error)) end = { outcome: 'failed', code: toDialtoneError(error).code };
      throw error;
    } finally {
      this.#ended(end);
    }
  }

  #ended(end: Pick<CallReport, 'outcome' | 'code'>): void {
    const { engine, model } = this.#call;
    this.#report({
      kind: this.#kind,
      engine,
      ...(model === undefined ? {} : { model }),
      startedAtMs: this.#startedAtMs,
      ...(this.#firstAtMs === undefined ? {} : { firstAtMs: this.#firstAtMs }),
      endedAtMs: this.#clock.now(),
      ...end,
      ...this.#amounts(),
    });
  }
}
