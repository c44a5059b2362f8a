import {
  type ContentPart,
  type ImagePart,
  imagesOf,
  type MessageContent,
  textOf,
  withoutImages,
} from '../../chat-content.ts';
import type { ChatMessage, ToolCall, ToolSpec } from '../../llm.ts';

/** A part of a message as OpenAI's chat completions take it. */
type WirePart =
  | { type: 'text'; text: string }
  /** A data URL. */
  | { type: 'image_url'; image_url: { url: string } };

/** A function call as OpenAI's chat completions take it. */
interface WireCall {
  id: string;
  type: 'function';
  function: { name: string; arguments: string };
}

/** A message as OpenAI's chat completions take it. */
export type WireMessage =
  | { role: 'system'; content: string }
  | { role: 'user'; content: string | WirePart[] }
  | { role: 'assistant'; content: string | null; tool_calls?: WireCall[] }
  | { role: 'tool'; content: string; tool_call_id: string };

/** The result of a function takes text only: its images follow in a message of the user's that begins with this. */
const RESULT_IMAGES = 'Here is what the function has returned:';
const ONLY_IMAGES = 'The result is an image.';

/**
 * Writes messages for OpenAI's chat completions and what is compatible with them. Messages of words only are plain strings.
 * @param seesImages false: a short text stands in place of each image
 */
export function toWireMessages(messages: readonly ChatMessage[], seesImages: boolean): WireMessage[] {
  const wire: WireMessage[] = [];
  let images: ImagePart[] = [];
  for (const [at, message] of messages.entries()) {
    wire.push(toWireMessage(message, seesImages));
    if (!seesImages || message.role !== 'tool') continue;
    images.push(...imagesOf(message));
    // Servers want all results of one message together.
    if (images.length === 0 || messages[at + 1]?.role === 'tool') continue;
    wire.push({ role: 'user', content: [{ type: 'text', text: RESULT_IMAGES }, ...images.map(toWirePart)] });
    images = [];
  }
  return wire;
}

function toWireMessage(message: ChatMessage, seesImages: boolean): WireMessage {
  switch (message.role) {
    case 'system':
      return { role: 'system', content: message.content };
    case 'user':
      return { role: 'user', content: toWireContent(message.content, seesImages) };
    case 'tool': {
      const text = seesImages ? textOf(message) || ONLY_IMAGES : withoutImages(message.content);
      return { role: 'tool', content: text, tool_call_id: message.toolCallId };
    }
    case 'assistant': {
      const { content, toolCalls } = message;
      if (!toolCalls?.length) return { role: 'assistant', content };
      return { role: 'assistant', content: content === '' ? null : content, tool_calls: toolCalls.map(toWireCall) };
    }
  }
}

function toWireContent(content: MessageContent, seesImages: boolean): string | WirePart[] {
  if (typeof content === 'string' || !seesImages) return withoutImages(content);
  return content.every(({ type }) => type === 'text') ? textOf({ content }) : content.map(toWirePart);
}

function toWirePart(part: ContentPart): WirePart {
  if (part.type === 'text') return { type: 'text', text: part.text };
  const { buffer, byteOffset, byteLength } = part.bytes;
  const base64 = Buffer.from(buffer, byteOffset, byteLength).toString('base64');
  return { type: 'image_url', image_url: { url: `data:${part.mediaType};base64,${base64}` } };
}

function toWireCall({ id, name, arguments: text }: ToolCall): WireCall {
  return { id, type: 'function', function: { name, arguments: isObject(text) ? text : '{}' } };
}

/** Servers refuse a history whose arguments they cannot read, although a model of theirs wrote them. */
function isObject(json: string): boolean {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

/** Writes a function's description for OpenAI's chat completions. */
export function toWireTool({ name, description, parameters }: ToolSpec) {
  return { type: 'function' as const, function: { name, description, parameters } };
}

const NO_TOOLS =
  'Answer now in plain words, without calling a function. What no function has done was not done: say so if it was asked for.';

/** The same messages for a request without functions: results that are there already become text. */
export function withoutTools(messages: readonly ChatMessage[]): ChatMessage[] {
  const names = new Map<string, string>();
  const plain = messages.flatMap((message): ChatMessage[] => {
    if (message.role === 'tool') {
      const name = names.get(message.toolCallId) ?? 'a function';
      const images = imagesOf(message);
      const result: ChatMessage = { role: 'system', content: `Result of ${name}: ${textOf(message) || ONLY_IMAGES}` };
      return images.length === 0 ? [result] : [result, { role: 'user', content: images }];
    }
    if (message.role !== 'assistant' || !message.toolCalls) return [message];
    for (const { id, name } of message.toolCalls) names.set(id, name);
    return message.content === '' ? [] : [{ role: 'assistant', content: message.content }];
  });
  return [...plain, { role: 'system', content: NO_TOOLS }];
}
