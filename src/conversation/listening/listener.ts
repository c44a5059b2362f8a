import { FrameCutter } from '../../audio/frames.ts';
import { levelDb } from '../../audio/level.ts';
import { FRAME_MS } from '../../audio/rates.ts';
import type { ConversationConfig } from '../../config/conversation-schema.ts';
import type { Clock } from '../../core/clock.ts';
import type { EngineSet } from '../../engines/engine.ts';
import type { SttCapabilities } from '../../engines/stt.ts';
import { CHECK_LIMIT_MS, type SpeechChecker, VAD_FRAME_SAMPLES, type Vad } from '../../engines/vad.ts';
import { EchoGuard, type EchoVerdict } from '../echo/echo-guard.ts';
import { ECHO_WINDOW_MS } from '../echo/echo-window.ts';
import type { ListeningMode } from '../turn/listening-mode.ts';
import {
  DEFAULT_ENDPOINTING,
  Endpointing,
  type EndReason,
  ONSET_MS,
  SHORTEST_BLIND_SILENCE_MS,
  SpeechOnset,
} from './endpointing.ts';
import { CheckedBeginning } from './evidence/checked-beginning.ts';
import { Ear } from './evidence/ear.ts';
import type { Sound, UtteranceVoice } from './evidence/utterance-voice.ts';
import { WINDOW_FRAMES } from './evidence/voice-window.ts';
import { PauseEstimate } from './pause-estimate.ts';
import { PreRoll } from './pre-roll.ts';
import { Utterance } from './utterance.ts';

/** What is kept of the moments before, frames: 300 ms before an onset, or 240 ms before a voice that took longer to tell. */
const PRE_ROLL_FRAMES = 15;
const BEFORE_VOICE_FRAMES = 12;
const MOST_PRE_ROLL_FRAMES = WINDOW_FRAMES + BEFORE_VOICE_FRAMES;

/** A beginning that is checked is known so much later, frames: the answer, and what the checker has to hear for it. */
const CHECK_FRAMES = Math.ceil(CHECK_LIMIT_MS / FRAME_MS) + 5;

/** Speech over an answer that lasts so long is meant, words or not, milliseconds. */
const MEANT_MS = 500;

/** After a line comes up its echo cancellation still adapts: so long only words interrupt, milliseconds. */
const WARM_UP_MS = 3_000;

/** Whether it is an echo is not asked more often: it takes half a millisecond. */
const ECHO_HOLDS_MS = 200;

/** The receiver of what was heard: called synchronously, on the 20 ms path. */
export interface ListenerEvents {
  /** @param atMs when it arrived, monotonic milliseconds */
  readonly mode: (atMs: number) => ListeningMode;
  /** The user begins to speak. */
  readonly began: () => void;
  /** Speech over the answer has lasted long enough to be meant. */
  readonly sustained: () => void;
  /** What was being said is over, by its silence. */
  readonly ended: (utterance: Utterance, reason: EndReason) => void;
  /** One more frame of an utterance that goes on. */
  readonly heard: (utterance: Utterance, frame: Int16Array) => void;
  readonly text: (utterance: Utterance) => void;
  readonly failed: (utterance: Utterance, error: unknown) => void;
}

/** What hearing needs. */
export interface ListenerOptions {
  readonly clock: Clock;
  readonly vad: Vad;
  /** Asked whether what seems to be speech begins anything. Default: the VAD alone counts. */
  readonly checker?: SpeechChecker | undefined;
  /** Those of the turn in progress, or of the turn that begins. */
  readonly engines: () => Pick<EngineSet, 'stt'>;
  /** The device's name. */
  readonly key: string;
  readonly config: () => ConversationConfig;
  /** What the recogniser is told, BCP 47. */
  readonly language: () => string | undefined;
  /** What may be spoken, BCP 47, the likeliest first. */
  readonly languages: () => readonly string[];
  /** A defect of ours. */
  readonly fault: (cause: unknown) => void;
  readonly events: ListenerEvents;
}

/** The ear of a conversation: voice activity, the moments before it, our own echo, and the utterance being recognised. */
export class Listener {
  readonly #options: ListenerOptions;
  readonly #onset = new SpeechOnset();
  readonly #ear = new Ear();
  readonly #preRoll: PreRoll;
  readonly #checked: CheckedBeginning | undefined;
  readonly #cutter = new FrameCutter(VAD_FRAME_SAMPLES, (frame) => this.#frame(frame));
  readonly #pauses: PauseEstimate;
  readonly #echo = new EchoGuard();
  #live: Utterance | undefined;
  /** What was heard begins something: not the button. */
  #isBeginning = false;
  #attachedAtMs = 0;
  #echoUntilMs = Number.NEGATIVE_INFINITY;
  #echoAsked: { readonly atMs: number; readonly verdict: EchoVerdict } = {
    atMs: Number.NEGATIVE_INFINITY,
    verdict: 'user',
  };
  #lastFrameMs = Number.NEGATIVE_INFINITY;

  constructor(options: ListenerOptions) {
    this.#options = options;
    const { checker } = options;
    this.#preRoll = new PreRoll(MOST_PRE_ROLL_FRAMES + (checker ? CHECK_FRAMES : 0), VAD_FRAME_SAMPLES);
    this.#checked = checker && new CheckedBeginning(checker, this.#preRoll);
    this.#pauses = new PauseEstimate(() => options.clock.now());
  }

  /** When the last audio arrived, monotonic milliseconds. */
  get lastFrameMs(): number {
    return this.#lastFrameMs;
  }

  /** A line is up: nothing of the last one counts. */
  reset(): void {
    this.#cutter.reset();
    this.#options.vad.reset();
    this.#attachedAtMs = this.#options.clock.now();
    this.afresh();
  }

  /** What was about to be said is forgotten. */
  afresh(): void {
    this.#onset.reset();
    this.#ear.afresh();
    this.#preRoll.clear();
    this.#checked?.reset();
  }

  /** The user has said something to the device. */
  spoke({ loudestDb, tellsLevel }: UtteranceVoice): void {
    if (tellsLevel) this.#ear.spoke(loudestDb);
  }

  /** What seemed to be speech had no words. */
  wasDeceived(): void {
    this.#ear.wasDeceived();
  }

  /** A turn is over: what the microphone heard at its end belongs to the next one, unless it may be the echo of the answer. */
  turnEnded(): void {
    if (this.#echo.hasEcho === 'yes') this.afresh();
  }

  /** Mono s16 at 16 kHz, any length. @param arrivedAtMs monotonic milliseconds */
  audio(samples: Int16Array, arrivedAtMs: number): void {
    this.#lastFrameMs = arrivedAtMs;
    this.#cutter.push(samples);
  }

  /** Begins to recognise, with the moments before. @param tap is given those too */
  open(tap?: (frame: Int16Array) => void): Utterance {
    const { clock, engines, key, language, events, fault } = this.#options;
    const hasBegun = this.#isBeginning && this.#options.vad.voicing !== undefined && this.#ear.begins;
    const begunMs = hasBegun ? this.#ear.begunMs : 0;
    const utterance = new Utterance({
      stt: engines().stt,
      key,
      language: language(),
      endpointing: (recogniser) => this.#createEndpointing(recogniser),
      startedAtMs: clock.now() - Math.max(0, begunMs - ONSET_MS),
      needsVoice: this.#isBeginning,
      overAnswer: events.mode(this.#lastFrameMs) === 'over',
      onText: events.text,
      onError: events.failed,
      onFault: fault,
    });
    if (begunMs > 0) utterance.begun(begunMs, this.#ear.clearMs, this.#ear.loudnessDb, this.#ear.isVoice);
    this.#preRoll.drain(this.#framesBefore(begunMs), (frame) => {
      utterance.preRoll(frame);
      tap?.(frame);
    });
    this.#onset.reset();
    this.#checked?.reset();
    this.#live = utterance;
    return utterance;
  }

  /** The utterance takes no more audio. */
  release(utterance: Utterance): void {
    if (this.#live === utterance) this.#live = undefined;
  }

  /** A frame of the answer is being sent and will sound at this time. */
  played(frame: Int16Array, sampleRate: number, atMs: number): void {
    const samples = (sampleRate * FRAME_MS) / 1000;
    for (let at = 0, slot = 0; at + samples <= frame.length; at += samples, slot++) {
      this.#echo.played(levelDb(frame.subarray(at, at + samples)), atMs + slot * FRAME_MS);
    }
    this.#echoUntilMs = atMs + (frame.length * 1000) / sampleRate + ECHO_WINDOW_MS;
  }

  /** The device was told to throw away what it has not played. */
  flushed(): void {
    this.#echo.flushed(this.#options.clock.now());
  }

  /** Whose voice the microphone heard over the answer: to be asked before a user is believed to interrupt. */
  judgeEcho(): EchoVerdict {
    const now = this.#options.clock.now();
    if (now >= this.#echoUntilMs) return 'user';
    if (now - this.#echoAsked.atMs >= ECHO_HOLDS_MS) this.#echoAsked = { atMs: now, verdict: this.#echo.judge() };
    return this.#echoAsked.verdict;
  }

  /** What is known of the device's echo. */
  get echo(): Pick<EchoGuard, 'hasEcho' | 'tailMs' | 'heardWords'> {
    return this.#echo;
  }

  /**
   * How long after an answer the microphone is ignored, milliseconds: as configured, or as late as the echo has shown itself to
   * be. In full duplex a device without a known echo is listened to at once.
   */
  get echoTailMs(): number {
    const { duplex, echoTailMs } = this.#options.config();
    if (duplex === 'full' && this.#echo.hasEcho !== 'yes') return 0;
    return Math.max(echoTailMs, this.#echo.tailMs);
  }

  /** An answer is over. */
  answerEnded(): void {
    this.#echo.answerEnded();
  }

  /** What came before the beginning and belongs to it. */
  #framesBefore(begunMs: number): number {
    const waited = this.#checked?.waitedFrames ?? 0;
    // A noise came first, and the checker heard speech begin in it: only what that took belongs to it.
    if (waited > CHECK_FRAMES) return PRE_ROLL_FRAMES + CHECK_FRAMES;
    return Math.max(PRE_ROLL_FRAMES, begunMs / FRAME_MS + BEFORE_VOICE_FRAMES) + waited;
  }

  #createEndpointing({ partials }: SttCapabilities): Endpointing {
    const { minSilenceMs, maxSilenceMs } = this.#options.config();
    const options = { ...DEFAULT_ENDPOINTING, minSilenceMs, maxSilenceMs, languages: this.#options.languages() };
    if (partials) return new Endpointing(options, this.#pauses);
    const shortest = Math.max(minSilenceMs, SHORTEST_BLIND_SILENCE_MS);
    const blind = {
      minSilenceMs: shortest,
      maxSilenceMs: Math.max(maxSilenceMs, shortest),
      settledMs: 0,
      noWordsMs: null,
      nothingNewMs: null,
    };
    return new Endpointing({ ...options, ...blind }, this.#pauses);
  }

  #frame(frame: Int16Array): void {
    const { vad, events } = this.#options;
    const now = this.#lastFrameMs;
    const mode = events.mode(now);
    const mayEcho = now < this.#echoUntilMs;
    const level = mayEcho ? levelDb(frame) : 0;
    // Also where the microphone is ignored: that is where the echo shows how late it is.
    if (mayEcho) this.#echo.heard(level, now);
    if (mode === 'closed') {
      this.#checked?.reset();
      return;
    }
    const live = this.#live;
    const speech = vad.isSpeech(frame) && (!mayEcho || this.#echo.isUser(level, now));
    const sound = this.#ear.hear(frame, speech, vad.voicing, live && mode === 'hearing' ? live.voice : 'last');
    if (!live) {
      this.#preRoll.push(frame);
      if (this.#begins(mode, sound, frame)) this.#began(events);
      return;
    }
    const reason = live.write(frame, sound, now, FRAME_MS);
    if (mode === 'over' && this.#isMeant(live, now)) events.sustained();
    // A noise behind the last word is not the beginning of the next one.
    if (reason === 'nothing_new' || (reason === 'silence' && this.#ear.stillSounds)) this.#ear.isBackground();
    if (reason) events.ended(live, reason);
    else events.heard(live, frame);
  }

  /** Whether the user begins to speak. */
  #begins(mode: ListeningMode, sound: Sound, frame: Int16Array): boolean {
    const may = this.#mayBegin(mode, sound);
    return this.#checked ? this.#checked.begins(may, frame) : may;
  }

  /** Over an answer any speech may be the user's: its words decide. */
  #mayBegin(mode: ListeningMode, sound: Sound): boolean {
    const { vad } = this.#options;
    if (mode === 'over') return this.#onset.begins(sound.noticed, FRAME_MS);
    // A detector that cannot tell a voice from a noise is believed as it is.
    return vad.voicing === undefined ? this.#onset.begins(sound.speech, FRAME_MS) : this.#ear.begins;
  }

  #began({ began }: ListenerEvents): void {
    this.#isBeginning = true;
    began();
    this.#isBeginning = false;
  }

  /** Without a word yet: is it long enough, and can it be no echo? */
  #isMeant(live: Utterance, now: number): boolean {
    if (live.voice.longestActivityMs < MEANT_MS || now - this.#attachedAtMs < WARM_UP_MS) return false;
    return this.#echo.isSettled && this.judgeEcho() === 'user';
  }
}
