import type { SpokenAudio } from '../proactive/requests.ts';
import type { WriteReply } from './reply-text.ts';

/** What a user is told of a failure, and how. */
export interface Apology extends Pick<SpokenReply, 'voice' | 'language' | 'languages'> {
  readonly text: string;
}

/** How a reply is to be spoken. */
export interface SpokenReply {
  readonly write: WriteReply;
  /** Played in place of what is written. Default: nothing. */
  readonly audio?: SpokenAudio | undefined;
  readonly voice: string;
  /** BCP 47, of what is written as figures and signs. */
  readonly language: string;
  /** That may be spoken, BCP 47, the likeliest first. */
  readonly languages: readonly string[];
  /** Said when the answer takes its time. Default: nothing. */
  readonly filler?: string | undefined;
}
