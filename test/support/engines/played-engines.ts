import type { Clock } from '#src/core/clock';
import { DialtoneError, type DialtoneErrorOptions, type ErrorCode } from '#src/core/errors';
import { untilAborted } from '#src/core/until-aborted';
import { textOf } from '#src/engines/chat-content';
import type { Engine, EngineCall } from '#src/engines/engine-call';
import type { ChatMessage, Llm, LlmCapabilities, LlmDelta, LlmOptions, LlmReply } from '#src/engines/llm';
import type { Stt, SttCapabilities, SttOptions, SttResult, SttStream } from '#src/engines/stt';
import type { PcmChunk, Tts, TtsCapabilities, TtsOptions, TtsStream } from '#src/engines/tts';

/** What an engine does in one call, step by step. Behind the last step the call ends as it should. */
export type Step =
  | { readonly type: 'wait'; readonly ms: number }
  /** One piece of output. */
  | { readonly type: 'give' }
  | { readonly type: 'fail'; readonly error: unknown }
  /** Nothing more happens until the call is aborted. */
  | { readonly type: 'hang' }
  /** Nothing more happens at all. */
  | { readonly type: 'deaf' }
  /** Of a voice: takes the next piece of the text. Of a recogniser: waits until the utterance has ended. */
  | { readonly type: 'take' };

export const give: Step = { type: 'give' };
export const take: Step = { type: 'take' };
export const hang: Step = { type: 'hang' };
export const deaf: Step = { type: 'deaf' };
export const wait = (ms: number): Step => ({ type: 'wait', ms });
export const fail = (code: ErrorCode = 'engine_unavailable', more: DialtoneErrorOptions = {}): Step => ({
  type: 'fail',
  error: new DialtoneError(code, `it fails: ${code}`, more),
});

/** A call as the engine saw it. */
export interface PlayedCall {
  /** What the caller is known by: the text of the first message, the voice, or the key. */
  readonly caller: string;
  readonly signal: AbortSignal;
  /** Pieces of text that a voice took; samples that a recogniser heard. */
  readonly text: string[];
  readonly samples: number[];
  isEnded: boolean;
  gave: number;
  /** The engine's work is over, however it ended. */
  isOver: boolean;
}

/** An engine that plays its parts one by one, the last again and again. */
abstract class Played<Capabilities> implements Engine {
  readonly id: string;
  readonly calls: PlayedCall[] = [];
  readonly clock: Clock;
  readonly capabilities: Capabilities;
  /** What the next calls do. */
  parts: (readonly Step[])[];
  check?: (signal: AbortSignal) => Promise<void>;
  ready?: () => Promise<void>;

  constructor(id: string, clock: Clock, capabilities: Capabilities, parts: readonly (readonly Step[])[]) {
    this.id = id;
    this.clock = clock;
    this.capabilities = capabilities;
    this.parts = [...parts];
  }

  async close(): Promise<void> {}

  protected async *play<Item>(
    call: PlayedCall,
    item: () => Item,
    takes: () => Promise<void> = async () => {},
  ): AsyncGenerator<Item> {
    this.calls.push(call);
    const { signal } = call;
    const steps = (this.parts.length > 1 ? this.parts.shift() : this.parts[0]) ?? [];
    try {
      for (const step of steps) {
        signal.throwIfAborted();
        switch (step.type) {
          case 'wait':
            await untilAborted(() => this.#sleep(step.ms), signal);
            break;
          case 'give':
            call.gave += 1;
            yield item();
            break;
          case 'fail':
            throw step.error;
          case 'hang':
            await untilAborted(() => new Promise(() => {}), signal);
            break;
          case 'deaf':
            await new Promise(() => {});
            break;
          case 'take':
            await takes();
            break;
        }
      }
    } finally {
      call.isOver = true;
    }
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.clock.setTimer(resolve, ms);
    });
  }
}

function callOf(caller: string, signal: AbortSignal): PlayedCall {
  return { caller, signal, text: [], samples: [], isEnded: false, gave: 0, isOver: false };
}

function named<Item, Capabilities>(
  items: AsyncIterable<Item>,
  engine: string,
  capabilities: Capabilities,
): AsyncIterable<Item> & EngineCall<Capabilities> {
  return { [Symbol.asyncIterator]: () => items[Symbol.asyncIterator](), engine, capabilities };
}

/** A language model that says its own name, and a number. */
export class PlayedLlm extends Played<LlmCapabilities> implements Llm {
  constructor(id: string, clock: Clock, ...parts: readonly (readonly Step[])[]) {
    super(id, clock, { images: id === 'b', tools: true }, parts);
  }

  reply(messages: readonly ChatMessage[], { signal }: LlmOptions): LlmReply {
    const call = callOf(textOf({ content: messages[0]?.content ?? '' }), signal);
    const item = (): LlmDelta => ({ type: 'token', text: `${this.id}${call.gave}` });
    return named(this.play(call, item), this.id, this.capabilities);
  }
}

/** A voice whose samples tell how many pieces it has taken. */
export class PlayedTts extends Played<TtsCapabilities> implements Tts {
  voiceFor?: (voice: string, language: string) => string | undefined;

  constructor(id: string, clock: Clock, ...parts: readonly (readonly Step[])[]) {
    super(id, clock, { streamingText: id === 'a', wordTimings: false }, parts);
  }

  speak(text: AsyncIterable<string>, { voice, signal }: TtsOptions): TtsStream {
    const call = callOf(voice, signal);
    let pieces: AsyncIterator<string> | undefined;
    const takes = async () => {
      pieces ??= text[Symbol.asyncIterator]();
      const reader = pieces;
      const next = await untilAborted(() => reader.next(), signal);
      if (next.done) call.isEnded = true;
      else call.text.push(next.value);
    };
    // The rate tells the voices apart.
    const item = (): PcmChunk => ({
      sampleRate: this.id.charCodeAt(0) * 100,
      samples: Int16Array.of(call.text.length),
    });
    return named(this.play(call, item, takes), this.id, this.capabilities);
  }
}

/** A recogniser whose text is its name and how many samples it has heard; every part has to end with `give` for the final one. */
export class PlayedStt extends Played<SttCapabilities> implements Stt {
  constructor(id: string, clock: Clock, ...parts: readonly (readonly Step[])[]) {
    super(id, clock, { partials: id !== 'b', wordTimings: false }, parts);
  }

  open({ key, signal }: SttOptions): SttStream {
    const call = callOf(key, signal);
    let end = () => {};
    const ended = new Promise<void>((resolve) => {
      end = () => {
        call.isEnded = true;
        resolve();
      };
    });
    const item = (): SttResult => {
      const text = `${this.id} ${call.samples.length}`;
      return call.isEnded ? { type: 'final', text } : { type: 'partial', text, endpoint: false };
    };
    const results = endingQuietly(
      this.play(call, item, () => untilAborted(() => ended, signal)),
      signal,
    );
    return Object.assign(named(results, this.id, this.capabilities), {
      results,
      write: (samples: Int16Array) => void call.samples.push(...samples),
      end: () => end(),
    });
  }
}

/** As the contract wants it: an aborted utterance ends without an error. */
async function* endingQuietly(results: AsyncIterable<SttResult>, signal: AbortSignal): AsyncGenerator<SttResult> {
  try {
    yield* results;
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
