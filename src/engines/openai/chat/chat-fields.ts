import type { RequestRefused } from '../requests/errors.ts';
import type { ChatRequest } from '../requests/wire.ts';

/** The fields of a request without which an answer can be had too. */
const OPTIONAL = ['temperature', 'max_completion_tokens', 'max_tokens', 'tools'] as const;
type OptionalField = (typeof OPTIONAL)[number];

/** How servers say of functions that they have none: not that one of them is wrong. */
const NO_FUNCTIONS = /(?:not|n't|un)[ -]?support|not enabled|unknown|unrecognized|extra/;

/** How the limit of an answer's length is called: as Groq and OpenAI want it, as most servers know it, or both. */
export type LengthNames = 'new' | 'old' | 'both';

/** The fields of chat requests that one model takes, learned from what its server refuses. Shared by all requests to it. */
export class ChatFields {
  readonly #refused = new Set<OptionalField>();
  readonly #names: LengthNames;

  constructor(names: LengthNames) {
    this.#names = names;
  }

  /** Whether functions can be offered. */
  get takesTools(): boolean {
    return !this.#refused.has('tools');
  }

  /** The limit of an answer's length, tokens. */
  limit(tokens: number): Pick<ChatRequest, 'max_tokens' | 'max_completion_tokens'> {
    const isNew = this.#refused.has('max_tokens') || this.#names !== 'old';
    const isOld = this.#refused.has('max_completion_tokens') || this.#names !== 'new';
    return {
      ...(isNew && !this.#refused.has('max_completion_tokens') ? { max_completion_tokens: tokens } : {}),
      ...(isOld && !this.#refused.has('max_tokens') ? { max_tokens: tokens } : {}),
    };
  }

  /** How free the answer is. */
  temperature(given: number | undefined): Pick<ChatRequest, 'temperature'> {
    return given === undefined || this.#refused.has('temperature') ? {} : { temperature: given };
  }

  /** The server has refused a request: whether another one without the field that it names is worth sending. */
  learn(error: RequestRefused, sent: ChatRequest): boolean {
    const named = OPTIONAL.filter((field) => sent[field] !== undefined)
      .map((field) => ({ field, at: error.mentions(field === 'tools' ? /\btools?\b|function.?call/ : field) }))
      .filter(({ field, at }) => at >= 0 && (field !== 'tools' || error.mentions(NO_FUNCTIONS) >= 0))
      // "max_tokens is not supported: use max_completion_tokens": the first one is meant.
      .sort((a, b) => a.at - b.at);
    const [first] = named;
    if (first === undefined) return false;
    this.#refused.add(first.field);
    return true;
  }
}
