import { TICK_MS } from '../../audio/pacer.ts';
import { AsyncQueue } from '../../core/async-queue.ts';
import type { Timer } from '../../core/clock.ts';
import { isAbort } from '../../core/errors.ts';
import type { DeviceSession } from '../../protocols/protocol.ts';
import { toSpokenText } from '../../text/spoken-text.ts';
import type { TurnMoment } from '../events.ts';
import type { SpokenAudio } from '../proactive/requests.ts';
import { noteMoment, stagesOf } from '../turn/moments.ts';
import { stopEngines, type Turn } from '../turn/turn.ts';
import type { TurnFailure } from '../turn/turn-machine.ts';
import { firstSentence } from './first-sentence.ts';
import { noticeTones } from './notice-tones.ts';
import { relayAudio } from './relay-audio.ts';
import { ReplyFailure, replyFailure } from './reply-failure.ts';
import { writeSentences } from './reply-text.ts';
import { ReplyTongue } from './reply-tongue.ts';
import { SentenceVoice } from './sentence-voice.ts';
import type { SpeakerOptions } from './speaker-options.ts';
import { noVoice, SLOW_LINK } from './speaker-warnings.ts';
import { Speech } from './speech.ts';
import type { Apology, SpokenReply } from './spoken-reply.ts';
import { mayBeSilent, nothingToSay } from './wordless-reply.ts';

/** A paused answer goes on when no words have come within this time, milliseconds. */
const PAUSE_MS = 2_000;

/** While the user speaks on, the answer stays paused for so much longer each time, milliseconds. */
const PAUSE_ON_MS = 500;

/** Audio that may wait in the playout before the next sentence is synthesised, milliseconds, and how often that is checked. */
const SYNTHESIS_AHEAD_MS = 6_000;
const ROOM_CHECK_MS = 200;

/** Audio of a client that may wait in the playout before more of it is read, milliseconds. */
const RELAYED_AHEAD_MS = 1_000;

/** Pause between two sentences, milliseconds: engines that speak them one by one leave none. */
const SENTENCE_PAUSE_MS = 200;

/** An answer that was held up for so long shows that the link is too slow, milliseconds. */
const SLOW_LINK_MS = 1_000;

/** Sentences of an answer that is so late are left out, milliseconds. */
const TOO_LATE_MS = 3_000;

/** The words of an apology come within this time, or not at all, milliseconds. */
const APOLOGY_MS = 3_000;

/** Speaks the answers of one conversation: has them written, synthesised, played, paused and resumed. */
export class Speaker {
  readonly #options: SpeakerOptions;
  #pauseTimer: Timer | undefined;
  #isLinkSlow = false;
  /** When the loudspeaker will have played all that was sent to it, monotonic milliseconds. */
  #soundsUntilMs = Number.NEGATIVE_INFINITY;

  constructor(options: SpeakerOptions) {
    this.#options = options;
  }

  /** Begins the reply of a turn. */
  start(turn: Turn, session: DeviceSession, reply: SpokenReply): void {
    session.send({ type: 'reply_started' });
    const speech = this.#open(turn, session);
    this.#settle(
      turn,
      reply.audio ? this.#relay(turn, session, speech, reply.audio) : this.#speak(turn, session, speech, reply),
    );
  }

  /** Stops the answer where it is, until words come or it turns out that there are none. */
  pause(turn: Turn, session: DeviceSession): void {
    turn.speech?.playout.pause();
    session.send({ type: 'reply_interrupted' });
    this.#resumeIn(PAUSE_MS);
  }

  /** Goes on with the word that was cut. */
  resume(turn: Turn, session: DeviceSession): void {
    session.send({ type: 'reply_started' });
    this.#settle(
      turn,
      prepare(session).then(() => turn.speech?.playout.resume()),
    );
  }

  /**
   * Tells the user by sound and the device by message that the turn has failed, after what was already said.
   * @param apology said before the sound, where nothing of an answer was written yet. Default: nothing
   */
  notice(turn: Turn, session: DeviceSession, { kind, error }: TurnFailure, apology?: Apology): void {
    stopEngines(turn);
    session.send({ type: 'notice', code: error.code, message: error.message });
    if (!turn.speech) session.send({ type: 'reply_started' });
    // A voice that has failed says nothing of it.
    const words = kind === 'tts' || turn.text !== '' ? undefined : apology;
    const speech = turn.speech ?? this.#open(turn, session);
    this.#chime(turn, session, speech, words).catch((cause: unknown) => {
      if (!(cause instanceof ReplyFailure)) return this.#options.fault(cause);
      const { kind, error: failed } = cause;
      this.#options.dispatch({ type: 'failed', turn: turn.number, failure: { kind, error: failed } });
    });
  }

  /** The turn is over. */
  ended(): void {
    this.#options.clock.clearTimer(this.#pauseTimer);
  }

  /** An engine's failure is the turn's; anything else that is thrown is a defect. */
  #settle(turn: Turn, work: Promise<unknown>): void {
    const { fail, fault } = this.#options;
    work.catch((error: unknown) => {
      if (error instanceof ReplyFailure) fail(turn, error.kind, error.error);
      else if (!isAbort(error)) fault(error);
    });
  }

  #resumeIn(ms: number): void {
    const { clock, dispatch, mayResume } = this.#options;
    clock.clearTimer(this.#pauseTimer);
    this.#pauseTimer = clock.setTimer(() => {
      if (mayResume()) dispatch({ type: 'pause_over' });
      else this.#resumeIn(PAUSE_ON_MS);
    }, ms);
  }

  #note(turn: Turn, moment: TurnMoment): void {
    noteMoment(turn.moments, moment, this.#options.clock.now());
  }

  /** The way of the answer's audio to the device, which begins here. */
  #open(turn: Turn, session: DeviceSession): Speech {
    const { clock, pacer, report, device, config, dispatch, onFrame } = this.#options;
    const { sampleRate, frameMs, maxAheadMs = Number.POSITIVE_INFINITY } = session.playback;
    const { aheadMs, leadInMs } = config();
    const wantedMs = Math.min(aheadMs ?? session.playback.aheadMs, maxAheadMs);
    const { number } = turn;
    let isBegun = false;
    const begin = () => {
      isBegun = true;
      this.#note(turn, 'first_sent');
      report({ type: 'turn.speaking', device, turn: number, stages: stagesOf(turn.moments) });
      dispatch({ type: 'reply_started', turn: number });
    };
    const speech: Speech = new Speech({
      sampleRate,
      frameMs,
      // With less, every frame would be late by a part of a tick.
      aheadMs: Math.max(wantedMs, frameMs + TICK_MS),
      // A device learns of words, and of the end, as if it were sent no more than usual.
      tellAheadMs: session.playback.aheadMs,
      leadInMs,
      unsentMs: () => session.unsentMs,
      onHeldUp: (ms) => {
        speech.heldUp(ms);
        this.#judgeLink(speech);
      },
      // What an interruption has cleared was not played.
      quietSinceMs: Math.min(this.#soundsUntilMs, clock.now()),
      clock,
      pacer,
      send: (frame, isLeadIn) => {
        if (!isBegun && !isLeadIn && speech.isAnswer(frame.length)) begin();
        const soundsAtMs = clock.now() + speech.playout.leadMs;
        this.#soundsUntilMs = soundsAtMs + frameMs;
        onFrame(frame, sampleRate, soundsAtMs);
        turn.recording?.assistant(frame, sampleRate);
        const sentence = isLeadIn ? undefined : speech.beginning(frame.length);
        if (sentence !== undefined) session.send({ type: 'reply_sentence', text: sentence });
        session.play(frame);
      },
      onMark: (word) => {
        if (word !== '') session.send({ type: 'reply_word', word });
      },
      onStarted: () => {
        if (speech.isAnswer(1)) begin();
      },
      onSent: () => dispatch({ type: 'reply_sent', turn: number }),
      onPlayed: () => dispatch({ type: 'reply_played', turn: number }),
      onLate: (lateMs) => report({ type: 'playout.late', device, turn: number, lateMs }),
    });
    turn.speech = speech;
    return speech;
  }

  /** The language model writes, whole sentences are spoken as they come, and the playout ends after the last. */
  async #speak(turn: Turn, session: DeviceSession, { playout }: Speech, reply: SpokenReply): Promise<void> {
    await prepare(session);
    const sentences = new AsyncQueue<string>();
    const writing = this.#write(turn, session, reply, sentences);
    // The iteration of `sentences` throws the same error, after the sentences that were written before it.
    writing.catch(() => undefined);
    const isHurried = () => turn.hurry.signal.aborted && !turn.abort.signal.aborted;
    let spoken = 0;
    try {
      spoken = await this.#speakSentences(turn, reply, sentences);
    } catch (error) {
      if (!isHurried()) throw error;
    }
    if (!isHurried()) {
      await writing;
      if (spoken === 0 && !mayBeSilent(turn)) throw new ReplyFailure('llm', nothingToSay(turn));
    }
    if (playout.writtenSamples > 0) playout.write(silence(session.playback.trailingSilenceMs, playout.sampleRate));
    playout.end();
  }

  /** What a client sends is played as it comes. */
  async #relay(turn: Turn, session: DeviceSession, speech: Speech, audio: SpokenAudio): Promise<void> {
    await prepare(session);
    const { playout } = speech;
    await relayAudio(audio, playout, {
      signal: turn.abort.signal,
      hasRoom: () => this.#roomIn(speech, turn.abort.signal, RELAYED_AHEAD_MS),
      onAudio: () => {
        this.#options.onProgress();
        this.#note(turn, 'first_audio');
      },
    });
    if (playout.writtenSamples > 0) playout.write(silence(session.playback.trailingSilenceMs, playout.sampleRate));
    playout.end();
  }

  #write(turn: Turn, session: DeviceSession, reply: SpokenReply, sentences: AsyncQueue<string>): Promise<void> {
    return writeSentences(
      {
        write: reply.write,
        language: reply.language,
        signal: AbortSignal.any([turn.abort.signal, turn.hurry.signal]),
        onToken: (text) => {
          this.#options.onProgress();
          this.#note(turn, 'first_token');
          turn.text += text;
          session.send({ type: 'reply_text', delta: text });
        },
        onSentence: () => {
          this.#note(turn, 'first_sentence');
          this.#note(turn, 'tts_started');
        },
        onText: (text, cut) => {
          turn.isWritten = true;
          turn.cut = cut;
          session.send({ type: 'reply_text_done', text });
        },
      },
      sentences,
    );
  }

  /** @returns how many sentences were spoken */
  async #speakSentences(turn: Turn, reply: SpokenReply, sentences: AsyncQueue<string>): Promise<number> {
    const { speech } = turn;
    if (!speech) return 0;
    const { playout } = speech;
    const { signal } = turn.abort;
    const voice = this.#voice(speech, reply, signal, () => {
      speech.answers();
      this.#note(turn, 'first_audio');
    });
    const pieces = sentences[Symbol.asyncIterator]();
    let spoken = 0;
    try {
      let next = await this.#first(pieces.next(), speech, reply, signal);
      for (; !next.done; next = await pieces.next()) {
        if (turn.hurry.signal.aborted) break;
        await this.#roomIn(speech, signal);
        if (speech.behindMs > TOO_LATE_MS) {
          speech.leaveOut(voice.lengthOf(next.value));
          continue;
        }
        if (spoken > 0 || playout.leftMs > 0) playout.write(silence(SENTENCE_PAUSE_MS, playout.sampleRate));
        await voice.speak(next.value);
        spoken += 1;
      }
    } finally {
      voice.close();
    }
    return spoken;
  }

  /** The first sentence; the user is told to wait when it does not come soon. */
  async #first<T>(first: Promise<T>, speech: Speech, reply: SpokenReply, signal: AbortSignal): Promise<T> {
    const { clock, mayFill } = this.#options;
    const filler = toSpokenText(reply.filler ?? '', reply.language);
    if (filler === '') return first;
    const fill = async (hasCome: AbortSignal) => {
      const unheard = new AbortController();
      const stop = () => unheard.abort();
      hasCome.addEventListener('abort', stop);
      speech.fills();
      // Once it is heard it is said to its end.
      const onAudio = () => hasCome.removeEventListener('abort', stop);
      const voice = this.#voice(speech, reply, AbortSignal.any([signal, unheard.signal]), onAudio);
      try {
        await voice.speak(filler);
      } catch (error) {
        signal.throwIfAborted();
        // Whether the voice fails, the answer will tell.
        if (!isAbort(error) && !(error instanceof ReplyFailure)) throw error;
      } finally {
        onAudio();
        voice.close();
      }
    };
    return firstSentence(first, { clock, signal, mayFill, fill });
  }

  #voice(
    speech: Speech,
    { voice, languages }: Pick<SpokenReply, 'voice' | 'languages'>,
    signal: AbortSignal,
    onAudio: () => void,
  ): SentenceVoice {
    const { tts } = this.#options.engines();
    const onMissing = (language: string) => this.#options.warn('no_voice_for_language', noVoice(tts.id, language));
    const tongue = new ReplyTongue({ tts, voice, languages, onMissing });
    return new SentenceVoice({ tts, tongue, signal, speech, onAudio });
  }

  /** Says once that the link is too slow. */
  #judgeLink({ heldUpMs }: Speech): void {
    if (this.#isLinkSlow || heldUpMs < SLOW_LINK_MS) return;
    this.#isLinkSlow = true;
    this.#options.warn('slow_link', SLOW_LINK);
  }

  async #roomIn({ playout }: Speech, signal: AbortSignal, aheadMs = SYNTHESIS_AHEAD_MS): Promise<void> {
    const { clock } = this.#options;
    while (playout.queuedMs > aheadMs && !signal.aborted) {
      await new Promise<void>((resolve) => clock.setTimer(resolve, ROOM_CHECK_MS));
    }
    signal.throwIfAborted();
  }

  /** Says why, unless the voice fails too or takes too long. */
  async #apologise({ notice }: Turn, speech: Speech, { text, ...reply }: Apology): Promise<void> {
    const { clock } = this.#options;
    const late = new AbortController();
    const timer = clock.setTimer(() => late.abort(), APOLOGY_MS);
    // No words of the model's: they are not part of the conversation.
    speech.fills();
    const onAudio = () => clock.clearTimer(timer);
    const voice = this.#voice(speech, reply, AbortSignal.any([notice.signal, late.signal]), onAudio);
    try {
      await voice.speak(toSpokenText(text, reply.language));
      speech.playout.write(silence(SENTENCE_PAUSE_MS, speech.playout.sampleRate));
    } catch (error) {
      // The failure that is told of is the first one.
      if (!isAbort(error) && !(error instanceof ReplyFailure)) throw error;
    } finally {
      clock.clearTimer(timer);
      voice.close();
    }
  }

  async #chime(turn: Turn, session: DeviceSession, speech: Speech, apology: Apology | undefined): Promise<void> {
    const { playout } = speech;
    await prepare(session);
    if (apology) await this.#apologise(turn, speech, apology);
    if (turn.notice.signal.aborted) return;
    speech.answers();
    for (const sound of noticeTones(session.playback.sampleRate)) playout.write(sound);
    playout.end();
  }
}

/** Gets the session ready to play. @throws ReplyFailure of kind `tts` when it cannot (no memory for an encoder, say) */
async function prepare(session: DeviceSession): Promise<void> {
  try {
    await session.prepareToPlay();
  } catch (error) {
    throw replyFailure('tts', error);
  }
}

function silence(ms: number, sampleRate: number): Int16Array {
  return new Int16Array((ms * sampleRate) / 1000);
}
