import { z } from 'zod';

/** What a client is told of a touch: a text with placeholders. */
const touchTemplate = z
  .string()
  .trim()
  .min(1, 'say what clients are told, or leave it out')
  .max(500, 'use at most 500 characters')
  .regex(/^\P{Cc}*$/u, 'use no control characters');

/** Environment variables of the MCP server. */
export const mcpFields = {
  MCP_DEVICE: z
    .string()
    .normalize('NFC')
    .optional()
    .meta({
      description:
        'For clients of the Model Context Protocol (`/mcp`, `dialtone mcp`): the device that is meant when a call names none, and whose ' +
        'functions are tools by themselves. Default: that of a fleet of one device.',
    }),
  MCP_TOUCH_TAP: touchTemplate.optional().meta({
    description:
      'What clients of the Model Context Protocol are told in words when a user taps a device, as in `({device}: head pat)`. It may name ' +
      '`{device}`, `{gesture}`, `{action}`, `{duration_ms}` and others; see docs/MCP.md. Default: nothing.',
  }),
  MCP_TOUCH_STROKE: touchTemplate.optional().meta({
    description: 'The same when a user strokes a device, as in `({device}: head stroke, {duration_ms} ms)`.',
  }),
} as const;
