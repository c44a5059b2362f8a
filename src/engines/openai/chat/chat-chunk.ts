import type { ToolCallPart } from './tool-call-parts.ts';

/** What a server says of an error of its own, as far as it says it. */
export interface ToldError {
  /** In its own words. */
  readonly words?: string | undefined;
  /** An HTTP status. */
  readonly status?: number | undefined;
  /** A name for programs, such as `rate_limit_exceeded`. */
  readonly reason?: string | undefined;
}

/** What one piece of a streamed chat completion holds: only what is used here. */
export interface ChatChunk {
  /** Words of the answer; often none. */
  readonly text: string;
  readonly calls: readonly ToolCallPart[];
  /** The model thinks, which is not passed on. */
  readonly thinks: boolean;
  /** Why the answer is over; undefined: it goes on. */
  readonly finish: string | undefined;
  readonly usage: { readonly inputTokens: number; readonly outputTokens: number } | undefined;
  readonly error: ToldError | undefined;
}

const NOTHING: ChatChunk = {
  text: '',
  calls: [],
  thinks: false,
  finish: undefined,
  usage: undefined,
  error: undefined,
};

/**
 * Reads a piece of a streamed chat completion, as servers write it that are compatible with OpenAI's more or less: what is
 * missing, null or of another type is as if it were not there. A completion that is not streamed is one piece.
 */
export function readChunk(value: unknown): ChatChunk {
  if (Array.isArray(value)) return value.length === 1 ? readChunk(value[0]) : NOTHING;
  if (!isRecord(value)) return NOTHING;
  const extra = record(value.x_groq);
  const choice = record(Array.isArray(value.choices) ? value.choices.find(isRecord) : undefined);
  const said = isRecord(choice.delta) ? choice.delta : record(choice.message);
  const finish = text(choice.finish_reason) || undefined;
  return {
    text: wordsOf(said.content) || wordsOf(said.refusal) || text(choice.text),
    calls: callsOf(said),
    thinks: [said.reasoning_content, said.reasoning, said.thinking].some((thought) => wordsOf(thought) !== ''),
    finish: finish && UNFINISHED.has(finish) ? undefined : finish,
    usage: usageOf(value.usage) ?? usageOf(extra.usage),
    error: errorIn(value) ?? toldError(extra.error) ?? errorOfChoice(choice),
  };
}

/** What some servers write as long as the answer goes on. */
const UNFINISHED: ReadonlySet<string> = new Set(['null', 'none', 'None']);

/** What an event says that is named `error`. @param value its data: JSON, or text */
export function readErrorEvent(value: unknown): ToldError {
  return (isRecord(value) ? errorIn(value) : undefined) ?? toldError(value) ?? {};
}

/** The error that a body of JSON tells of, or undefined. */
export function errorIn(body: unknown): ToldError | undefined {
  if (!isRecord(body)) return undefined;
  const named = toldError(body.error);
  if (named) return { ...toldError(body), ...onlyGiven(named) };
  if (body.error === true || body.object === 'error' || body.type === 'error') return toldError(body) ?? {};
  if (Array.isArray(body.choices)) return undefined;
  // Web frameworks have forms of their own.
  const { words, status } = toldError(body) ?? {};
  if (text(body.detail) !== '') return { words: text(body.detail), status };
  return words !== undefined && status !== undefined && status >= 400 ? toldError(body) : undefined;
}

function errorOfChoice(choice: Readonly<Record<string, unknown>>): ToldError | undefined {
  return toldError(choice.error) ?? (choice.finish_reason === 'error' ? {} : undefined);
}

/** @param error an object, or words; anything that says nothing is no error */
function toldError(error: unknown): ToldError | undefined {
  if (typeof error === 'string') return error.trim() === '' ? undefined : { words: error };
  if (!isRecord(error)) return undefined;
  const inner = record(error.error);
  const words = [error.message, error.msg, error.detail, inner.message].map(text).find((given) => given !== '');
  const numbers = [error.status_code, error.statusCode, error.status, error.http_status, error.code];
  const status = numbers.map(Number).find((number) => Number.isInteger(number) && number >= 400 && number < 600);
  const reason = [error.code, error.type].find((name) => typeof name === 'string' && Number.isNaN(Number(name)));
  if (words === undefined && status === undefined && reason === undefined) return undefined;
  return { words, status, reason: text(reason) || undefined };
}

function onlyGiven({ words, status, reason }: ToldError): ToldError {
  return { ...(words && { words }), ...(status && { status }), ...(reason && { reason }) };
}

function callsOf({ tool_calls, function_call }: Readonly<Record<string, unknown>>): ToolCallPart[] {
  const given = Array.isArray(tool_calls) ? tool_calls : [tool_calls];
  // The older form, with one call a reply.
  const older = isRecord(function_call) ? [{ index: 0, function: function_call }] : [];
  return [...given, ...older].filter(isRecord).map(({ index, id, function: called, ...rest }) => {
    const { name, arguments: args } = isRecord(called) ? called : rest;
    return {
      index: typeof index === 'number' ? index : undefined,
      id: typeof id === 'number' ? String(id) : text(id),
      name: text(name),
      arguments: isRecord(args) ? JSON.stringify(args) : text(args),
    };
  });
}

function usageOf(usage: unknown): ChatChunk['usage'] {
  const { prompt_tokens: inputTokens, completion_tokens: outputTokens } = record(usage);
  return typeof inputTokens === 'number' && typeof outputTokens === 'number'
    ? { inputTokens, outputTokens }
    : undefined;
}

/** Words as a text, or as a list of parts. */
function wordsOf(content: unknown): string {
  if (!Array.isArray(content)) return text(content);
  return content.map((part) => (isRecord(part) ? text(part.text) : text(part))).join('');
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {};
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
