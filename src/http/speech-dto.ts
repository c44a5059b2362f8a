import { z } from '@hono/zod-openapi';
import type { AskRequest, AskResult, SayRequest, SayResult } from '../conversation/proactive/requests.ts';
import { cleanText, MAX_SPEECH } from '../core/clean-text.ts';
import { numberBetween } from '../core/number-between.ts';
import { MAX_READY_WAIT_SECONDS, READY_WAIT_DESCRIPTION } from '../fleet/ready-waits.ts';
import { toSpokenText } from '../text/spoken-text.ts';
import { strictBody } from './strict-body.ts';

const SAY_OUTCOMES = ['played', 'interrupted', 'failed', 'disconnected', 'expired'] as const;
const ASK_OUTCOMES = ['answered', 'no_answer', 'interrupted', 'failed', 'disconnected', 'expired'] as const;

/** Longest text that a device is told to say, UTF-16 units: about two minutes. */
const MAX_TEXT = 2_000;

/** The fields of every request that has a device say something. */
export const speechFields = {
  text: z
    .string()
    .trim()
    .min(1, 'say what is to be said')
    .max(MAX_TEXT, `use at most ${MAX_TEXT} characters`)
    .refine((text) => toSpokenText(text) !== '', 'there is nothing in it that can be spoken')
    .openapi({ description: 'What to say. Markup, code, emojis and addresses are left out.' }),
  voice: z
    .string()
    .normalize('NFC')
    .optional()
    .openapi({ description: "A name of GET /v1/voices. Default: the device's own.", example: 'Watercooler' }),
};

/** How long an absent device is waited for. */
export const waitForDevice = {
  wait_for_device: numberBetween(0, MAX_READY_WAIT_SECONDS).default(0).openapi({ description: READY_WAIT_DESCRIPTION }),
};

/** Fields of what need not be waited for and may cut in. */
export const sayOptions = {
  interrupt: z
    .boolean()
    .default(false)
    .openapi({ description: 'true: an answer in progress is cut short. A user who speaks never is.' }),
  wait: z
    .boolean()
    .default(true)
    .openapi({ description: 'false: answer 202 as soon as it is queued, and tell no result.' }),
};

/** The body of POST /v1/devices/{name}/say. */
export const sayBodySchema = strictBody({
  ...speechFields,
  ...sayOptions,
  ...waitForDevice,
  listen_after: z
    .boolean()
    .default(false)
    .openapi({ description: 'true: open the microphone behind it, whatever activation the device has.' }),
}).openapi('SayRequest');

/** The body of POST /v1/devices/{name}/ask. */
export const askBodySchema = strictBody({
  ...speechFields,
  ...waitForDevice,
  timeout: numberBetween(1, 120)
    .default(15)
    .openapi({ description: 'Seconds from the end of the question in which the user must begin to answer.' }),
}).openapi('AskRequest');

/** The body of POST /v1/devices/{name}/listen. */
export const listenBodySchema = strictBody({
  ...waitForDevice,
  wait: z
    .boolean()
    .default(false)
    .openapi({ description: 'true: answer with what the user says next; the device does not reply to it.' }),
  timeout: numberBetween(1, 120)
    .default(15)
    .openapi({ description: 'Seconds in which the user must begin to speak. Only with `wait`.' }),
}).openapi('ListenRequest');

const resultFields = {
  heard: z.string().openapi({ description: 'The words that the loudspeaker has played.' }),
  spoken_ms: z.int().openapi({ description: 'Length of the audio sent.' }),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
};

/** What became of something to be said. */
export const sayResultSchema = z
  .object({
    outcome: z.enum(SAY_OUTCOMES).openapi({
      description: '`interrupted`: by the user or another request. `expired`: the turns before it took too long.',
    }),
    ...resultFields,
  })
  .openapi('SayResult');

/** What became of a question. */
export const askResultSchema = z
  .object({
    outcome: z.enum(ASK_OUTCOMES).openapi({ description: '`no_answer`: nothing was said within the time.' }),
    answer: z.string().openapi({ description: 'What the user said; empty unless `answered`.' }),
    ...resultFields,
  })
  .openapi('AskResult');

/** The request as a conversation takes it. */
export function toSayRequest(
  body: Pick<z.output<typeof sayBodySchema>, 'text' | 'voice' | 'interrupt'>,
  listenAfter: boolean,
): SayRequest {
  const { text, voice, interrupt } = body;
  return { text, interrupt, listenAfter, ...(voice === undefined ? {} : { voice }) };
}

/** The question as a conversation takes it. */
export function toAskRequest({
  text,
  voice,
  timeout,
}: Omit<z.output<typeof askBodySchema>, 'wait_for_device'>): AskRequest {
  return { text, timeoutMs: timeout * 1000, ...(voice === undefined ? {} : { voice }) };
}

export function toSayResult({ outcome, ...rest }: SayResult): z.output<typeof sayResultSchema> {
  return { outcome, ...toResultFields(rest) };
}

export function toAskResult({ outcome, answer, ...rest }: AskResult): z.output<typeof askResultSchema> {
  return { outcome, answer: cleanText(answer, MAX_SPEECH), ...toResultFields(rest) };
}

function toResultFields({ heard, spokenMs, error }: Pick<SayResult, 'heard' | 'spokenMs' | 'error'>) {
  return {
    heard: cleanText(heard, MAX_SPEECH),
    spoken_ms: Math.round(spokenMs),
    error: error ? { code: error.code, message: cleanText(error.message) } : null,
  };
}
