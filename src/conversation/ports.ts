import type { Instructions } from '../config/instructions-schema.ts';
import type { ImagePart, MessageContent } from '../engines/chat-content.ts';
import type { ToolCall, ToolSpec } from '../engines/llm.ts';
import type { TurnEnded, TurnKind } from './events.ts';

/** Writes what a device is told to be. */
export interface Prompts {
  /**
   * The system prompt, without date and time. May differ at every call (another starter, other headlines): it is rendered
   * once for a conversation. Synchronous: what has to be fetched is fetched beforehand.
   */
  render(instructions: Instructions): string;
}

/** One message of a conversation as it is kept. */
export interface HistoryEntry {
  readonly role: 'user' | 'assistant';
  /** Of an answer: the words that the loudspeaker has played. */
  readonly content: string;
  /** What the user has shown along with the words; in memory only, see {@link HistoryStore}. Never an empty list. */
  readonly images?: readonly ImagePart[];
  /** The answer was cut short behind these words. */
  readonly interrupted?: true;
  /** Of the user: nothing of an answer was heard, because the turn failed. */
  readonly unanswered?: true;
  /** The answer was cut by the limit of tokens, and ends with these words. */
  readonly truncated?: true;
  /** Wall-clock milliseconds since 1970. */
  readonly at: number;
}

/**
 * Where histories survive a restart. Never throws: what cannot be stored is reported. Images are not stored: they are large,
 * and a picture of a room is more private than the words about it. A note stands in their place.
 */
export interface HistoryStore {
  load(device: string): readonly HistoryEntry[];
  /** Keeps what is said so far; soon, not at once. */
  save(device: string, entries: readonly HistoryEntry[]): void;
}

/** How histories are kept. */
export interface HistoryKeeping {
  /** Where they survive a restart; undefined: nowhere. */
  readonly store: HistoryStore | undefined;
  /** The limits of one device's history. */
  readonly maxTokens: number;
  readonly maxMessages: number;
}

/** The audio of one turn while it lasts: either `end` or `discard` is called once. Calls are synchronous and on the 20 ms path: samples are copied, nothing is awaited. */
export interface TurnRecording {
  /** Mono s16 at 16 kHz of the user. @param agoMs how long ago it began to be heard, if it comes late */
  user(samples: Int16Array, agoMs?: number): void;
  /** Mono s16 of the answer, as sent. */
  assistant(samples: Int16Array, sampleRate: number): void;
  end(turn: TurnEnded): void;
  /** Nothing of the turn is kept: it was not meant for us. */
  discard(): void;
}

/** Records turns. */
export interface TurnRecorder {
  open(device: string, turn: number, kind: TurnKind): TurnRecording;
}

/** What a language model may do beyond speaking, with one device. */
export interface ToolBox {
  /** May differ at every turn: a device tells its functions when it likes. */
  readonly specs: readonly ToolSpec[];
  /** Names of functions behind which nothing more has to be said, when something was said along with the call. */
  readonly closing?: ReadonlySet<string>;
  /**
   * Runs a call. Never throws: a failure is a result too, in words for the model that begin with `Error: `. Bounded in
   * time and length. May hold images. Aborting ends it at once.
   */
  run(call: ToolCall, signal: AbortSignal): Promise<MessageContent>;
}
