import type { DeviceConfig } from '../../config/devices-schema.ts';
import type { Instructions } from '../../config/instructions-schema.ts';
import type { Clock } from '../../core/clock.ts';
import type { ImagePart } from '../../engines/chat-content.ts';
import type { EngineSet } from '../../engines/engine.ts';
import type { ChatMessage, LlmDelta } from '../../engines/llm.ts';
import type { DeviceSession } from '../../protocols/protocol.ts';
import type { TurnKind, TurnOutcome } from '../events.ts';
import { languageOf } from '../instructions/language.ts';
import type { Endpointing } from '../listening/endpointing.ts';
import type { HistoryKeeping, Prompts, ToolBox } from '../ports.ts';
import type { WriteReply } from '../speaking/reply-text.ts';
import { createToolBox, type ToolBoxOptions } from '../tools/tool-box.ts';
import type { Turn } from '../turn/turn.ts';
import { EarlyResponse } from './early-response.ts';
import type { History } from './history.ts';
import { openHistory } from './open-history.ts';
import { ShownPicture } from './shown-picture.ts';
import { type ReplyStyle, replyWithTools, type ToolRun } from './tool-loop.ts';
import { Sight, tellingOfUnseen } from './unseen-picture.ts';

/** What the language model is told when the user has not spoken yet, and when the user says nothing: as in the original. */
const HELLO = 'Hello!';
const SILENCE = '...';

/** A greeting may be livelier than an answer: as in the original. */
const GREETING_TEMPERATURE = 0.7;

/** After so long without a word it is another conversation, milliseconds. */
const CONVERSATION_MS = 3_600_000;

/** A clock that is corrected by less than this, milliseconds, was right before: time servers do that all day. */
const CLOCK_CORRECTION_MS = 60_000;

/** What answering needs. */
export interface ResponderDeps {
  readonly clock: Clock;
  /** Those of the turn in progress. */
  readonly engines: () => Pick<EngineSet, 'llm'>;
  readonly prompts: Prompts;
  readonly history?: HistoryKeeping;
  readonly preemptive?: boolean;
  readonly tools?: boolean;
  /** A function was run for the turn in progress. */
  readonly onTool?: (run: ToolRun) => void;
}

/** Writes what a device says, from the history, the instructions and the language model. */
export class Responder {
  readonly #device: () => DeviceConfig;
  readonly #deps: ResponderDeps;
  readonly #history: History;
  #rendered: { readonly from: Instructions; readonly prompt: string } | undefined;
  #speculation: EarlyResponse | undefined;
  #tools: ToolBox | undefined;
  readonly #shown: ShownPicture;
  /** Of the turn in progress. */
  #sight = new Sight();
  readonly #style: ReplyStyle = { startsInside: false };
  /** Whether the history holds what the user said, or did not say, in the turn in progress. */
  #isAsked = false;
  /** Whether anything of the turn in progress is kept: not once the user wants what was said to be forgotten. */
  #keeps = true;

  constructor(device: () => DeviceConfig, deps: ResponderDeps) {
    this.#device = device;
    this.#deps = deps;
    this.#shown = new ShownPicture(deps.clock);
    this.#history = openHistory(device().name, deps.clock, deps.history);
  }

  get language(): string {
    return languageOf(this.#device().instructions);
  }

  /** Whether the last thing said was a question. */
  get lastQuestion(): boolean {
    const last = this.#history.entries.at(-1);
    return last?.role === 'assistant' && /\?\W*$/.test(last.content);
  }

  /**
   * Wall-clock time at which anything was last said; undefined: never, or unknown. A time in the future is unknown: the clock was
   * wrong when the history was written, or it is wrong now.
   */
  get lastSaidAt(): number | undefined {
    const at = this.#history.entries.at(-1)?.at;
    return at === undefined || at > this.#deps.clock.wallNow() + CLOCK_CORRECTION_MS ? undefined : at;
  }

  /** A line is up: what the language model may do with it. */
  attach(session: DeviceSession, options: Pick<ToolBoxOptions, 'reported' | 'endConversation'>): void {
    const { clock, tools } = this.#deps;
    const rules = () => this.#device().tools;
    this.#tools =
      tools === false ? undefined : createToolBox({ clock, device: this.#device().name, session, rules, ...options });
  }

  /** A turn begins. */
  turnBegan(): void {
    this.#keeps = true;
    this.#isAsked = false;
    this.#sight = new Sight();
  }

  /** The user has shown a picture: what they say next is about it. */
  show(image: ImagePart): void {
    this.#shown.show(image);
  }

  /** A turn of the user begins that is likely to be answered. */
  prepare(): void {
    if (this.#deps.preemptive === false) return;
    this.#speculation = new EarlyResponse((text, signal) =>
      this.#begin(this.#history.withUser(this.#prompt(), text, this.#shown.images), signal),
    );
  }

  /** The user's turn goes on: begins to answer when it is likely over. */
  consider(endpointing: Endpointing): void {
    this.#speculation?.consider(endpointing);
  }

  /**
   * The reply of a turn, to be begun by the caller.
   * @param heard what the user said
   * @param literal what is to be said as it is
   */
  begin(kind: TurnKind, heard: string, literal: string | undefined): WriteReply {
    const { greeting } = this.#device().conversation;
    switch (kind) {
      case 'say':
      case 'ask':
        return () => asItIs(literal ?? '');
      case 'greeting':
        if (typeof greeting === 'string') return () => asItIs(greeting);
        return (signal) => {
          const messages = this.#history.withUser(this.#prompt(), HELLO);
          return this.#ask({ messages, signal, temperature: GREETING_TEMPERATURE });
        };
      case 'long_silence':
      case 'goodbye':
        this.#keepAsked(SILENCE);
        return (signal) => this.#ask({ messages: this.#history.messages(this.#prompt()), signal });
      case 'user':
      case 'answer': {
        const { images } = this.#shown;
        const messages = this.#history.withUser(this.#prompt(), heard, images);
        if (this.#keeps) this.#keepAsked(heard, images);
        this.#shown.clear();
        return (signal) => this.#ask({ messages, signal, first: this.#speculation?.take(heard, signal) });
      }
    }
  }

  /** A turn is over. @param answer the words that were heard of it @param cut whether it ended before its time */
  said(turn: Turn, outcome: TurnOutcome, answer: string, cut: boolean): void {
    this.#speculation?.drop();
    this.#speculation = undefined;
    if (!this.#keeps) return;
    // What was answered over REST is no turn of the language model, but it was said all the same.
    if (turn.kind === 'answer' && turn.heard !== '') this.#history.addUser(turn.heard);
    if (answer !== '') this.#history.addAssistant(answer, cut, turn.cut !== undefined);
    // A user who interrupts goes on with what they said before.
    else if (this.#isAsked && (outcome === 'failed' || outcome === 'disconnected')) this.#history.unanswered();
  }

  #keepAsked(said: string, images: readonly ImagePart[] = []): void {
    this.#history.addUser(said, images);
    this.#isAsked = true;
  }

  /** Forgets what was said, and what is being said. */
  forget(): void {
    this.#keeps = false;
    this.#speculation?.drop();
    this.#shown.clear();
    this.#history.clear();
    this.#rendered = undefined;
  }

  /** A first reply, which may ask for functions: the caller runs them as it reads on. */
  #begin(messages: readonly ChatMessage[], signal: AbortSignal, temperature?: number): AsyncIterable<LlmDelta> {
    return this.#sight.watch(this.#deps.engines().llm).reply(messages, {
      signal,
      ...(temperature === undefined ? {} : { temperature }),
      ...(this.#tools ? { tools: this.#tools.specs } : {}),
    });
  }

  #ask(options: {
    readonly messages: readonly ChatMessage[];
    readonly signal: AbortSignal;
    readonly temperature?: number;
    readonly first?: AsyncIterable<LlmDelta> | undefined;
  }): AsyncIterable<LlmDelta> {
    const { clock, engines, onTool } = this.#deps;
    const llm = this.#sight.watch(engines().llm);
    const reply = replyWithTools({ ...options, llm, clock, tools: this.#tools, style: this.#style, onTool });
    return tellingOfUnseen(reply, this.#sight, this.language);
  }

  /** The conversation is over: the next one has other news, other questions. */
  rest(): void {
    this.#rendered = undefined;
  }

  /** Rendered once for a conversation; the time is that of the turn. */
  #prompt(): string {
    const { instructions } = this.#device();
    const saidAt = this.lastSaidAt;
    if (saidAt !== undefined && this.#deps.clock.wallNow() - saidAt > CONVERSATION_MS) this.rest();
    if (this.#rendered?.from !== instructions) {
      this.#rendered = { from: instructions, prompt: this.#deps.prompts.render(instructions) };
    }
    const nowText = new Date(this.#deps.clock.wallNow()).toLocaleString('en-GB', {
      dateStyle: 'full',
      timeStyle: 'short',
    });
    return `${this.#rendered.prompt}\n\nIt is ${nowText}.`;
  }
}

async function* asItIs(text: string): AsyncGenerator<LlmDelta> {
  yield { type: 'token', text };
}
