import type { ChatMessage, ToolCall, ToolSpec } from '../llm.ts';

/** Writes a message for OpenAI's chat completions and what is compatible with them. */
export function toWireMessage(message: ChatMessage) {
  if (message.role === 'tool') {
    return { role: message.role, content: message.content, tool_call_id: message.toolCallId };
  }
  const { role, content } = message;
  if (role !== 'assistant' || !message.toolCalls?.length) return { role, content };
  return { role, content: content === '' ? null : content, tool_calls: message.toolCalls.map(toWireCall) };
}

function toWireCall({ id, name, arguments: text }: ToolCall) {
  return { id, type: 'function' as const, function: { name, arguments: isObject(text) ? text : '{}' } };
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
      return [{ role: 'system', content: `Result of ${name}: ${message.content}` }];
    }
    if (message.role !== 'assistant' || !message.toolCalls) return [message];
    for (const { id, name } of message.toolCalls) names.set(id, name);
    return message.content === '' ? [] : [{ role: 'assistant', content: message.content }];
  });
  return [...plain, { role: 'system', content: NO_TOOLS }];
}
