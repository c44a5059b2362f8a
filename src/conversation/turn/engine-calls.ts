import type { Clock } from '../../core/clock.ts';
import { isAbort, toDialtoneError } from '../../core/errors.ts';
import type { EngineSet } from '../../engines/engine.ts';
import type { EngineCall } from '../../engines/engine-call.ts';
import type { EngineKind } from '../../engines/events.ts';
import type { Llm } from '../../engines/llm.ts';
import type { Stt, SttCapabilities, SttResult, SttStream } from '../../engines/stt.ts';
import type { Tts } from '../../engines/tts.ts';
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
    reply: (messages, options) => new WatchedCall('llm', llm.reply(messages, options), watch),
    close: () => llm.close(),
  };
  const watchedTts: Tts = {
    id: tts.id,
    speak: (text, options) => new WatchedCall('tts', tts.speak(text, options), watch),
    ...(tts.voiceFor && { voiceFor: tts.voiceFor.bind(tts) }),
    close: () => tts.close(),
  };
  return { stt: watchedStt, llm: watchedLlm, tts: watchedTts };
}

/** A reply or speech: it begins when its first item is asked for. */
class WatchedCall<T, Capabilities> implements AsyncIterable<T>, EngineCall<Capabilities> {
  readonly #kind: EngineKind;
  readonly #call: AsyncIterable<T> & EngineCall<Capabilities>;
  readonly #watch: CallWatch;

  constructor(kind: EngineKind, call: AsyncIterable<T> & EngineCall<Capabilities>, watch: CallWatch) {
    this.#kind = kind;
    this.#call = call;
    this.#watch = watch;
  }

  get engine(): string {
    return this.#call.engine;
  }

  get capabilities(): Capabilities {
    return this.#call.capabilities;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    yield* new CallSpan(this.#kind, this.#call, this.#watch).items(this.#call);
  }
}

/** An utterance: it begins when it is opened, with its first audio. */
class WatchedStream implements SttStream {
  readonly results: AsyncIterable<SttResult>;
  readonly #stream: SttStream;

  constructor(stream: SttStream, watch: CallWatch) {
    this.#stream = stream;
    this.results = new CallSpan('stt', stream, watch).items(stream.results);
  }

  get engine(): string {
    return this.#stream.engine;
  }

  get capabilities(): SttCapabilities {
    return this.#stream.capabilities;
  }

  write(samples: Int16Array): void {
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
  readonly #startedAtMs: number;
  #firstAtMs: number | undefined;

  constructor(kind: EngineKind, call: EngineCall<unknown>, { clock, begun }: CallWatch) {
    this.#kind = kind;
    this.#call = call;
    this.#clock = clock;
    this.#report = begun();
    this.#startedAtMs = clock.now();
  }

  /** What the engine gives; the call ends with it. Its reader may stop early: the call is cancelled then. */
  async *items<T>(items: AsyncIterable<T>): AsyncGenerator<T> {
    let end: Pick<CallReport, 'outcome' | 'code'> = { outcome: 'cancelled' };
    try {
      for await (const item of items) {
        this.#firstAtMs ??= this.#clock.now();
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
    this.#report({
      kind: this.#kind,
      engine: this.#call.engine,
      startedAtMs: this.#startedAtMs,
      ...(this.#firstAtMs === undefined ? {} : { firstAtMs: this.#firstAtMs }),
      endedAtMs: this.#clock.now(),
      ...end,
    });
  }
}
