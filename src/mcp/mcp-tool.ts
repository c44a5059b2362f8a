import type { CallToolResult, Tool } from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import { describeIssues } from '../config/json/describe-issues.ts';
import type { Backend } from './backend.ts';

/** A tool of the MCP server. */
export interface McpTool {
  /** As `tools/list` shows it. */
  readonly spec: Tool;
  /** Whether it changes nothing, so that a token which may only read may call it. */
  readonly reads: boolean;
  /** Checks the arguments and runs it. @throws Error whose message is for the caller */
  run(args: Readonly<Record<string, unknown>>, backend: Backend): Promise<CallToolResult>;
}

/** What a tool is made of. */
interface McpToolDefinition<Parameters extends z.ZodObject> {
  readonly name: string;
  readonly description: string;
  readonly parameters: Parameters;
  readonly reads?: boolean;
  readonly run: (args: z.output<Parameters>, backend: Backend) => Promise<CallToolResult>;
}

/** Makes a tool: one zod schema both describes the arguments and checks them. */
export function defineMcpTool<Parameters extends z.ZodObject>(definition: McpToolDefinition<Parameters>): McpTool {
  const { name, description, parameters, reads = false, run } = definition;
  const { $schema: _, additionalProperties: __, ...schema } = z.toJSONSchema(parameters, { io: 'input' });
  return {
    spec: {
      name,
      description,
      inputSchema: { ...schema, type: 'object' } as Tool['inputSchema'],
      annotations: reads ? { readOnlyHint: true } : { readOnlyHint: false, destructiveHint: false },
    },
    reads,
    run: async (args, backend) => {
      const parsed = parameters.safeParse(args);
      if (parsed.success) return run(parsed.data, backend);
      const problems = describeIssues(parsed.error.issues, args, [], 'the arguments');
      return failure(`the arguments are not right: ${problems.join('; ')}`);
    },
  };
}

/** A result of words. */
export function words(text: string): CallToolResult {
  return { content: [{ type: 'text', text }] };
}

/** A result that programs read as well as models. */
export function data(value: unknown, isError = false): CallToolResult {
  return { content: [{ type: 'text', text: JSON.stringify(value, null, 2) }], ...(isError ? { isError } : {}) };
}

/** A call that came to nothing. */
export function failure(text: string): CallToolResult {
  return { content: [{ type: 'text', text }], isError: true };
}
