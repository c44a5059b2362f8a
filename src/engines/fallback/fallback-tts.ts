import type { EngineCall } from '../engine-call.ts';
import type { PcmChunk, Tts, TtsCapabilities, TtsOptions, TtsStream } from '../tts.ts';
import type { Attempt } from './attempt.ts';
import type { EngineList } from './engine-list.ts';
import { FallbackCall } from './fallback-call.ts';
import { TextTape } from './text-tape.ts';

/** Several voices that behave as one: the next one says all of a text when one fails before its first sound. */
export class FallbackTts implements Tts {
  readonly #list: EngineList<Tts>;

  constructor(list: EngineList<Tts>) {
    this.#list = list;
  }

  /** The engine that would speak now. */
  get id(): string {
    return this.#list.preferred.engine.id;
  }

  ready(): Promise<void> {
    return this.#list.ready();
  }

  speak(text: AsyncIterable<string>, options: TtsOptions): TtsStream {
    const tape = new TextTape(text);
    return new FallbackCall<Tts, PcmChunk, TtsCapabilities>({
      list: this.#list,
      signal: options.signal,
      call: (attempt) => speakTape(tape, attempt, options),
      inputError: () => tape.error,
      onEnd: () => tape.close(),
    });
  }

  /** By the voices of the engine that would speak now. One that does not know their languages keeps to the given voice. */
  voiceFor(voice: string, language: string): string | undefined {
    const { engine } = this.#list.preferred;
    return engine.voiceFor ? engine.voiceFor(voice, language) : voice;
  }

  warm(): void {
    this.#list.warm();
  }

  async close(): Promise<void> {
    this.#list.close();
  }
}

function speakTape(
  tape: TextTape,
  attempt: Attempt<Tts>,
  options: TtsOptions,
): AsyncIterable<PcmChunk> & EngineCall<TtsCapabilities> {
  const text: AsyncIterable<string> = {
    [Symbol.asyncIterator]: () =>
      tape.read({
        works: () => attempt.works(),
        waits: () => attempt.waits(),
        // What was cut for an engine that takes single words is no sentence for one that does not.
        joins: !stream.capabilities.streamingText,
      }),
  };
  const stream = attempt.member.engine.speak(text, { ...options, signal: attempt.signal });
  return stream;
}
