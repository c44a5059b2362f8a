import { textOf } from '../chat-content.ts';
import type { ChatMessage, ToolCall, ToolSpec } from '../llm.ts';
import { readNumber } from './number-words.ts';

/** The functions that the scripted engine knows how to call. */
export const SCRIPTED_TOOLS = ['set_volume', 'end_conversation'] as const;

/** The name of one of them. */
export type ScriptedTool = (typeof SCRIPTED_TOOLS)[number];

/** "Louder" and "quieter" without a number: percent points. */
const STEP = 20;
const UP = ['louder', 'up'];
const DOWN = ['quieter', 'softer', 'down', 'loud'];

/** The call that a sentence asks for; undefined when it is not offered or the sentence does not say what it needs. */
export function scriptedCall(
  name: ScriptedTool | undefined,
  words: readonly string[],
  { messages, tools }: { readonly messages: readonly ChatMessage[]; readonly tools: readonly ToolSpec[] | undefined },
): ToolCall | undefined {
  if (name === undefined || !tools?.some((tool) => tool.name === name)) return undefined;
  const args = name === 'set_volume' ? volumeIn(words) : {};
  return args && { id: `scripted_${messages.length}`, name, arguments: JSON.stringify(args) };
}

/** The result of the call that was made for the last user message, when that is what came last. */
export function resultBehind(messages: readonly ChatMessage[]): string | undefined {
  const last = messages.at(-1);
  return last?.role === 'tool' ? textOf(last) : undefined;
}

/** How often in a row, up to now, the user message was "...": what stands for a user who says nothing. */
export function silencesAtEnd(messages: readonly ChatMessage[]): number {
  let count = 0;
  for (const message of messages.toReversed()) {
    if (message.role !== 'user') continue;
    const text = textOf(message);
    // Two of them with no answer between them were joined to one message.
    if (!/^(?:(?:\.{3}|…)\s*)+$/.test(text)) break;
    count += text.match(/\.{3}|…/g)?.length ?? 0;
  }
  return count;
}

/** "To fifty percent", "twenty percent louder", "down". */
function volumeIn(words: readonly string[]): { percent: number } | { change: number } | undefined {
  const number = lastNumber(words);
  const direction = words.some((word) => UP.includes(word)) ? 1 : words.some((word) => DOWN.includes(word)) ? -1 : 0;
  if (number === undefined) return direction === 0 ? undefined : { change: direction * STEP };
  if (number.value > 100) return undefined;
  // A recogniser may write "two" for "to".
  const isGoal = direction === 0 || ['to', 'two', 'too'].includes(words[number.at - 1] ?? '');
  return isGoal ? { percent: number.value } : { change: direction * number.value };
}

function lastNumber(words: readonly string[]): { readonly value: number; readonly at: number } | undefined {
  let found: { readonly value: number; readonly at: number } | undefined;
  for (let at = 0; at < words.length; at++) {
    const read = readNumber(words, at);
    if (!read) continue;
    found = { value: read.value, at };
    at += read.length - 1;
  }
  return found;
}
