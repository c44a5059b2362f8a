import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { DialtoneError } from '../../core/errors.ts';
import { fileErrorText } from '../../core/file-error.ts';
import { SCRIPTED_TOOLS, type ScriptedTool } from './scripted-calls.ts';
import { SLOT_NAMES, type SlotName, type Slots } from './scripted-slots.ts';

/** The replies that dialtone brings along. */
export const DEFAULT_REPLIES_FILE = fileURLToPath(new URL('../../../assets/scripted-replies.json', import.meta.url));

const PLACEHOLDER = /\{([^}]*)\}/g;

const reply = z
  .string()
  .trim()
  .min(1)
  .max(400)
  .superRefine((text, context) => {
    for (const [, name] of text.matchAll(PLACEHOLDER)) {
      if ((SLOT_NAMES as readonly (string | undefined)[]).includes(name)) continue;
      context.addIssue(`there is no placeholder {${name ?? ''}}; known: ${SLOT_NAMES.join(', ')}`);
    }
  });
const replies = z.array(reply).min(1);
/** As {@link wordsOf} makes them, or a phrase would never be found. */
const phrase = z
  .string()
  .regex(/^(?:[\p{Ll}\p{N}']+|[+*])(?: [\p{Ll}\p{N}']+)*$/u, 'write lower-case words, no punctuation');

const rule = z.strictObject({
  words: z.array(phrase).default([]),
  any: z.array(phrase).default([]),
  replies,
  call: z.enum(SCRIPTED_TOOLS).optional(),
  called: replies.optional(),
});

const scriptSchema = z.strictObject({
  about: z.string().optional(),
  rules: z.array(rule),
  unknown: replies,
  silence: replies,
  farewell: replies,
  failed: replies,
  empty: replies,
});

/** What the scripted engine says to what. */
export type Script = z.output<typeof scriptSchema>;

/** What fits what was heard. */
export interface Fitting {
  readonly replies: readonly string[];
  /** The function that would do what was asked for. */
  readonly call?: ScriptedTool | undefined;
  /** What to say once it was called. */
  readonly called?: readonly string[];
}

/**
 * Reads and checks a file of replies.
 * @throws DialtoneError `engine_misconfigured` that names the file and everything that is wrong in it
 */
export function loadScript(file: string): Script {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new DialtoneError('engine_misconfigured', `The replies in ${file} cannot be read: ${fileErrorText(cause)}`, {
      cause,
    });
  }
  const parsed = scriptSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `\n  - ${issue.path.join('.')}: ${issue.message}`);
  throw new DialtoneError('engine_misconfigured', `The replies in ${file} are not right:${problems.join('')}`);
}

/** Every reply that fits what was heard: those of the first rule that has one. */
export function fitting(script: Script, words: readonly string[], slots: Slots): Fitting {
  if (words.length === 0) return { replies: script.empty };
  const text = ` ${words.join(' ')} `;
  const heard = (wanted: string) => text.includes(` ${wanted} `);
  for (const rule of script.rules) {
    if (!rule.words.every(heard) || (rule.any.length > 0 && !rule.any.some(heard))) continue;
    const filled = fillAll(rule.replies, slots);
    if (filled.length === 0) continue;
    return { replies: filled, call: rule.call, called: rule.called ? fillAll(rule.called, slots) : filled };
  }
  return { replies: fillAll(script.unknown, slots) };
}

/** The texts whose placeholders are all known, filled in. */
export function fillAll(texts: readonly string[], slots: Slots): string[] {
  return texts.map((text) => fill(text, slots)).filter((text) => text !== undefined);
}

/** Undefined when a placeholder is not known. Sentences begin with a capital, whatever was filled in. */
function fill(text: string, slots: Slots): string | undefined {
  let complete = true;
  const filled = text.replace(PLACEHOLDER, (_, name: string) => {
    const value = slots[name as SlotName];
    if (value === undefined) complete = false;
    return value ?? '';
  });
  return complete
    ? filled.replace(/(^|[.!?] )(\p{Ll})/gu, (_, before: string, letter: string) => before + letter.toUpperCase())
    : undefined;
}
