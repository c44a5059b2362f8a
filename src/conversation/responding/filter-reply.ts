import type { LlmDelta } from '../../engines/llm.ts';
import { readCalls } from './call-json.ts';
import { ReplyFilter, type ReplyFilterOptions } from './reply-filter.ts';

/** What is known before a reply, and what is learned from it. */
export interface FilterReplyOptions extends ReplyFilterOptions {
  /** Calls that were written as text get this before their number as id. */
  readonly callIdPrefix: string;
  /** The reply began inside reasoning, without the mark that opens it. */
  readonly onClosedAlone?: () => void;
}

/**
 * A reply without what is not to be spoken: reasoning is dropped, calls that the model wrote as text become calls when they name
 * a function that is offered, and are dropped otherwise. The first text does not begin with white space.
 */
export async function* filterReply(
  reply: AsyncIterable<LlmDelta>,
  options: FilterReplyOptions,
): AsyncGenerator<LlmDelta> {
  const filter = new ReplyFilter(options);
  let calls = 0;
  let begun = false;
  function* deltas(pieces: ReturnType<ReplyFilter['push']>): Generator<LlmDelta> {
    for (const piece of pieces) {
      if (piece.type === 'text') {
        const text = begun ? piece.text : piece.text.trimStart();
        if (text === '') continue;
        begun = true;
        yield { type: 'token', text };
        continue;
      }
      for (const call of readCalls(piece.text)) {
        if (!options.isOffered?.(call.name)) continue;
        yield { type: 'tool_call', call: { id: `${options.callIdPrefix}${calls++}`, ...call } };
      }
    }
  }
  for await (const delta of reply) {
    if (delta.type === 'token') yield* deltas(filter.push(delta.text));
    else yield delta;
  }
  yield* deltas(filter.end());
  if (filter.closedAlone) options.onClosedAlone?.();
}
