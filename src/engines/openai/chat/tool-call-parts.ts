import type { ToolCall } from '../../llm.ts';

/** A fragment of a call; texts are empty where it says nothing. */
export interface ToolCallPart {
  /** Number of the call; undefined when the server does not say. */
  readonly index: number | undefined;
  readonly id: string;
  readonly name: string;
  /** A piece of JSON text. */
  readonly arguments: string;
}

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
 * make up another one for each, leave it out, or send it later than the name.
 */
export class ToolCallParts {
  readonly #calls: Begun[] = [];
  readonly #idPrefix: string;
  #taken = 0;

  /** @param idPrefix for the ids of calls that came without one */
  constructor(idPrefix: string) {
    this.#idPrefix = idPrefix;
  }

  /** Whether a call has begun whose arguments are no whole JSON yet. */
  get isAmid(): boolean {
    return this.#calls.some(({ arguments: text }) => text.trim() !== '' && !isJson(text));
  }

  /** Takes the fragments of one chunk. */
  add(parts: readonly ToolCallPart[]): void {
    for (const part of parts) this.#add(part);
  }

  /** The calls whose name is known, in the order in which they began; then it is as new. */
  take(): ToolCall[] {
    const calls = this.#calls.splice(0).filter(({ name }) => name !== '');
    const before = this.#taken;
    this.#taken += calls.length;
    return calls.map(({ id, name, arguments: text }, at) => ({
      id: id === '' ? `${this.#idPrefix}${before + at}` : id,
      name,
      arguments: text,
    }));
  }

  #add(part: ToolCallPart): void {
    const call = this.#find(part) ?? this.#begin(part.index);
    if (!call) return;
    if (call.id === '') call.id = part.id;
    if (call.name === '') call.name = part.name;
    call.arguments = (call.arguments + part.arguments).slice(0, MAX_ARGUMENT_CHARACTERS);
  }

  /** The call that a fragment goes on with; undefined when it begins another. */
  #find({ index, id, name }: ToolCallPart): Begun | undefined {
    const isSame = (begun: Begun) => id !== '' && begun.id === id;
    const goesOn = (begun: Begun) =>
      id !== '' && begun.id !== ''
        ? name === '' && index !== undefined && begun.index === index
        : index === undefined || begun.index === index;
    const call = this.#calls.findLast(isSame) ?? this.#calls.findLast(goesOn);
    // Without an id, a name tells a new call: another one, or any when there is no number either.
    const isNew = id === '' && name !== '' && call && call.name !== '' && (index === undefined || name !== call.name);
    return isNew ? undefined : call;
  }

  #begin(index: number | undefined): Begun | undefined {
    if (this.#calls.length >= MAX_CALLS) return undefined;
    const call = { index, id: '', name: '', arguments: '' };
    this.#calls.push(call);
    return call;
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
