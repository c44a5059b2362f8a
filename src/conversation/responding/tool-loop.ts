import type { Clock } from '../../core/clock.ts';
import type { ChatMessage, Llm, LlmDelta, ToolCall } from '../../engines/llm.ts';
import type { ToolBox } from '../ports.ts';
import { isToolError, toolError } from '../tools/tool-result.ts';

/** How often in one reply functions may be run; the reply behind the last time is asked for without any. */
const MAX_TOOL_STEPS = 3;

/** How many calls are run of those that a model asks for at once. */
const MAX_CALLS_PER_STEP = 5;

/** What a reply with functions needs. */
export interface ToolLoopOptions {
  readonly llm: Llm;
  readonly clock: Clock;
  readonly messages: readonly ChatMessage[];
  /** Default: nothing is offered, and calls that a model asks for all the same are not run. */
  readonly tools?: ToolBox | undefined;
  readonly signal: AbortSignal;
  /** 0 .. 2, of every step. Default: the engine's own choice. */
  readonly temperature?: number | undefined;
  /**
   * A reply to `messages` that has begun already, with the same tools offered: it stands for the first step. Who never
   * begins to read this generator has to end it.
   */
  readonly first?: AsyncIterable<LlmDelta> | undefined;
  /** A call was run; told as each ends. @param name as the model wrote it: it may be anything. @param ms how long it took. @param ok whether its result is no failure */
  readonly onTool?: ((name: string, ms: number, ok: boolean) => void) | undefined;
}

/**
 * Replies, runs what the model asks for behind what it has written, and replies again with the results. Yields tokens and
 * usage only (usage of every step). Nothing is run before the first `next()`.
 * @throws what the language model throws; an AbortError as soon as `signal` aborts, amid a function too
 */
export async function* replyWithTools(options: ToolLoopOptions): AsyncGenerator<LlmDelta> {
  const { llm, tools, signal, temperature } = options;
  let { messages, first } = options;
  for (let step = 0; ; step++) {
    const offered = tools && tools.specs.length > 0 && step < MAX_TOOL_STEPS ? tools : undefined;
    const reply =
      first ??
      llm.reply(messages, {
        signal,
        ...(temperature === undefined ? {} : { temperature }),
        ...(offered ? { tools: offered.specs } : {}),
      });
    first = undefined;
    const calls: ToolCall[] = [];
    let text = '';
    for await (const delta of reply) {
      signal.throwIfAborted();
      if (delta.type === 'tool_call') calls.push(delta.call);
      else if (delta.type === 'token' || delta.type === 'usage') {
        if (delta.type === 'token') text += delta.text;
        yield delta;
      }
    }
    signal.throwIfAborted();
    if (!offered || calls.length === 0) return;
    const spoke = text.trim() !== '';
    const closes = spoke && calls.every(({ name }) => offered.closing?.has(name));
    // What was written is spoken while the functions run, and the next step's text does not stick to it.
    if (spoke && !closes && !text.endsWith('\n')) yield { type: 'token', text: '\n' };
    const results = await runAll(calls, offered, options);
    if (closes) return;
    messages = [...messages, { role: 'assistant', content: text.trim(), toolCalls: calls }, ...results];
  }
}

/** Starts the calls in order and waits for all of them: one result each, in the same order. */
function runAll(calls: readonly ToolCall[], tools: ToolBox, options: ToolLoopOptions): Promise<ChatMessage[]> {
  const { clock, signal, onTool } = options;
  const run = async (call: ToolCall, index: number): Promise<ChatMessage> => {
    const startedMs = clock.now();
    const content =
      index < MAX_CALLS_PER_STEP
        ? await tools.run(call, signal)
        : toolError(`not run: no more than ${MAX_CALLS_PER_STEP} functions can be called at once.`);
    if (!signal.aborted) onTool?.(call.name, clock.now() - startedMs, !isToolError(content));
    return { role: 'tool', content, toolCallId: call.id };
  };
  return untilAborted(() => Promise.all(calls.map(run)), signal);
}

/** Waits for `work`, but not once `signal` aborts: it rejects then, whatever becomes of the work. */
async function untilAborted<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  let stop = () => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([work(), aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
