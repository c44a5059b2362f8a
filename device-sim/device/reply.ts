import type { Json } from '../protocols/json.ts';

/** One answer of the backend, as the device got it. Times are `Clock.now()` milliseconds. */
export interface Reply {
  /** What the backend understood of the user before this answer. Empty for `pcm`, which has no such message. */
  readonly transcript: string;
  /** The answer as text. Empty for `pcm`. */
  readonly replyText: string;
  /** The words sent along with their audio. Empty for `pcm`. */
  readonly spokenText: string;
  /** Length of the audio received, milliseconds. */
  readonly audioMs: number;
  /** The audio received, mono s16 (at most its first two minutes); empty when the loudspeaker only counts. */
  readonly samples: Int16Array;
  /** Hz. */
  readonly sampleRate: number;
  readonly startedAt: number;
  /** When the first audio arrived; undefined when none did. */
  readonly firstAudioAt: number | undefined;
  readonly endedAt: number;
  /** How far the audio of this answer ran ahead of the loudspeaker at most, milliseconds. */
  readonly maxAheadMs: number;
  readonly interrupted: boolean;
  /** Errors the backend reported since the last answer ended. */
  readonly errors: readonly { readonly code: string; readonly message: string }[];
  /** Types of the messages since the last answer ended, in order (the newest 2000). */
  readonly events: readonly string[];
}

/** What a message of the backend means to the device, whatever the protocol. */
export type DownlinkEvent =
  /** Comes before what the message means: its type, `binary` or `junk`. */
  | { readonly type: 'message'; readonly name: string }
  | { readonly type: 'session'; readonly session: unknown }
  | { readonly type: 'transcript'; readonly delta: string }
  | { readonly type: 'reply_started' }
  | { readonly type: 'reply_text'; readonly delta: string }
  | { readonly type: 'reply_word'; readonly word: string }
  | { readonly type: 'reply_text_done'; readonly text: string }
  /** `samples` is undefined when the loudspeaker only counts. */
  | { readonly type: 'audio'; readonly samples: Int16Array | undefined; readonly durationMs: number }
  | { readonly type: 'interrupted' }
  | { readonly type: 'reply_ended' }
  | { readonly type: 'error'; readonly code: string; readonly message: string }
  | { readonly type: 'listening'; readonly on: boolean }
  | { readonly type: 'command'; readonly payload: Json }
  | { readonly type: 'violation'; readonly text: string };

/** The listener to a connection's messages; called synchronously. */
export type DownlinkListener = (event: DownlinkEvent) => void;
