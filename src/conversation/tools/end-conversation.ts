import { z } from 'zod';
import { defineTool, type Tool } from './tool.ts';

/** Name of the function that ends a conversation. */
export const END_CONVERSATION = 'end_conversation';

/** The function `end_conversation`. @param end called at once; what the model says then is the goodbye */
export function endConversationTool(end: () => void): Tool {
  return defineTool({
    name: END_CONVERSATION,
    description:
      'Ends the conversation behind your answer. Call it when the user says goodbye or wants nothing more, and say ' +
      'goodbye yourself.',
    parameters: z.object({}),
    run: () => {
      end();
      return 'The conversation ends behind your answer: say goodbye now, in one short sentence.';
    },
  });
}
