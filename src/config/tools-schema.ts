import { z } from 'zod';

/** A name of a function of the device, or several by `*`. */
const patternSchema = z.string().trim().min(1).max(128);

const listSchema = z.array(patternSchema).max(100);

/** Key `tools` of a device. */
export const toolsSchema = z
  .strictObject({
    allow: listSchema.optional().meta({ description: 'Only these. Default: all.' }),
    deny: listSchema.default([]).meta({ description: 'Not these.' }),
  })
  .default({ deny: [] })
  .meta({
    description:
      'Which functions of the device the language model may call: names as the device has them, "*" for any characters, as in ' +
      '{"deny": ["self.camera.*"]}. Functions for the user only (a reboot) are never offered.',
  });

/** Which functions of a device the language model may call. */
export interface ToolRules {
  /** Undefined: all. */
  readonly allow?: readonly string[] | undefined;
  readonly deny: readonly string[];
}

/** Whether the rules let the language model call a function, by the name that the device has for it. */
export function allowsTool({ allow, deny }: ToolRules, name: string): boolean {
  const isIn = (patterns: readonly string[]) => patterns.some((pattern) => matches(pattern, name));
  return (allow === undefined || isIn(allow)) && !isIn(deny);
}

/** Takes no longer than the lengths multiplied, whatever the pattern: no regular expression. */
function matches(pattern: string, name: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return pattern === name;
  if (!name.startsWith(first)) return false;
  let at = first.length;
  for (const piece of rest) {
    const found = name.indexOf(piece, at);
    if (found === -1) return false;
    at = found + piece.length;
  }
  return name.length - last.length >= at && name.endsWith(last);
}
