import type { Instructions } from '../config/instructions-schema.ts';
import type { Prompts } from './contracts.ts';
import { createPrompts } from './instructions/prompts.ts';

export { languageOf } from './instructions/language.ts';

let prompts: Prompts | undefined;

/**
 * The system prompt with date and time, for who renders it anew at every turn: always the same starter, questions and
 * animals, so that a conversation does not change its subject in the middle.
 * @param wallMs date and time that the model should know, milliseconds since 1970
 */
export function systemPrompt(instructions: Instructions, wallMs: number): string {
  prompts ??= createPrompts({ random: () => 0 });
  const nowText = new Date(wallMs).toLocaleString('en-GB', { dateStyle: 'full', timeStyle: 'short' });
  return `${prompts.render(instructions)}\n\nIt is ${nowText}.`;
}
