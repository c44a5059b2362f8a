import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { TURN_KINDS, TURN_OUTCOMES } from '#src/conversation/events';

const ms = z.number().min(0).max(7_200_000);

/** A text that must be met: exactly, or as a regular expression between slashes. */
const text = z.string();

/** A number of milliseconds at most, or bounds on both sides. */
const budget = z.union([ms, z.strictObject({ min: ms.optional(), max: ms.optional() })]);

/** How often: exactly, or between bounds. */
const times = z.union([z.int().min(0), z.strictObject({ min: z.int().optional(), max: z.int().optional() })]);

/** When a step begins. */
const when = {
  after_ms: ms.optional().describe('so long after the step before; default 300'),
  after_answer_ms: ms.optional().describe('so long after the loudspeaker has played the answer to the step before'),
  over_answer_at_ms: ms.optional().describe('when the answer in progress, or the next one, has sounded for so long'),
};

/** A step that takes options or none: `press`, or `press: {over_answer_at_ms: 500}`. */
const plain = z.preprocess((value) => value ?? {}, z.strictObject(when));

const withText = <T extends z.ZodRawShape>(shape: T) =>
  z.preprocess((value) => (typeof value === 'string' ? { text: value } : value), z.strictObject({ ...when, ...shape }));

const actions = {
  say: withText({
    text: z.string().optional().describe('words; a "|" is a pause'),
    pause_ms: z.array(ms).default([]).describe('how long the pauses are'),
    word_ms: z.number().min(40).default(300),
    partials: z.boolean().default(true).describe('false: the recogniser has these words only in its final result'),
    wifi_gap: z
      .strictObject({ at_ms: ms, ms })
      .optional()
      .describe('from there on nothing arrives for so long, then all of it at once'),
    sample: z.string().optional().describe('demo: a recording beside the demo recogniser, instead of a text'),
  }),
  noise: z.preprocess(
    (value) => (typeof value === 'number' ? { ms: value } : value),
    z.strictObject({ ...when, ms }).describe('voice activity without words'),
  ),
  silence: ms.describe('the microphone hears nothing for so long'),
  gap: ms.describe('the microphone sends nothing for so long'),
  press: plain,
  release: plain,
  disconnect: plain,
  reconnect: plain,
  rest_say: withText({
    text: z.string(),
    interrupt: z.boolean().default(false),
    listen_after: z.boolean().default(false),
  }),
  rest_ask: withText({ text: z.string(), timeout_ms: ms.default(8_000) }),
  interrupt: plain,
  listen: plain,
};

const within = z.strictObject({
  answer_starts: budget.optional().describe('from the end of what was said to the first audio of the answer to it'),
  stops: budget.optional().describe('from the beginning of the step until nothing is sent any more and it was flushed'),
  stops_after_word: budget.optional().describe('the same from the first word that the recogniser had of it'),
});

const stepFields = z.strictObject(actions).partial().extend({ within_ms: within.optional() });
type StepFields = z.output<typeof stepFields>;
type Actions = { readonly [N in keyof typeof actions]: NonNullable<StepFields[N]> };
const ACTIONS = Object.keys(actions) as (keyof Actions)[];

/** What a step does. */
export type ScenarioAction = {
  [N in keyof Actions]: { readonly name: N } & (Actions[N] extends number ? { readonly ms: number } : Actions[N]);
}[keyof Actions];

/** One thing that happens, and how soon something must follow. */
export interface ScenarioStep {
  readonly action: ScenarioAction;
  readonly within?: z.output<typeof within> | undefined;
}

const step = z
  .preprocess((value) => (typeof value === 'string' ? { [value]: {} } : value), stepFields)
  .transform((fields, context): ScenarioStep => {
    const names = ACTIONS.filter((name) => fields[name] !== undefined);
    const [name] = names;
    if (name === undefined || names.length > 1) {
      context.addIssue({ code: 'custom', message: `a step does one thing: one of ${ACTIONS.join(', ')}` });
      return z.NEVER;
    }
    return { within: fields.within_ms, action: { name, ...asObject(fields[name]) } as ScenarioAction };
  });

const asObject = (value: unknown): object => (typeof value === 'number' ? { ms: value } : (value as object));

const llm = z.strictObject({
  first_token_ms: ms.default(200),
  token_ms: ms.default(10).describe('between two tokens; a token is a word'),
  replies: z
    .array(
      z.preprocess(
        (value) => (typeof value === 'string' ? { text: value } : value),
        z.strictObject({
          text: z.string(),
          to: z.string().optional().describe('only to a last message like this; else in order, the last one for ever'),
          first_token_ms: ms.optional(),
          token_ms: ms.optional(),
          fails_after_words: z.int().min(0).optional(),
          cut_by_limit: z.boolean().optional().describe('the limit of tokens cuts it behind its last word'),
        }),
      ),
    )
    .min(1)
    .default([{ text: 'Fine thanks.' }]),
});

const demoEngines = z.strictObject({
  demo: z.literal(true).describe('real time, real socket, real recogniser and voice'),
  llm: llm.optional().describe('default: the scripted engine of dialtone'),
});

const fakeEngines = z.strictObject({
  demo: z.literal(false),
  llm: llm.prefault({}),
  stt: z
    .strictObject({
      partials: z.boolean().default(true).describe('false: a recogniser that says nothing before the end'),
      partial_delay_ms: ms.default(100).describe('from the end of a word to its partial result'),
      final_delay_ms: ms.default(50),
      endpoint_after_ms: ms.optional().describe('silence after which the recogniser says that it is over'),
      fails_at_utterance: z.int().min(1).optional(),
    })
    .prefault({}),
  tts: z
    .strictObject({
      first_audio_ms: ms.default(100),
      word_timings: z.boolean().default(true),
      fails_at_sentence: z.int().min(1).optional(),
    })
    .prefault({}),
});

const engines = z.preprocess(
  (value) => (value === 'demo' ? { demo: true } : { demo: false, ...(value as object | undefined) }),
  z.discriminatedUnion('demo', [fakeEngines, demoEngines]),
);

const expected = z.strictObject({
  turns: z
    .array(
      z.strictObject({
        kind: z.enum(TURN_KINDS).optional(),
        outcome: z.enum(TURN_OUTCOMES).optional(),
        heard: text.optional(),
        answer: text.optional(),
        written: text.optional(),
        truncated: z.boolean().optional().describe('whether the limit of tokens has cut the answer'),
        error: text.optional().describe('its code'),
      }),
    )
    .optional()
    .describe('all of them, in order'),
  history: z
    .array(
      z.union([
        z.strictObject({ user: text }),
        z.strictObject({ assistant: text, interrupted: z.boolean().default(false) }),
      ]),
    )
    .optional()
    .describe('all that is remembered, oldest first'),
  wire: z
    .array(z.string())
    .optional()
    .describe(
      'what the device was told: of the commands named here exactly these, in this order; "play" is a run of audio',
    ),
  played: text.optional().describe('the words that the loudspeaker has sounded from beginning to end'),
  llm_calls: z.strictObject({ total: times.optional(), cancelled: times.optional() }).optional(),
  utterances: times.optional().describe('how often the recogniser was begun'),
  rest: z
    .array(
      z.strictObject({
        outcome: z.string().describe('of the request; or why it was refused'),
        heard: text.optional(),
        answer: text.optional(),
      }),
    )
    .optional()
    .describe('what the requests rest_say, rest_ask, interrupt and listen gave, in order'),
  nothing_sent_after_interruption: z
    .literal(true)
    .optional()
    .describe('something was interrupted, and no audio followed (that none does is checked always)'),
});

const scenarioSchema = z
  .strictObject({
    name: z.string().min(1),
    why: z.string().optional(),
    device: z.record(z.string(), z.unknown()).default({}).describe('fields of its entry in devices.json'),
    echo: z.strictObject({ gain_db: z.number().max(-12), delay_ms: ms }).optional(),
    engines,
    steps: z.array(step).min(1),
    expect: expected,
  })
  .superRefine(checkScenario);

/** A scenario, defaults filled in. */
export type Scenario = z.output<typeof scenarioSchema> & { readonly file: string };
/** How fast and what the engines of virtual time answer. */
export type FakeEngines = z.output<typeof fakeEngines>;
/** What the language model answers. */
export type LlmScript = z.output<typeof llm>;
export type Expected = Scenario['expect'];

/** Reads a scenario. Throws an Error that names the file and every fault in it: a key that is not known is one. */
export function readScenario(file: URL): Scenario {
  return parseScenario(readFileSync(file, 'utf8'), file.pathname.split('/scenarios/').at(-1) ?? file.pathname);
}

/** As {@link readScenario}, from a text. */
export function parseScenario(yaml: string, file: string): Scenario {
  const parsed = scenarioSchema.safeParse(parse(yaml));
  if (parsed.success) return { ...parsed.data, file };
  const faults = parsed.error.issues.map(({ path, message }) => `  ${path.join('.') || 'scenario'}: ${message}`);
  throw new Error(`${file} is no scenario:\n${faults.join('\n')}`);
}

function checkScenario({ engines, expect, steps }: z.output<typeof scenarioSchema>, context: z.RefinementCtx): void {
  const issue = (path: (string | number)[], message: string) => context.addIssue({ code: 'custom', path, message });
  for (const [index, { action, within }] of steps.entries()) {
    if (action.name === 'say') {
      const { text: words = '', pause_ms, sample } = action;
      if ((words === '') === (sample === undefined)) issue(['steps', index], 'say a text or a sample');
      if (sample !== undefined && !engines.demo) issue(['steps', index, 'sample'], 'only with "engines: demo"');
      const pauses = words.split('|').length - 1;
      if (pauses !== pause_ms.length) issue(['steps', index, 'pause_ms'], `${pauses} pauses need as many lengths`);
    }
    const starts = ['after_ms', 'after_answer_ms', 'over_answer_at_ms'].filter((key) => key in action);
    if (starts.length > 1) issue(['steps', index], `a step begins at one time, not at ${starts.join(' and ')}`);
    if (engines.demo && within?.stops_after_word !== undefined) issue(['steps', index, 'within_ms'], ONLY_FAKE);
  }
  if (!engines.demo) return;
  for (const key of ['history', 'played', 'utterances', 'llm_calls'] as const) {
    if (expect[key] !== undefined) issue(['expect', key], ONLY_FAKE);
  }
}

const ONLY_FAKE = 'this cannot be seen with "engines: demo"';
