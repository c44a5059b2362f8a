import type { MessageContent } from '../../engines/chat-content.ts';

const ERROR = 'Error: ';

/** The result of a call that failed, in words for the model. */
export function toolError(text: string): string {
  return `${ERROR}${text}`;
}

/** Whether a result tells of a failure. */
export function isToolError(result: MessageContent): boolean {
  return typeof result === 'string' && result.startsWith(ERROR);
}
