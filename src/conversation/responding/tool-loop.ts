import type { Clock } from '../../core/clock.ts';
import { untilAborted } from '../../core/until-aborted.ts';
import type { ChatMessage, Llm, LlmDelta, ToolCall } from '../../engines/llm.ts';
import type { ToolCalled } from '../events.ts';
import type { ToolBox } from '../ports.ts';
import { isToolError, toolError } from '../tools/tool-result.ts';
import { filterReply } from './filter-reply.ts';

/** How often in one reply functions may be run; the reply behind the last time is asked for without any. */
const MAX_TOOL_STEPS = 3;

/** How many calls are run of those that a model asks for at once. */
const MAX_CALLS_PER_STEP = 5;

/** How often a reply is asked for that holds no words and no calls. */
const ATTEMPTS = 2;

/** What is known of the way in which a model writes, from its replies before. */
export interface ReplyStyle {
  /** It begins inside its reasoning, without the mark that opens it. */
  startsInside: boolean;
}

/** A function that was run. Times are monotonic milliseconds. */
export type ToolRun = Pick<ToolCalled, 'tool' | 'startedAtMs' | 'endedAtMs' | 'ok'>;

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
  /** Kept from reply to reply; changed here. Default: nothing is known. */
  readonly style?: ReplyStyle | undefined;
  /** A call was run; told as each ends. */
  readonly onTool?: ((call: ToolRun) => void) | undefined;
}

/**
 * Replies, runs what the model asks for after what it has written, and replies again with the results. Yields tokens that are
 * to be spoken, usage (of every step), and last that the last step was cut, if it was. A reply without words and calls is asked for once more. Nothing is run before the
 * first `next()`.
 * @throws what the language model throws; an AbortError as soon as `signal` aborts, amid a function too
 */
export async function* replyWithTools(options: ToolLoopOptions): AsyncGenerator<LlmDelta> {
  const { llm, tools, signal, style, temperature } = options;
  let { messages, first } = options;
  for (let step = 0; ; step++) {
    const offered = tools && tools.specs.length > 0 && step < MAX_TOOL_STEPS ? tools : undefined;
    const names = new Set(offered?.specs.map(({ name }) => name));
    const ask = () =>
      llm.reply(messages, {
        signal,
        ...(temperature === undefined ? {} : { temperature }),
        ...(offered ? { tools: offered.specs } : {}),
      });
    const calls: ToolCall[] = [];
    let text = '';
    let finish: LlmDelta | undefined;
    for (let attempt = 0; attempt < ATTEMPTS && text.trim() === '' && calls.length === 0; attempt++) {
      const reply = filterReply(first ?? ask(), {
        callIdPrefix: `call_${step}_`,
        isOffered: (name) => names.has(name),
        startsInside: style?.startsInside ?? false,
        onClosedAlone: () => {
          if (style) style.startsInside = true;
        },
      });
      first = undefined;
      finish = undefined;
      for await (const delta of reply) {
        signal.throwIfAborted();
        if (delta.type === 'tool_call') calls.push(delta.call);
        else if (delta.type === 'finish') finish = delta;
        else if (delta.type === 'token' || delta.type === 'usage') {
          if (delta.type === 'token') text += delta.text;
          yield delta;
        }
      }
      signal.throwIfAborted();
    }
    if (!offered || calls.length === 0) {
      if (finish) yield finish;
      return;
    }
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
    const startedAtMs = clock.now();
    const content =
      index < MAX_CALLS_PER_STEP
        ? await tools.run(call, signal)
        : toolError(`not run: no more than ${MAX_CALLS_PER_STEP} functions can be called at once.`);
    const endedAtMs = clock.now();
    if (!signal.aborted) onTool?.({ tool: call.name, startedAtMs, endedAtMs, ok: !isToolError(content) });
    return { role: 'tool', content, toolCallId: call.id };
  };
  return untilAborted(() => Promise.all(calls.map(run)), signal);
}
