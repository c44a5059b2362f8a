/** Keys with which the JSON of a function call begins, in the forms that models write. */
const FIRST_KEYS = [
  'name',
  'type',
  'function',
  'function_name',
  'tool',
  'tool_name',
  'tool_calls',
  'action',
  'id',
  'arguments',
  'parameters',
  'args',
  'input',
  'action_input',
];

/** A fence around a call, and the language that it names. */
const FENCE = /^```[a-z_]*\s*/i;

/** A longer call is none, characters. */
const MAX_JSON = 20_000;

/** Keys of which one must hold the arguments. */
const ARGUMENT_KEYS = ['arguments', 'parameters', 'args', 'input', 'action_input'];
const NAME_KEYS = ['name', 'function_name', 'tool_name', 'tool', 'function', 'action'];

/** A function call as a model wrote it, arguments as JSON text. */
export interface WrittenCall {
  readonly name: string;
  readonly arguments: string;
}

/**
 * Whether a text begins with the JSON of a call, perhaps in a code fence: its length with the fence and the JSON itself;
 * `wait` while only more text can tell; undefined when it is something else.
 * @param isOffered whether a function of this name may be called: JSON without arguments counts only then
 */
export function callJsonAt(
  text: string,
  isOffered: (name: string) => boolean = () => false,
): { readonly length: number; readonly text: string } | 'wait' | undefined {
  const fence = FENCE.exec(text)?.[0] ?? '';
  // "``" may become a fence.
  if (fence === '' && /^`{1,2}$/.test(text)) return 'wait';
  if (text.startsWith('`') && fence === '') return undefined;
  const json = text.slice(fence.length);
  const begins = firstKey(json);
  if (begins !== 'call') return begins === 'wait' ? 'wait' : undefined;
  const end = endOfJson(json);
  if (end === undefined) return json.length < MAX_JSON ? 'wait' : undefined;
  const call = json.slice(0, end);
  const calls = callsIn(parse(call));
  if (!calls.some(({ name, arguments: args }) => args !== undefined || isOffered(name))) return undefined;
  const closing = fence === '' ? '' : (/^\s*```/.exec(json.slice(end))?.[0] ?? '');
  // The end of the fence is still to come.
  if (fence !== '' && closing === '' && /^\s*`{0,2}$/.test(json.slice(end))) return 'wait';
  return { length: fence.length + end + closing.length, text: call };
}

/** Whether the first key of an object (or of the first object of a list) is one that calls begin with. */
function firstKey(json: string): 'call' | 'wait' | 'text' {
  const match = /^\s*(\[\s*)?(?:\{\s*(?:"([^"]*)("?)|$)|$)/.exec(json);
  if (!match) return /^\s*$/.test(json) ? 'wait' : 'text';
  const [, , key, closed] = match;
  if (key === undefined) return 'wait';
  if (closed === '"') return FIRST_KEYS.includes(key) ? 'call' : 'text';
  return FIRST_KEYS.some((known) => known.startsWith(key)) ? 'wait' : 'text';
}

/** Where the first JSON value ends; undefined while it is not complete. */
function endOfJson(text: string): number | undefined {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < Math.min(text.length, MAX_JSON); at++) {
    const letter = text[at];
    if (inString) {
      if (letter === '\\') at += 1;
      else if (letter === '"') inString = false;
    } else if (letter === '"') inString = true;
    else if (letter === '{' || letter === '[') depth += 1;
    else if (letter === '}' || letter === ']') {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return undefined;
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

/**
 * The calls in the text of a span: JSON in its many forms, `<function=name>{…}`, `<parameter=key>value</parameter>`. Empty when
 * it cannot be read.
 */
export function readCalls(text: string): WrittenCall[] {
  const named = /<(?:function=|function\(|invoke\s+name=)\s*["']?([\w.-]+)["']?\s*\)?\s*>/i.exec(text);
  if (named?.[1] !== undefined) {
    const body = text.slice(named.index + named[0].length);
    const json = jsonIn(body);
    return [toCall(named[1], asArguments(json) ?? parametersIn(body))];
  }
  const json = jsonIn(text);
  const calls = json === undefined ? [] : callsIn(json);
  if (calls.length > 0) return calls.map(({ name, arguments: args = {} }) => toCall(name, args));
  // "name" and then its arguments, as DeepSeek and Kimi write them.
  const bare = /([A-Za-z_][\w.-]*)(?::\d+)?\s*(?:<[^<>]*>|\n|```json)?\s*(\{[\s\S]*\})/.exec(text);
  const args = bare?.[2] === undefined ? undefined : asArguments(parse(bare[2]));
  return bare?.[1] !== undefined && args !== undefined ? [toCall(bare[1], args)] : [];
}

function toCall(name: string, args: Record<string, unknown>): WrittenCall {
  return { name, arguments: JSON.stringify(args) };
}

/** The first JSON value in a text. */
function jsonIn(text: string): unknown {
  for (let at = text.search(/[[{]/); at >= 0; at = nextOf(text, at + 1)) {
    const end = endOfJson(text.slice(at));
    const value = end === undefined ? undefined : parse(text.slice(at, at + end));
    if (value !== undefined) return value;
    if (end === undefined) return undefined;
  }
  return undefined;
}

function nextOf(text: string, from: number): number {
  const next = text.slice(from).search(/[[{]/);
  return next < 0 ? -1 : from + next;
}

/** `<parameter=key>value</parameter>` and `<parameter name="key">value</parameter>`. Values stay text unless they are JSON. */
function parametersIn(text: string): Record<string, unknown> {
  const parameters: Record<string, unknown> = {};
  const pattern = /<parameter(?:=|\s+name=)\s*["']?([\w.-]+)["']?\s*>([\s\S]*?)<\/parameter>/gi;
  for (const [, key = '', value = ''] of text.matchAll(pattern)) parameters[key] = parse(value.trim()) ?? value.trim();
  return parameters;
}

interface FoundCall {
  readonly name: string;
  /** Undefined: there are none. */
  readonly arguments?: Record<string, unknown>;
}

/** The calls in a JSON value: one, a list of them, or `{"tool_calls": [...]}`. */
function callsIn(value: unknown): FoundCall[] {
  if (Array.isArray(value)) return value.flatMap(callsIn);
  if (!isRecord(value)) return [];
  const list = value.tool_calls;
  if (Array.isArray(list)) return list.flatMap(callsIn);
  const inner = value.function;
  if (isRecord(inner)) return callsIn(inner);
  const name = NAME_KEYS.map((key) => value[key]).find((found) => typeof found === 'string');
  const key = ARGUMENT_KEYS.find((known) => known in value);
  if (typeof name !== 'string') return [];
  if (key === undefined) return [{ name }];
  const args = asArguments(value[key]);
  return args === undefined ? [] : [{ name, arguments: args }];
}

/** Arguments are an object, or the JSON text of one; nothing counts as none. */
function asArguments(value: unknown): Record<string, unknown> | undefined {
  if (value === null || value === '') return {};
  if (typeof value === 'string') return asArguments(parse(value));
  return isRecord(value) ? value : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
