import type { Reply } from './reply.ts';

/** What a simulated device does and notices, for a terminal view. Times are `Clock.now()` milliseconds. */
export type SimEvent = { readonly at: number; readonly device: string } & (
  | {
      readonly type: 'connected';
      readonly connection: number;
      readonly path: string;
      /** Empty when none was negotiated. */
      readonly subprotocol: string;
    }
  | { readonly type: 'disconnected'; readonly connection: number; readonly code: number; readonly reason: string }
  | { readonly type: 'saying'; readonly what: string; readonly durationMs: number }
  | { readonly type: 'said'; readonly what: string }
  /** Words of the user as the backend recognised them. */
  | { readonly type: 'transcript'; readonly text: string }
  /** A word of the answer, at the time of its audio. */
  | { readonly type: 'reply_word'; readonly text: string }
  /** First audio of an answer. */
  | { readonly type: 'reply_audio_started' }
  | { readonly type: 'reply_ended'; readonly reply: Reply }
  /** The backend reported an error. */
  | { readonly type: 'notice'; readonly code: string; readonly message: string }
  /** The loudspeaker has no room for more of this answer. */
  | { readonly type: 'overrun'; readonly aheadMs: number }
  /** A fault that was asked for begins or ends; the text goes behind the device's name. */
  | { readonly type: 'fault'; readonly text: string }
  /** Something a real device would have choked on. */
  | { readonly type: 'violation'; readonly text: string }
);

type WithoutFrame<E> = E extends unknown ? Omit<E, 'at' | 'device'> : never;

/** An event as it is reported inside: the device adds time and name. */
export type SimEventReport = WithoutFrame<SimEvent>;
