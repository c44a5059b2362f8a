import { z } from 'zod';
import type { MessageContent } from '../../engines/chat-content.ts';
import type { ToolSpec } from '../../engines/llm.ts';
import { toolError } from './tool-result.ts';

/** A function as a tool box keeps it. */
export interface Tool {
  readonly spec: ToolSpec;
  /** How long one call may take, milliseconds. Default: as the tool box says. */
  readonly timeoutMs?: number;
  /** Checks the arguments and runs it. The result is for the model, a failure too: in words, and perhaps images. */
  run(args: object, signal: AbortSignal): MessageContent | Promise<MessageContent>;
}

/** What a function is made of. */
export interface ToolDefinition<Parameters extends z.ZodObject> {
  readonly name: string;
  /** What it does and when to use it, for the model to read. */
  readonly description: string;
  readonly parameters: Parameters;
  readonly run: (args: z.output<Parameters>, signal: AbortSignal) => string | Promise<string>;
}

/** Makes a function: one zod schema both describes the arguments to the model and checks what it writes. */
export function defineTool<Parameters extends z.ZodObject>(definition: ToolDefinition<Parameters>): Tool {
  const { name, description, parameters, run } = definition;
  const { $schema: _, ...schema } = z.toJSONSchema(parameters, { io: 'input' });
  return {
    spec: { name, description, parameters: schema },
    run: (args, signal) => {
      const parsed = parameters.safeParse(args);
      if (parsed.success) return run(parsed.data, signal);
      const problems = parsed.error.issues.map(({ path, message }) =>
        [path.join('.'), message].filter(Boolean).join(': '),
      );
      return toolError(`the arguments are not right: ${problems.join('; ')}`);
    },
  };
}
