import { z } from 'zod';
import type { ToolCall } from '../llm.ts';

/** A fragment of a call as OpenAI's chat completions stream it: every field may be missing. */
export const toolCallPartSchema = z.object({
  index: z.number().nullish(),
  id: z.string().nullish(),
  function: z.object({ name: z.string().nullish(), arguments: z.string().nullish() }).nullish(),
});

/** A fragment of a call. */
export type ToolCallPart = z.output<typeof toolCallPartSchema>;

/** More calls than this in one reply are dropped, and what follows of arguments longer than this. */
const MAX_CALLS = 32;
const MAX_ARGUMENT_CHARACTERS = 20_000;

interface Begun {
  readonly index: number | undefined;
  id: string;
  name: string;
  arguments: string;
}

/**
 * Puts whole calls together from the fragments of a stream. OpenAI and Groq number calls with `index` and send `id` and
 * `name` once; others leave out the index (Gemini, SGLang), number every call 0 (Ollama), repeat the id in each fragment,
 * leave it out, or send it later than the name.
 */
export class ToolCallParts {
  readonly #calls: Begun[] = [];
  readonly #idPrefix: string;

  /** @param idPrefix for the ids of calls that came without one */
  constructor(idPrefix: string) {
    this.#idPrefix = idPrefix;
  }

  /** Takes the fragments of one chunk. */
  add(parts: readonly ToolCallPart[]): void {
    for (const part of parts) this.#add(part);
  }

  /** The calls whose name is known, in the order in which they began; then it is as new. */
  take(): ToolCall[] {
    const calls = this.#calls.splice(0).filter(({ name }) => name !== '');
    return calls.map(({ id, name, arguments: text }, at) => ({
      id: id === '' ? `${this.#idPrefix}${at}` : id,
      name,
      arguments: text,
    }));
  }

  #add(part: ToolCallPart): void {
    const call = this.#find(part) ?? this.#begin(part.index ?? undefined);
    if (!call) return;
    if (part.id) call.id = part.id;
    if (call.name === '') call.name = part.function?.name ?? '';
    call.arguments = (call.arguments + (part.function?.arguments ?? '')).slice(0, MAX_ARGUMENT_CHARACTERS);
  }

  /** The call that a fragment goes on with; undefined when it begins another. */
  #find({ index, id, function: named }: ToolCallPart): Begun | undefined {
    const call = this.#calls.findLast((begun) =>
      id && begun.id !== '' ? begun.id === id : index == null || begun.index === index,
    );
    // Without an id, a name tells a new call: another one, or any when there is no number either.
    const name = named?.name ?? '';
    const isNew = !id && name !== '' && call && call.name !== '' && (index == null || name !== call.name);
    return isNew ? undefined : call;
  }

  #begin(index: number | undefined): Begun | undefined {
    if (this.#calls.length >= MAX_CALLS) return undefined;
    const call = { index, id: '', name: '', arguments: '' };
    this.#calls.push(call);
    return call;
  }
}
