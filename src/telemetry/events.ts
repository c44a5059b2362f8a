import type { ErrorCode } from '../core/errors.ts';
import type { ConnectionState } from '../fleet/dialling/dial-machine.ts';
import type { FleetChanges } from '../fleet/fleet.ts';
import type { DropReason } from '../protocols/protocol.ts';

/** How a turn ended. */
export type TurnOutcome =
  /** The whole answer was sent. */
  | 'answered'
  /** Somebody made a noise, but no words were recognised. */
  | 'no_speech'
  /** An engine failed; the device was told. */
  | 'failed'
  /** The answer was cut short by the user. */
  | 'interrupted'
  /** The line was lost before the answer was over. */
  | 'disconnected';

/** What made a turn. */
export type TurnKind =
  /** The user spoke. */
  | 'user'
  /** The device was told over REST to say something. */
  | 'say'
  /** The device was told over REST to ask something; what the user says next is the answer. */
  | 'ask'
  /** The user answers what was asked over REST: heard, but not replied to. */
  | 'answer'
  /** We speak first, after a line came up. */
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
 * The stages of a turn, each a span of wall-clock time:
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

/** What had devices.json read again. */
export type ReloadTrigger = 'file' | 'signal' | 'api';

/** The kinds of engine. */
export type EngineKind = 'stt' | 'llm' | 'tts';

/** Everything that happens. Status, SSE, metrics and recordings subscribe to it; nobody else keeps a second truth. */
export type DialtoneEvent = { readonly at: number } & (
  | {
      /** A device's connection changed state. */
      readonly type: 'device.state';
      readonly device: string;
      readonly state: ConnectionState;
      readonly previous: ConnectionState;
      /** Why, when it is a failure. */
      readonly error?: { readonly code: ErrorCode; readonly message: string };
      /** Wall-clock time of the next attempt, when one is planned. */
      readonly nextRetryAt?: number;
    }
  | { readonly type: 'device.attempt'; readonly device: string; readonly attempt: number }
  | {
      readonly type: 'device.status';
      readonly device: string;
      readonly uptimeMs?: number;
      readonly heapFreeBytes?: number;
      readonly wifiRssiDbm?: number;
    }
  | { readonly type: 'device.dropped'; readonly device: string; readonly reason: DropReason }
  | { readonly type: 'turn.started'; readonly device: string; readonly turn: number }
  | {
      readonly type: 'turn.heard';
      readonly device: string;
      readonly turn: number;
      readonly text: string;
      readonly stages: StageTimes;
    }
  | { readonly type: 'turn.speaking'; readonly device: string; readonly turn: number; readonly stages: StageTimes }
  | {
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
      /** Length of the audio sent, milliseconds. */
      readonly spokenMs: number;
      readonly stages: StageTimes;
      readonly error?: { readonly kind: EngineKind; readonly code: ErrorCode; readonly message: string };
    }
  | {
      readonly type: 'engine.error';
      readonly kind: EngineKind;
      readonly engine: string;
      readonly code: ErrorCode;
      readonly message: string;
    }
  | { readonly type: 'speech_host.state'; readonly state: 'starting' | 'ready' | 'down'; readonly reason?: string }
  | {
      /** A new devices.json was applied, or refused: `errors` then says why, and nothing was changed. */
      readonly type: 'config.reloaded';
      readonly ok: boolean;
      readonly trigger: ReloadTrigger;
      readonly changes: FleetChanges | null;
      readonly errors: readonly string[];
    }
  | { readonly type: 'playout.late'; readonly device: string; readonly lateMs: number }
);

/** The `type` of every event. */
export type DialtoneEventType = DialtoneEvent['type'];

type WithoutTime<E> = E extends unknown ? Omit<E, 'at'> : never;

/** An event as it is reported: the bus adds the wall-clock time `at` (milliseconds since 1970). */
export type EventReport = WithoutTime<DialtoneEvent>;
