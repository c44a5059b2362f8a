import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { DialtoneError } from '../core/errors.ts';
import { fileErrorText } from '../core/file-error.ts';

/** The folder of what dialtone brings along: quiz.json, animals.json, starters.json. */
export const DEFAULT_DATA_FOLDER = new URL('../../assets/instructions/', import.meta.url);

/** How many questions a quiz has. */
export const QUIZ_LENGTH = 5;

const text = z.string().trim().min(1).max(300);
const about = z.string().optional();
const noTwice = (names: readonly string[], context: z.RefinementCtx) => {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) context.addIssue(`"${name}" is there twice`);
    seen.add(name);
  }
};
const list = z.array(text).min(1).superRefine(noTwice);
const animals = z
  .array(z.strictObject({ en: text, fr: text }))
  .min(1)
  .superRefine((all, context) =>
    noTwice(
      all.map(({ en }) => en),
      context,
    ),
  );

const quizSchema = z.strictObject({
  about,
  questions: z
    .array(z.strictObject({ question: text, answer: text }))
    .min(QUIZ_LENGTH)
    .superRefine((all, context) =>
      noTwice(
        all.map(({ question }) => question),
        context,
      ),
    ),
});
const animalsSchema = z.strictObject({ about, easy: animals, hard: animals });
const startersSchema = z.strictObject({ about, en: list, fr: list });

/** What the prompts are made from. */
export interface PromptData {
  readonly quiz: z.output<typeof quizSchema>;
  readonly animals: z.output<typeof animalsSchema>;
  readonly starters: z.output<typeof startersSchema>;
}

/**
 * Reads and checks the three files.
 * @param folder URL that ends in a slash
 * @throws DialtoneError `engine_misconfigured` that names the file and everything that is wrong in it
 */
export function loadPromptData(folder: URL = DEFAULT_DATA_FOLDER): PromptData {
  return {
    quiz: load(new URL('quiz.json', folder), quizSchema),
    animals: load(new URL('animals.json', folder), animalsSchema),
    starters: load(new URL('starters.json', folder), startersSchema),
  };
}

function load<T>(url: URL, schema: z.ZodType<T>): T {
  const file = fileURLToPath(url);
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new DialtoneError('engine_misconfigured', `${file} cannot be read: ${fileErrorText(cause)}`, { cause });
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const details = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'the file'}: ${issue.message}`);
  throw new DialtoneError(
    'engine_misconfigured',
    `${file} is not right:${details.map((line) => `\n  - ${line}`).join('')}`,
    { details },
  );
}
