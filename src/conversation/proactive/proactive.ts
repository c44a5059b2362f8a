import type { ConversationConfig } from '../../config/conversation-schema.ts';
import type { Clock, Timer } from '../../core/clock.ts';
import type { TurnEnded } from '../events.ts';
import type { SpokenFirst } from '../turn/turn-machine.ts';
import { RequestQueue, type SpeechRequest, toSayResult } from './request-queue.ts';
import type { AskRequest, AskResult, HearRequest, SayRequest, SayResult } from './requests.ts';
import { SilenceTimers } from './silence-timers.ts';

/** A device greets once in this time, milliseconds. */
const GREETING_SPACING_MS = 3_600_000;

/** A user who has begun to answer in time may finish, but not go on for ever. Milliseconds. */
const LONGEST_ANSWER_MS = 60_000;

/** A line that has just come up gets this long to settle before it is spoken to, milliseconds. */
const GREETING_DELAY_MS = 500;

/** What initiative needs. */
export interface ProactiveOptions {
  readonly clock: Clock;
  readonly config: () => ConversationConfig;
  /** Whether something may be said now. */
  readonly isFree: () => boolean;
  /** Whether what the user says next, or is saying, is the answer to what was asked. */
  readonly isExpecting: () => boolean;
  /** Wall-clock time at which anything was last said; undefined: never, or unknown. */
  readonly lastSaidAt: () => number | undefined;
  readonly speak: (kind: SpokenFirst) => void;
  /** What the user says next is wanted as an answer. */
  readonly expect: () => void;
  readonly expectOver: () => void;
  /** The conversation is over: a user who wants more begins a new one. */
  readonly onGoodbye: () => void;
  /** The conversation rests: what comes next is a new one. */
  readonly onRest: () => void;
  /** The same, but it was over before the device came back. */
  readonly onLapsed: () => void;
  /** Opens the microphone for a while. */
  readonly listen: () => void;
}

/** When we speak without having been spoken to: greeting, requests over REST, words to a silent user. */
export class Proactive {
  readonly #options: ProactiveOptions;
  readonly #queue: RequestQueue;
  readonly #quiet: SilenceTimers;
  /** The request being said, or whose answer is waited for. */
  #current: SpeechRequest | undefined;
  /** What became of a question that was asked, while its answer is waited for. */
  #asked: SayResult | undefined;
  /** The time in which the user must begin to answer is over. */
  #isDue = false;
  #timer: Timer | undefined;
  #ending = false;
  #greetedAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: ProactiveOptions) {
    this.#options = options;
    const { clock, config } = options;
    this.#queue = new RequestQueue(clock);
    this.#quiet = new SilenceTimers({
      clock,
      config,
      onWish: (wish) => {
        if (wish === 'rest') options.onRest();
        else if (this.#mayBegin) options.speak(wish);
      },
      onLapsed: options.onLapsed,
    });
  }

  /** What is being said by request; undefined when it is none. */
  get current(): SpeechRequest | undefined {
    return this.#asked ? undefined : this.#current;
  }

  get isFull(): boolean {
    return this.#queue.isFull;
  }

  say(request: SayRequest): Promise<SayResult> {
    return this.#queue.say(request);
  }

  ask(request: AskRequest): Promise<AskResult> {
    return this.#queue.ask(request);
  }

  hear(request: HearRequest): Promise<AskResult> {
    return this.#queue.hear(request);
  }

  /** Says what waits to be said, if nothing else is going on. */
  next(): void {
    if (!this.#mayBegin) return;
    this.#current = this.#queue.next();
    if (!this.#current) return;
    if (this.#current.kind === 'hear') this.#listenFor(this.#current.timeoutMs);
    else this.#options.speak(this.#current.kind);
  }

  /** The line is up. @param byUser the device has opened it because its user wants to speak */
  attached(byUser: boolean): void {
    const { clock, config } = this.#options;
    this.#quiet.attached(byUser);
    if (byUser || config().greeting === false || !this.#mayGreet()) return;
    clock.clearTimer(this.#timer);
    this.#timer = clock.setTimer(() => {
      if (!this.#mayBegin || !this.#mayGreet()) return;
      this.#greetedAtMs = clock.now();
      this.#options.speak('greeting');
    }, GREETING_DELAY_MS);
  }

  detached(): void {
    this.#options.clock.clearTimer(this.#timer);
    this.#quiet.busy();
    this.#queue.clear();
    this.#settleAnswer('disconnected');
  }

  /** A turn begins. */
  busy(): void {
    this.#quiet.busy();
  }

  /** The conversation is over with the answer being given. */
  endBehindThis(): void {
    this.#ending = true;
  }

  /** A turn of ours begins. */
  spokeFirst(kind: SpokenFirst): void {
    if (kind === 'greeting') this.#quiet.begun();
  }

  /** The user has said something. */
  userSpoke(): void {
    this.#quiet.userSpoke();
  }

  /** A turn is over. */
  ended(turn: TurnEnded): void {
    const { isFree, onGoodbye, onRest } = this.#options;
    const saidGoodbye =
      turn.outcome === 'answered' && turn.kind !== 'ask' && (this.#ending || /\b(?:good)?bye\W*$/i.test(turn.answer));
    this.#ending = false;
    if (saidGoodbye) onGoodbye();
    if (saidGoodbye || turn.kind === 'goodbye') {
      this.#quiet.rest();
      onRest();
    }
    if (turn.kind === 'say' || turn.kind === 'ask') this.#requestSaid(turn);
    else if (turn.kind === 'answer') this.#answered(turn);
    if (this.#asked && this.#isDue && isFree()) this.#settleAnswer('no_answer');
    // The device does not press the user while a question is open.
    if (!this.#asked) this.#quiet.quiet();
  }

  /** Whether the device may speak first: the user is silent, and no answer is waited for. */
  get #mayBegin(): boolean {
    return !this.#current && this.#options.isFree();
  }

  #mayGreet(): boolean {
    const { clock, lastSaidAt } = this.#options;
    const saidAt = lastSaidAt();
    const recently = saidAt !== undefined && clock.wallNow() - saidAt < GREETING_SPACING_MS;
    return !recently && clock.now() - this.#greetedAtMs >= GREETING_SPACING_MS;
  }

  /** As behind a question, but for the question. */
  #listenFor(timeoutMs: number): void {
    this.#asked = { outcome: 'played', heard: '', spokenMs: 0 };
    this.#quiet.busy();
    this.#options.expect();
    this.#awaitAnswer(timeoutMs);
  }

  #requestSaid(turn: TurnEnded): void {
    const request = this.#current;
    if (!request) return;
    const result = toSayResult(turn);
    if (request.kind === 'ask' && this.#options.isExpecting()) {
      this.#asked = result;
      this.#awaitAnswer(request.timeoutMs);
      return;
    }
    this.#current = undefined;
    request.settle(result);
    if (request.listenAfter) this.#options.listen();
  }

  #awaitAnswer(timeoutMs: number): void {
    const { clock } = this.#options;
    this.#isDue = false;
    clock.clearTimer(this.#timer);
    this.#timer = clock.setTimer(() => this.#answerDue(), timeoutMs);
  }

  /** After the time to answer is up, and after every turn behind that: a user who is speaking may finish. */
  #answerDue(): void {
    const { clock, isFree } = this.#options;
    this.#isDue = true;
    if (isFree()) this.#settleAnswer('no_answer');
    else this.#timer = clock.setTimer(() => this.#settleAnswer('no_answer'), LONGEST_ANSWER_MS);
  }

  #answered(turn: TurnEnded): void {
    if (turn.outcome === 'answered') this.#settleAnswer('answered', { answer: turn.heard });
    else if (turn.outcome === 'disconnected') this.#settleAnswer('disconnected');
    // The sound of a failure may have been interrupted.
    else if (turn.outcome !== 'no_speech') this.#settleAnswer('failed', toSayResult(turn));
  }

  /** Does nothing when no answer is waited for. */
  #settleAnswer(
    outcome: AskResult['outcome'],
    { answer = '', error }: { readonly answer?: string; readonly error?: SayResult['error'] } = {},
  ): void {
    const { clock, expectOver, isFree } = this.#options;
    const request = this.#current;
    const asked = this.#asked;
    if (!request || !asked) return;
    this.#current = undefined;
    this.#asked = undefined;
    clock.clearTimer(this.#timer);
    request.settle({ ...asked, outcome, answer, ...(error ? { error } : {}) } satisfies AskResult);
    expectOver();
    if (isFree()) this.#quiet.quiet();
  }
}
