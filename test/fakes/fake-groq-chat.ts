import { z } from 'zod';

const call = z.strictObject({
  id: z.string().min(1),
  type: z.literal('function'),
  function: z.strictObject({ name: z.string().min(1), arguments: z.string() }),
});

/** What a message of the user's holds: words, or parts with images as data URLs. */
const content = z.union([
  z.string(),
  z
    .array(
      z.discriminatedUnion('type', [
        z.strictObject({ type: z.literal('text'), text: z.string().min(1) }),
        z.strictObject({
          type: z.literal('image_url'),
          image_url: z.strictObject({ url: z.string().regex(/^data:image\/[a-z]+;base64,[A-Za-z0-9+/]+=*$/) }),
        }),
      ]),
    )
    .min(1),
]);

/** Body of a chat request: what the server looks at. */
export const chatSchema = z.object({
  model: z.string(),
  stream: z.boolean().optional(),
  messages: z.array(
    z.discriminatedUnion('role', [
      z.object({ role: z.literal('system'), content: z.string() }),
      z.object({ role: z.literal('user'), content }),
      z.object({ role: z.literal('assistant'), content: z.string().nullable(), tool_calls: z.array(call).optional() }),
      z.object({ role: z.literal('tool'), content: z.string(), tool_call_id: z.string() }),
    ]),
  ),
  tools: z
    .array(
      z.strictObject({
        type: z.literal('function'),
        function: z.strictObject({
          name: z.string().regex(/^[\w-]{1,64}$/),
          description: z.string(),
          parameters: z.looseObject({ type: z.literal('object'), properties: z.record(z.string(), z.unknown()) }),
        }),
      }),
    )
    .min(1)
    .optional(),
  temperature: z.number().optional(),
  max_completion_tokens: z.number().optional(),
});

/** Body of a chat request. */
export type ChatBody = z.output<typeof chatSchema>;

/** A fragment of a function call, as it stands in a delta. */
export type FakeToolPart = Readonly<Record<string, unknown>>;

/** A reply that is more than text. */
export interface FakeChatReply {
  /** Default: none. */
  readonly text?: string;
  /** What each chunk behind the text holds as `delta.tool_calls`; see {@link streamedCall} and {@link wholeCall}. */
  readonly calls?: readonly (readonly FakeToolPart[])[];
  /** Whether the chunk that says why it ended is the last with fragments, as with Gemini. Default: one behind them. */
  readonly endsWithCalls?: boolean;
  /** Why the answer ended. Default: `stop`, or `tool_calls`. */
  readonly finish?: string;
  /** The body piece by piece, just as it is, in place of all the above. */
  readonly raw?: readonly (string | Uint8Array)[];
  /** Default: `text/event-stream`. */
  readonly contentType?: string;
}

/** A call as OpenAI streams it: id and name once, then the arguments in pieces. */
export function streamedCall(index: number, id: string, name: string, args: string): FakeToolPart[][] {
  const pieces = args.match(/.{1,4}/gs) ?? [];
  return [
    [{ index, id, type: 'function', function: { name, arguments: '' } }],
    ...pieces.map((piece) => [{ index, function: { arguments: piece } }]),
  ];
}

/** A call in one chunk, as Groq sends it. */
export function wholeCall(index: number, id: string, name: string, args: string): FakeToolPart[][] {
  return [[{ index, id, type: 'function', function: { name, arguments: args } }]];
}

/** Why Groq would refuse the messages with 400, or undefined. */
export function badChat({ messages, stream }: ChatBody): string | undefined {
  if (messages.length === 0) return "'messages' : minimum number of items is 1";
  if (stream !== true) return 'this server streams only';
  const open = new Set<string>();
  for (const [at, message] of messages.entries()) {
    if (message.role === 'tool') {
      if (!open.delete(message.tool_call_id)) return `'messages.${at}' : no call with this tool_call_id is open`;
      continue;
    }
    if (open.size > 0) return `'messages.${at}' : a call before it has no result`;
    if (message.role !== 'assistant') continue;
    if (message.content === null && !message.tool_calls?.length) return `'messages.${at}' : content is missing`;
    for (const { id, function: called } of message.tool_calls ?? []) {
      if (open.has(id)) return `'messages.${at}' : two calls have the same id`;
      if (!isObject(called.arguments)) return `'messages.${at}' : the arguments are not a JSON object`;
      open.add(id);
    }
  }
  return open.size > 0 ? 'a call has no result' : undefined;
}

function isObject(json: string): boolean {
  try {
    return z.record(z.string(), z.unknown()).safeParse(JSON.parse(json)).success;
  } catch {
    return false;
  }
}

/** A reply on the wire: a piece with the role, one a word, one each for fragments of calls, one that says why it ended. */
export function chatPieces(reply: FakeChatReply): readonly (string | Uint8Array)[] {
  const {
    text = '',
    calls = [],
    endsWithCalls = false,
    finish = calls.length > 0 ? 'tool_calls' : 'stop',
    raw,
  } = reply;
  if (raw) return raw;
  const head = { id: 'chatcmpl-fake', object: 'chat.completion.chunk', created: 1_700_000_000, model: 'fake' };
  const piece = (delta: object, why: string | null, more: object = {}) =>
    `data: ${JSON.stringify({ ...head, choices: [{ index: 0, delta, logprobs: null, finish_reason: why }], ...more })}\n\n`;
  const tokens = text.match(/\s*\S+/g) ?? [];
  const usage = { prompt_tokens: 10, completion_tokens: tokens.length, total_tokens: 10 + tokens.length };
  const streamed = endsWithCalls ? calls.slice(0, -1) : calls;
  const last = endsWithCalls ? { tool_calls: calls.at(-1) } : {};
  return [
    piece({ role: 'assistant', content: null }, null, { x_groq: { id: 'req_fake' } }),
    ...tokens.map((token) => piece({ content: token }, null)),
    ...streamed.map((parts) => piece({ tool_calls: parts }, null)),
    // A piece without choices, as servers send it that report usage by themselves.
    `data: ${JSON.stringify({ ...head, choices: [] })}\n\n`,
    piece(last, finish, { x_groq: { id: 'req_fake', usage } }),
    'data: [DONE]\n\n',
  ];
}
