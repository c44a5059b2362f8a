/** So much of a person's speech is a voice, at least. */
const CLEAR_SHARE = 0.25;

/** What one frame is, after all that is known of voice, loudness and background. Reused: valid only during the call. */
export interface Sound {
  /** The voice activity detector takes it for speech, and it is no background. */
  noticed: boolean;
  /** Speech that may belong to what is being said. */
  speech: boolean;
  /** Like speech, not much softer than the speaker, and no held note. */
  activity: boolean;
  /** It lies amid 600 ms in which a person speaks for sure. */
  isVoice: boolean;
  /** A voice for sure. */
  voiced: boolean;
  /** How loud the last 300 ms of speech are, dB of full scale. */
  loudnessDb: number;
}

/** One frame without speech ends no stretch of activity: plosives have gaps. Milliseconds. */
const GAP_MS = 80;

/** The evidence that an utterance is a person who speaks, gathered while it lasts. Milliseconds of audio. */
export class UtteranceVoice {
  speechMs = 0;
  voicedMs = 0;
  /** The longest stretch of anything that is like speech, a voice or not. */
  longestActivityMs = 0;
  /** A person speaks for sure, in some stretch of it. */
  isVoice = false;
  /** It began as a person may begin. */
  hasBegun = false;
  loudestDb = Number.NEGATIVE_INFINITY;
  #soundMs = 0;
  #clearMs = 0;
  #activityMs = 0;
  #gapMs = 0;

  /** A person has begun to speak, for so long before it was noticed. @param clearMs so much of it a voice @param isVoice for sure */
  begun(speechMs: number, clearMs: number, loudnessDb: number, isVoice: boolean): void {
    this.hasBegun = true;
    this.isVoice = isVoice;
    this.speechMs = speechMs;
    this.voicedMs = speechMs;
    this.#soundMs = speechMs;
    this.#clearMs = clearMs;
    this.loudestDb = loudnessDb;
  }

  hear({ noticed, speech, activity, isVoice, voiced, loudnessDb }: Sound, frameMs: number): void {
    if (noticed) this.#soundMs += frameMs;
    if (voiced) this.#clearMs += frameMs;
    if (isVoice) this.isVoice = true;
    if (voiced) this.voicedMs += frameMs;
    if (speech) {
      this.speechMs += frameMs;
      this.loudestDb = Math.max(this.loudestDb, loudnessDb);
    }
    this.#gapMs = activity ? 0 : this.#gapMs + frameMs;
    if (activity) this.#activityMs += frameMs;
    else if (this.#gapMs > GAP_MS) this.#activityMs = 0;
    this.longestActivityMs = Math.max(this.longestActivityMs, this.#activityMs);
  }

  /** Whether enough of it was a voice to tell how loud the speaker is: words may be heard in a noise, too. */
  get tellsLevel(): boolean {
    return this.#clearMs >= this.#soundMs * CLEAR_SHARE;
  }
}
