import type { Clock } from '../../core/clock.ts';
import type { WarningCode } from '../../core/warnings.ts';
import type { DeviceCommand } from '../../protocols/protocol.ts';
import type { EchoGuard, EchoVerdict } from '../echo/echo-guard.ts';
import { ECHO_WINDOW_MS } from '../echo/echo-window.ts';
import { type AfterAnswer, repeats } from '../echo/own-words.ts';
import type { ConversationEvent } from '../events.ts';
import type { Responder } from '../responding/responder.ts';
import type { Speech } from '../speaking/speech.ts';
import { noteMoment, stagesOf } from '../turn/moments.ts';
import type { Turn } from '../turn/turn.ts';
import type { TurnInput } from '../turn/turn-machine.ts';
import type { Activation } from './activation.ts';
import { judgeBargeIn, judgeTranscript } from './echo-words.ts';
import { isIdleTalk } from './evidence/believable.ts';
import type { Utterance } from './utterance.ts';

/** So much of the end of an answer may echo after it, milliseconds. */
const LAST_WORDS_MS = 5_000;

/** Speech that began so soon after the microphone was opened was sounding before, milliseconds: its onset takes 60 ms. */
const SUDDEN_MS = 100;

/** So many turns in a row that repeat the device's own words: the device hears itself, whatever the levels say. */
const MAX_REPEATS = 3;

/** For the device's owner. */
const HEARS_ITSELF =
  'three turns in a row only repeated its own words: give it a longer "echo_tail", a lower volume, or "duplex": "half"';

/** Whether undecided words interrupt an answer is asked again so often, milliseconds. */
const RECONSIDER_MS = 200;

/** What is needed, and what is reported. */
export interface TranscriptsOptions {
  readonly clock: Clock;
  /** The device's name. */
  readonly device: string;
  readonly activation: Activation;
  readonly responder: Responder;
  readonly report: (event: ConversationEvent) => void;
  /** Something about the device that its owner should change. */
  readonly warn: (code: WarningCode, message: string) => void;
  readonly dispatch: (input: TurnInput) => void;
  readonly send: (command: DeviceCommand) => void;
  /** Whether what the user said, whole, can be answered: a device may want more than a sound. */
  readonly isUsable: (text: string) => boolean;
  /** Whose voice the microphone heard over the answer. */
  readonly judgeEcho: () => EchoVerdict;
  /** What is known of the device's echo. */
  readonly echo: () => Pick<EchoGuard, 'hasEcho' | 'heardWords'>;
  /** From when on the microphone is listened to after an answer, monotonic milliseconds. */
  readonly opensAtMs: () => number;
  /** The user has said something to the device. */
  readonly onWords: (utterance: Utterance) => void;
  /** What seemed to be speech had no words. */
  readonly onNoWords: () => void;
}

/** What is made of recognised words: shown to the device, taken for a turn, for an interruption, or for nothing. */
export class Transcripts {
  readonly #options: TranscriptsOptions;
  /** The last answer: its words may still echo. */
  #lastAnswer = { words: '', all: '', endedAtMs: Number.NEGATIVE_INFINITY };
  /** Words over an answer of which it is not clear yet whose they are: since when they were asked about. */
  #undecidedAtMs: number | undefined;
  /** Turns in a row that repeated the words of the answer before. */
  #repeats = 0;

  constructor(options: TranscriptsOptions) {
    this.#options = options;
  }

  /** The recogniser has something new about the user's turn. */
  inTurn(turn: Turn, utterance: Utterance): void {
    const { activation, responder, send } = this.#options;
    const { text, isFinal, hasPartials } = utterance;
    const meant = activation.recognised(text, isFinal, () => send({ type: 'play_tone', tone: 'wake' })) ?? '';
    const isAnswer = turn.kind === 'answer';
    const isIdle = turn.beganOver && !isAnswer && isIdleTalk(text, utterance.voice.speechMs, true);
    const heard = judgeTranscript(isIdle ? '' : meant, {
      beganOver: turn.beganOver,
      lastQuestion: isAnswer || responder.lastQuestion,
      after: this.#after(turn),
    });
    turn.isMeant = heard !== '';
    // What a recogniser says when it is asked early may be another thing in the end.
    const isSure = hasPartials || isFinal;
    if (turn.isMeant && isSure) for (const word of utterance.words.next(text)) this.#sendWord(turn, word);
    if (isFinal) this.#finish(turn, utterance, meant, heard);
  }

  #finish(turn: Turn, utterance: Utterance, meant: string, heard: string): void {
    const { clock, report, dispatch, device, send, activation, isUsable, onWords, onNoWords } = this.#options;
    if (utterance.text === '') onNoWords();
    if (heard === '' && meant !== '') this.#wasEcho(turn, utterance, meant);
    const said = this.#countRepeats(heard);
    // Whatever answers a question is an answer.
    turn.heard = turn.kind === 'answer' || said === '' || isUsable(said) ? said : '';
    // Without its wake word a device shows nothing of what is said in a room.
    if (activation.isAwake) send({ type: 'heard', text: said, isTaken: turn.heard !== '' });
    noteMoment(turn.moments, 'last_speech', utterance.lastSpeechAtMs);
    noteMoment(turn.moments, 'transcript', clock.now());
    if (turn.heard !== '') {
      onWords(utterance);
      report({ type: 'turn.heard', device, turn: turn.number, text: turn.heard, stages: stagesOf(turn.moments) });
    }
    // A recogniser may end by itself, before the endpointing has decided: that decides it.
    dispatch({ type: 'speech_ended' });
    dispatch({ type: 'transcript', turn: turn.number, text: turn.heard });
  }

  /** The recogniser has something new about what is said over the answer. */
  overAnswer(turn: Turn, utterance: Utterance): void {
    const { clock, judgeEcho, dispatch } = this.#options;
    const playout = turn.speech?.playout;
    const now = clock.now();
    const lastsMs = now - utterance.startedAtMs;
    this.#undecidedAtMs = undefined;
    const isMeant = judgeBargeIn(utterance.text, {
      said: this.#saidDuring(turn, lastsMs),
      playedBeforeMs: (playout?.playedMs ?? 0) - lastsMs,
      leftMs: playout?.ended ? playout.leftMs : Number.POSITIVE_INFINITY,
      isSounding: (playout?.sentMs ?? 0) > 0,
      isAsking: turn.kind === 'ask',
    });
    const isIdle =
      turn.kind !== 'ask' && isIdleTalk(utterance.text, utterance.voice.speechMs, (playout?.sentMs ?? 0) > 0);
    const verdict = isMeant && !isIdle ? judgeEcho() : 'echo';
    if (verdict === 'unclear' && !utterance.isFinal) {
      this.#undecidedAtMs = now;
      return;
    }
    if (verdict !== 'echo') dispatch({ type: 'barge_in_words' });
    else if (utterance.isFinal) dispatch({ type: 'barge_in_ended' });
  }

  /** Whether the words over the answer, as far as they are known, are the answer's own. */
  areEcho(turn: Turn, { text, startedAtMs }: Utterance): boolean {
    return text !== '' && repeats(text, this.#saidDuring(turn, this.#options.clock.now() - startedAtMs));
  }

  /** One more frame of what is said over the answer: it may be clear by now whose words they are. On the 20 ms path. */
  reconsider(turn: Turn, utterance: Utterance): void {
    if (this.#undecidedAtMs === undefined) return;
    if (this.#options.clock.now() - this.#undecidedAtMs >= RECONSIDER_MS) this.overAnswer(turn, utterance);
  }

  /** An answer was played, or cut short. @param written the answer as it was written */
  answerEnded(speech: Speech, written: string): void {
    this.#undecidedAtMs = undefined;
    this.#lastAnswer = {
      words: speech.wordsWithin(LAST_WORDS_MS),
      all: written,
      endedAtMs: this.#options.clock.now(),
    };
  }

  /** The words of the answer that may have come back within the last milliseconds. */
  #saidDuring(turn: Turn, lastMs: number): string {
    return turn.speech?.wordsWithin(lastMs + ECHO_WINDOW_MS) ?? '';
  }

  /** What is known of the answer before a turn, if its echo may still come. */
  #after(turn: Turn): AfterAnswer | undefined {
    const { echo, opensAtMs, responder } = this.#options;
    const { words, endedAtMs } = this.#lastAnswer;
    if (turn.startedAtMs - endedAtMs > ECHO_WINDOW_MS) return undefined;
    return {
      said: words,
      hasEcho: echo().hasEcho,
      isQuestion: responder.lastQuestion,
      wasSounding: turn.startedAtMs - Math.max(endedAtMs, opensAtMs()) <= SUDDEN_MS,
    };
  }

  /** The answer's own words came back: the loudspeaker is so late. */
  #wasEcho(turn: Turn, utterance: Utterance, meant: string): void {
    if (!repeats(meant, this.#lastAnswer.words)) return;
    if (turn.startedAtMs - this.#lastAnswer.endedAtMs > ECHO_WINDOW_MS) return;
    this.#options.echo().heardWords(utterance.lastSpeechAtMs - this.#lastAnswer.endedAtMs);
  }

  /** What the user said, or nothing, when turn after turn only repeats the answer before it. */
  #countRepeats(heard: string): string {
    if (heard === '') return heard;
    this.#repeats = repeats(heard, this.#lastAnswer.all) ? this.#repeats + 1 : 0;
    if (this.#repeats < MAX_REPEATS) return heard;
    this.#repeats = 0;
    this.#options.warn('hears_itself', HEARS_ITSELF);
    return '';
  }

  #sendWord(turn: Turn, word: string): void {
    const { clock, send } = this.#options;
    const first = turn.wordsSent === 0;
    turn.wordsSent += 1;
    const startSeconds = (clock.now() - turn.startedAtMs) / 1000;
    // The original opens every utterance with an empty delta.
    if (first) send({ type: 'transcript', delta: '', startSeconds });
    send({ type: 'transcript', delta: first ? word : ` ${word}`, startSeconds });
    if (first) send({ type: 'speech_started' });
  }
}
