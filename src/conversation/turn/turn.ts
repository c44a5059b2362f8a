import type { Pacer } from '../../audio/pacer.ts';
import { tone } from '../../audio/pcm.ts';
import { Playout } from '../../audio/playout.ts';
import type { Clock } from '../../core/clock.ts';
import type { Tts } from '../../engines/tts.ts';
import type { DeviceSession } from '../../protocols/protocol.ts';
import type { StageTimes, TurnEnded, TurnKind, TurnOutcome } from '../events.ts';
import type { Utterance } from '../listening/utterance.ts';
import type { TurnRecording } from '../ports.ts';
import { speakReply, type WriteReply } from '../speaking/synthesis.ts';
import { StageClock } from './stage-times.ts';
import type { TurnFailure } from './turn-machine.ts';

/** Two falling tones: something went wrong. */
const NOTICE_TONES_HZ = [660, 440] as const;
const NOTICE_TONE_MS = 160;
const NOTICE_AMPLITUDE = 0.25;

/** Who is told how far the playout of a turn is. */
interface PlayoutObserver {
  readonly onStarted: () => void;
  readonly onSent: () => void;
  readonly onPlayed: () => void;
  readonly onLate: (lateMs: number) => void;
  /** A frame is being sent; `inMs` from now it sounds. */
  readonly onFrame: (frame: Int16Array, sampleRate: number, inMs: number) => void;
}

/** What a reply is made with. */
interface ReplyWith {
  readonly session: DeviceSession;
  readonly write: WriteReply;
  readonly tts: Tts;
  readonly voice: string;
  readonly language: string;
}

/** One exchange while it lasts: what was heard and said, when, and the signal that stops everything downstream of it. */
export class Turn {
  readonly number: number;
  readonly kind: TurnKind;
  readonly startedAtMs: number;
  /** What the user says; undefined when we speak first. */
  utterance: Utterance | undefined;
  /** It began while the last answer was still being played, and did not interrupt it. */
  beganOver = false;
  /** What was recognised so far is said to us: no echo, no "mhm", no talk without the wake word. */
  isMeant = false;
  /** The button has begun it. */
  byButton = false;
  /** Somebody spoke over its answer. */
  spokenOver = false;
  heard = '';
  /** The reply as it was written. */
  text = '';
  /** Whether the language model has finished. */
  isWritten = false;
  wordsSent = 0;
  playout: Playout<string> | undefined;
  recording: TurnRecording | undefined;
  readonly #clock: Clock;
  readonly #abort = new AbortController();
  readonly #hurry = new AbortController();
  readonly #stages = new StageClock();
  /** Words with their place in the playout, samples. */
  readonly #words: { readonly word: string; readonly atSample: number }[] = [];

  constructor(number: number, kind: TurnKind, clock: Clock) {
    this.number = number;
    this.kind = kind;
    this.#clock = clock;
    this.startedAtMs = clock.now();
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  get stages(): StageTimes {
    return this.#stages.stages;
  }

  /** The words whose audio the loudspeaker has played. */
  get heardWords(): string {
    return (this.playout?.heardMarks ?? []).filter((word) => word !== '').join(' ');
  }

  /** The words that were, or soon will be, played within the last `ms`. */
  wordsWithin(ms: number): string {
    const { playout } = this;
    if (!playout) return '';
    const fromSample = ((playout.playedMs - ms) * playout.sampleRate) / 1000;
    const words = this.#words.filter(
      ({ atSample }, index) => (this.#words[index + 1]?.atSample ?? atSample) >= fromSample,
    );
    return words.map(({ word }) => word).join(' ');
  }

  note(...moment: Parameters<StageClock['note']>): void {
    this.#stages.note(...moment);
  }

  /** Stops the engines; what they have made so far is still played. Calling it twice does nothing. */
  stopWork(): void {
    this.utterance?.cancel();
    this.#abort.abort();
  }

  /** Ends the answer after the sentence that is being spoken. */
  hurry(): void {
    this.#hurry.abort();
  }

  /** Whether the answer ends before the language model wanted it to. */
  get hurried(): boolean {
    return this.#hurry.signal.aborted;
  }

  /** Stops the engines and the playout. Calling it twice does nothing. */
  cancel(): void {
    this.stopWork();
    this.playout?.stop();
  }

  openPlayout(session: DeviceSession, pacer: Pacer, { onFrame, ...observer }: PlayoutObserver): void {
    const { sampleRate, frameMs, aheadMs } = session.playback;
    const playout: Playout<string> = new Playout<string>({
      sampleRate,
      frameMs,
      aheadMs,
      clock: this.#clock,
      pacer,
      send: (frame) => {
        onFrame(frame, sampleRate, playout.leadMs);
        this.recording?.assistant(frame, sampleRate);
        session.play(frame);
      },
      onMark: (word) => {
        if (word !== '') session.send({ type: 'reply_word', word });
      },
      ...observer,
    });
    this.playout = playout;
  }

  /** Makes the reply and ends the playout behind it. Rejects as `speakReply` does; the playout is then left open. */
  async reply({ session, ...rest }: ReplyWith): Promise<void> {
    const { playout } = this;
    if (!playout) return;
    await session.prepareToPlay();
    await speakReply({
      ...rest,
      signal: this.signal,
      hurry: this.#hurry.signal,
      clock: this.#clock,
      playout,
      onWord: (word, atSample) => this.#words.push({ word, atSample }),
      onToken: (text) => {
        this.note('first_token', this.#clock.now());
        this.text += text;
        session.send({ type: 'reply_text', delta: text });
      },
      onSentence: () => {
        this.note('first_sentence', this.#clock.now());
        this.note('tts_started', this.#clock.now());
      },
      onText: (text) => {
        this.isWritten = true;
        session.send({ type: 'reply_text_done', text });
      },
      onAudio: () => this.note('first_audio', this.#clock.now()),
    });
    const { trailingSilenceMs, sampleRate } = session.playback;
    playout.write(new Int16Array((trailingSilenceMs * sampleRate) / 1000));
    playout.end();
  }

  /** Stops the playout where it is. */
  hold(): void {
    this.playout?.pause();
  }

  /** Goes on with the word that was cut. */
  async resume(session: DeviceSession): Promise<void> {
    await session.prepareToPlay();
    this.playout?.resume();
  }

  /** Lets the device play the sound of a failure, behind what was said before it. */
  async chime(session: DeviceSession): Promise<void> {
    await session.prepareToPlay();
    for (const hz of NOTICE_TONES_HZ) {
      const { sampleRate } = session.playback;
      this.playout?.write(tone({ hz, ms: NOTICE_TONE_MS, sampleRate, amplitude: NOTICE_AMPLITUDE }));
    }
    this.playout?.end();
  }

  /** The report of its end. */
  ended(outcome: TurnOutcome, answer: string, failure: TurnFailure | null): Omit<TurnEnded, 'device'> {
    return {
      type: 'turn.ended',
      turn: this.number,
      kind: this.kind,
      outcome,
      heard: this.heard,
      answer,
      written: this.text,
      spokenMs: this.playout?.sentMs ?? 0,
      stages: this.stages,
      ...(failure ? { error: errorOf(failure) } : {}),
    };
  }
}

function errorOf({ kind, error: { engine, code, message } }: TurnFailure): NonNullable<TurnEnded['error']> {
  return { kind, ...(engine === undefined ? {} : { engine }), code, message };
}
