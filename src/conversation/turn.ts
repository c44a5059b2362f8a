import type { Pacer } from '../audio/pacer.ts';
import { tone } from '../audio/pcm.ts';
import { Playout } from '../audio/playout.ts';
import type { Clock } from '../clock.ts';
import type { ChatMessage, Llm } from '../llm/llm.ts';
import type { DeviceSession } from '../protocols/protocol.ts';
import type { Tts } from '../speech/tts.ts';
import type { EventReport, StageTimes, TurnOutcome } from '../telemetry/events.ts';
import { speakReply } from './reply.ts';
import { StageClock } from './stage-times.ts';
import { TranscriptWords } from './transcript-words.ts';
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
}

/** What a reply is made with. */
interface ReplyWith {
  readonly session: DeviceSession;
  readonly llm: Llm;
  readonly tts: Tts;
  readonly voice: string;
  readonly language: string;
  readonly messages: readonly ChatMessage[];
}

/** One exchange while it lasts: what was heard and said, when, and the signal that stops everything downstream of it. */
export class Turn {
  readonly number: number;
  readonly startedAtMs: number;
  readonly transcript = new TranscriptWords();
  heard = '';
  /** The reply as the language model wrote it. */
  text = '';
  /** Whether the language model has finished. */
  isWritten = false;
  wordsSent = 0;
  playout: Playout<string> | undefined;
  readonly #clock: Clock;
  readonly #abort = new AbortController();
  readonly #hurry = new AbortController();
  readonly #stages = new StageClock();
  readonly #said: string[] = [];

  constructor(number: number, clock: Clock) {
    this.number = number;
    this.#clock = clock;
    this.startedAtMs = clock.now();
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  get stages(): StageTimes {
    return this.#stages.stages;
  }

  /** The words whose audio was sent. */
  get saidWords(): string {
    return this.#said.join(' ');
  }

  note(...moment: Parameters<StageClock['note']>): void {
    this.#stages.note(...moment);
  }

  /** Stops the engines; what they have made so far is still played. Calling it twice does nothing. */
  stopWork(): void {
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

  openPlayout(session: DeviceSession, pacer: Pacer, observer: PlayoutObserver): void {
    const { sampleRate, frameMs, aheadMs } = session.playback;
    this.playout = new Playout<string>({
      sampleRate,
      frameMs,
      aheadMs,
      clock: this.#clock,
      pacer,
      send: (frame) => session.play(frame),
      onMark: (word) => {
        this.#said.push(word);
        session.send({ type: 'reply_word', word });
      },
      ...observer,
    });
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
      sampleRate: session.playback.sampleRate,
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
  ended(
    outcome: TurnOutcome,
    answer: string,
    failure: TurnFailure | null,
  ): Omit<Extract<EventReport, { type: 'turn.ended' }>, 'device'> {
    return {
      type: 'turn.ended',
      turn: this.number,
      kind: 'user',
      outcome,
      heard: this.heard,
      answer,
      written: this.text,
      spokenMs: this.playout?.sentMs ?? 0,
      stages: this.stages,
      ...(failure ? { error: { kind: failure.kind, code: failure.error.code, message: failure.error.message } } : {}),
    };
  }
}
