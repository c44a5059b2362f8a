import type { Clock, Timer } from '../../core/clock.ts';
import type { TurnEnded as TurnEndedEvent } from '../events.ts';
import type { AskRequest, AskResult, HearRequest, SayRequest, SayResult, SpokenAudio } from './requests.ts';

type TurnEnded = Pick<TurnEndedEvent, 'outcome' | 'answer' | 'leftOut' | 'spokenMs' | 'error'>;

/** So many requests may wait for one device. */
const MAX_WAITING = 8;

/** A request that could not begin within this time is given up, milliseconds: old news is of no use. */
const LONGEST_WAIT_MS = 60_000;

/** A request to speak or to listen, from its arrival to its result. */
export interface SpeechRequest {
  /** `hear`: nothing is said. */
  readonly kind: 'say' | 'ask' | 'hear';
  readonly text: string;
  readonly voice: string | undefined;
  /** Played in place of the text. */
  readonly audio?: SpokenAudio | undefined;
  readonly listenAfter: boolean;
  /** How long the user may take to begin to answer, milliseconds; 0 for what needs no answer. */
  readonly timeoutMs: number;
  /** Tells what became of it. Calls after the first do nothing. */
  readonly settle: (result: SayResult | AskResult) => void;
}

interface Waiting {
  readonly request: SpeechRequest;
  readonly sinceMs: number;
}

/** What was asked to be said over REST and has not begun. Bounded: the newest is refused, and a request that waits too long fails. */
export class RequestQueue {
  readonly #clock: Clock;
  readonly #waiting: Waiting[] = [];
  #timer: Timer | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get isFull(): boolean {
    return this.#waiting.length >= MAX_WAITING;
  }

  say({ text, audio, voice, listenAfter }: SayRequest): Promise<SayResult> {
    return new Promise((resolve) => {
      this.#push({
        kind: 'say',
        text,
        audio,
        voice,
        listenAfter,
        timeoutMs: 0,
        settle: (r) => resolve(r as SayResult),
      });
    });
  }

  ask({ text, voice, timeoutMs }: AskRequest): Promise<AskResult> {
    return new Promise((resolve) => {
      this.#push({ kind: 'ask', text, voice, listenAfter: true, timeoutMs, settle: (r) => resolve(toAskResult(r)) });
    });
  }

  hear({ timeoutMs }: HearRequest): Promise<AskResult> {
    return new Promise((resolve) => {
      const settle = (result: SayResult | AskResult) => resolve(toAskResult(result));
      this.#push({ kind: 'hear', text: '', voice: undefined, listenAfter: true, timeoutMs, settle });
    });
  }

  /** The next one to be said. */
  next(): SpeechRequest | undefined {
    const next = this.#waiting.shift();
    this.#watch();
    return next?.request;
  }

  /** Nothing more can be said: the line is gone. */
  clear(): void {
    for (const { request } of this.#waiting.splice(0)) request.settle(unsaid('disconnected'));
    this.#watch();
  }

  #push(request: SpeechRequest): void {
    this.#waiting.push({ request, sinceMs: this.#clock.now() });
    this.#watch();
  }

  /** Sees to it that the oldest is told in time. */
  #watch(): void {
    const clock = this.#clock;
    clock.clearTimer(this.#timer);
    this.#timer = undefined;
    const oldest = this.#waiting[0];
    if (!oldest) return;
    this.#timer = clock.setTimer(
      () => {
        this.#waiting.shift()?.request.settle(unsaid('expired'));
        this.#watch();
      },
      oldest.sinceMs + LONGEST_WAIT_MS - clock.now(),
    );
  }
}

function unsaid(outcome: 'expired' | 'disconnected'): SayResult {
  return { outcome, heard: '', spokenMs: 0 };
}

function toAskResult(result: SayResult | AskResult): AskResult {
  if ('answer' in result) return result;
  const { outcome, ...rest } = result;
  return { ...rest, outcome: outcome === 'played' ? 'no_answer' : outcome, answer: '' };
}

/** What became of a request, from the report of its turn. */
export function toSayResult({ outcome, answer, leftOut, spokenMs, error }: TurnEnded): SayResult {
  if (outcome === 'answered' && leftOut) {
    const sentences = leftOut === 1 ? 'a sentence was' : `${leftOut} sentences were`;
    const message = `the link to the device is too slow for the audio: ${sentences} left out`;
    return { outcome: 'failed', heard: answer, spokenMs, error: { code: 'slow_link', message } };
  }
  const outcomes = {
    answered: 'played',
    // Cutting short the sound of a failure does not undo the failure.
    interrupted: error ? 'failed' : 'interrupted',
    disconnected: 'disconnected',
    failed: 'failed',
    no_speech: 'failed',
  } as const;
  return {
    outcome: outcomes[outcome],
    heard: answer,
    spokenMs,
    ...(error ? { error: { code: error.code, message: error.message } } : {}),
  };
}
