import type { ErrorCode } from '../core/errors.ts';
import type { DeviceWarning } from '../core/warnings.ts';
import type { EngineKind } from '../engines/events.ts';

/** How a turn ended. */
export type TurnOutcome =
  /** The whole answer was sent. */
  | 'answered'
  /** The microphone heard speech, but no words were recognised. */
  | 'no_speech'
  /** An engine failed; the device was told. */
  | 'failed'
  /** The user cut the answer short. */
  | 'interrupted'
  /** The line was lost before the answer was over. */
  | 'disconnected';

/** What sounds that were no words of the user's have done to an answer. */
export type FalseInterruption =
  /** It was paused, and went on. */
  | 'paused'
  /** It was stopped for words that the recogniser has taken back. */
  | 'stopped';

/** Every one, for initialising metrics. */
export const FALSE_INTERRUPTIONS: readonly FalseInterruption[] = ['paused', 'stopped'];

/** What made a turn. */
export type TurnKind =
  /** The user spoke. */
  | 'user'
  /** A REST client had the device say something. */
  | 'say'
  /** A REST client had the device ask something; what the user says next is the answer. */
  | 'ask'
  /** The user answers a question asked over REST: recognised, but not replied to. */
  | 'answer'
  /** The device speaks first, after its line came up. */
  | 'greeting'
  /** The user has said nothing for long. */
  | 'long_silence'
  /** The last words before the conversation rests. */
  | 'goodbye';

/** Every kind of turn. */
export const TURN_KINDS: readonly TurnKind[] = ['user', 'say', 'ask', 'answer', 'greeting', 'long_silence', 'goodbye'];

/** Every turn outcome, for initialising metrics. */
export const TURN_OUTCOMES: readonly TurnOutcome[] = ['answered', 'no_speech', 'failed', 'interrupted', 'disconnected'];

/**
 * The stages of a turn, each a span of time:
 * - `endpointing`: last speech heard -> decided that the user has finished
 * - `transcription`: decided -> final text
 * - `llm_first_token`: request -> first token
 * - `first_sentence`: first token -> first whole sentence
 * - `tts_first_byte`: sentence handed over -> first audio
 * - `playback`: first audio -> first frame sent
 * - `total`: last speech heard -> first frame sent
 */
export type TurnStage =
  | 'endpointing'
  | 'transcription'
  | 'llm_first_token'
  | 'first_sentence'
  | 'tts_first_byte'
  | 'playback'
  | 'total';

/** Every stage, in order. */
export const TURN_STAGES: readonly TurnStage[] = [
  'endpointing',
  'transcription',
  'llm_first_token',
  'first_sentence',
  'tts_first_byte',
  'playback',
  'total',
];

/** How long each stage took, milliseconds; a stage that was not reached is missing. */
export type StageTimes = Partial<Readonly<Record<TurnStage, number>>>;

/** A moment of a turn. */
export type TurnMoment =
  | 'started'
  | 'last_speech'
  | 'speech_ended'
  | 'transcript'
  | 'first_token'
  | 'first_sentence'
  | 'tts_started'
  | 'first_audio'
  | 'first_sent'
  | 'ended';

/** When each moment was, monotonic milliseconds; a moment that was not reached is missing. */
export type TurnMoments = Partial<Readonly<Record<TurnMoment, number>>>;

/** The end of a turn. */
export interface TurnEnded {
  readonly type: 'turn.ended';
  readonly device: string;
  readonly turn: number;
  readonly kind: TurnKind;
  readonly outcome: TurnOutcome;
  /** What was recognised; empty when nothing was. */
  readonly heard: string;
  /** The words of the answer that the loudspeaker has played. */
  readonly answer: string;
  /** The answer as it was written, played or not. */
  readonly written: string;
  /** The limit of tokens (LLM_MAX_TOKENS) has cut the answer. */
  readonly truncated?: true;
  /** So many sentences were left out because the link is too slow for the audio. */
  readonly leftOut?: number;
  /** `paused`: this answer was; `stopped`: what was heard in this turn has stopped the answer before it. Missing: neither. */
  readonly falseInterruption?: FalseInterruption;
  /** Length of the audio sent, milliseconds. */
  readonly spokenMs: number;
  readonly stages: StageTimes;
  /** For what needs more than the stages: trace spans. */
  readonly moments: TurnMoments;
  readonly error?: {
    readonly kind: EngineKind;
    /** Name of the engine that failed. */
    readonly engine?: string;
    readonly code: ErrorCode;
    readonly message: string;
  };
}

/** One call of an engine for a turn: an utterance, a reply, or one sentence spoken. */
export interface EngineCalled {
  readonly type: 'engine.call';
  readonly device: string;
  /** The turn during which it began. */
  readonly turn: number;
  readonly kind: EngineKind;
  /** Name of the engine that did the work. */
  readonly engine: string;
  /** The language model that was asked, where it has a name. */
  readonly model?: string;
  /** Monotonic milliseconds, as all moments of a turn. */
  readonly startedAtMs: number;
  /** When the first text or audio came; missing: none came. */
  readonly firstAtMs?: number;
  readonly endedAtMs: number;
  /** `cancelled`: what it would have given was not wanted any more. */
  readonly outcome: 'ok' | 'failed' | 'cancelled';
  /** Of `failed`. */
  readonly code?: ErrorCode;
  /** Audio that was heard or spoken, milliseconds. */
  readonly audioMs?: number;
  /** Text that was spoken, characters. */
  readonly characters?: number;
  /** Of a reply, where the engine says so. */
  readonly inputTokens?: number;
  readonly outputTokens?: number;
}

/** One call of a function. */
export interface ToolCalled {
  readonly type: 'tool.call';
  readonly device: string;
  /** The turn in which the language model called it; null: a client called it over REST. */
  readonly turn: number | null;
  /** Name of the function as its caller wrote it: it may be anything, and of any length. */
  readonly tool: string;
  /** Monotonic milliseconds. */
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  /** False: the model was given an error as the result. */
  readonly ok: boolean;
}

/** What a conversation reports. */
export type ConversationEvent =
  | { readonly type: 'turn.started'; readonly device: string; readonly turn: number }
  | {
      readonly type: 'turn.heard';
      readonly device: string;
      readonly turn: number;
      readonly text: string;
      readonly stages: StageTimes;
    }
  | { readonly type: 'turn.speaking'; readonly device: string; readonly turn: number; readonly stages: StageTimes }
  | TurnEnded
  | EngineCalled
  | ToolCalled
  | DeviceWarning
  /** A frame of an answer was sent later than it should have been. */
  | { readonly type: 'playout.late'; readonly device: string; readonly turn: number; readonly lateMs: number };
