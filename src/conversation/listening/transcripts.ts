import type { Clock } from '../../core/clock.ts';
import type { DeviceCommand } from '../../protocols/protocol.ts';
import { ECHO_WINDOW_MS } from '../echo/echo-window.ts';
import type { ConversationEvent } from '../events.ts';
import type { Responder } from '../responding/responder.ts';
import type { Speech } from '../speaking/speech.ts';
import { noteMoment, stagesOf } from '../turn/moments.ts';
import type { Turn } from '../turn/turn.ts';
import type { TurnInput } from '../turn/turn-machine.ts';
import type { Activation } from './activation.ts';
import { judgeBargeIn, judgeTranscript } from './echo-words.ts';
import type { Utterance } from './utterance.ts';

/** So much of the end of an answer may echo behind it, milliseconds. */
const LAST_WORDS_MS = 4_000;

/** What understanding needs, and whom it tells. */
export interface TranscriptsOptions {
  readonly clock: Clock;
  /** The device's name. */
  readonly device: string;
  readonly activation: Activation;
  readonly responder: Responder;
  readonly report: (event: ConversationEvent) => void;
  readonly dispatch: (input: TurnInput) => void;
  readonly send: (command: DeviceCommand) => void;
  /** Whether what is heard over the answer is only the answer. */
  readonly isEcho: () => boolean;
  /** Whether anything of our answers may come back at all. */
  readonly mayEcho: () => boolean;
  /** The user has said something to us. */
  readonly onWords: () => void;
}

/** What is made of recognised words: shown to the device, taken for a turn, for an interruption, or for nothing. */
export class Transcripts {
  readonly #options: TranscriptsOptions;
  /** The last answer's end: its words may still echo. */
  #lastAnswer = { words: '', endedAtMs: Number.NEGATIVE_INFINITY };

  constructor(options: TranscriptsOptions) {
    this.#options = options;
  }

  /** The recogniser has something new to say of the user's turn. */
  inTurn(turn: Turn, utterance: Utterance): void {
    const { clock, activation, responder, report, dispatch, send, device, onWords, mayEcho } = this.#options;
    const { text, isFinal } = utterance;
    const meant = activation.recognised(text, isFinal, () => send({ type: 'play_tone', tone: 'wake' }));
    const heard = judgeTranscript(meant ?? '', {
      beganOver: turn.beganOver,
      lastQuestion: responder.lastQuestion,
      mayEcho:
        mayEcho() && turn.startedAtMs - this.#lastAnswer.endedAtMs < ECHO_WINDOW_MS ? this.#lastAnswer.words : '',
    });
    turn.isMeant = heard !== '';
    if (turn.isMeant) for (const word of utterance.words.next(utterance.text)) this.#sendWord(turn, word);
    if (!utterance.isFinal) return;
    turn.heard = heard;
    noteMoment(turn.moments, 'last_speech', utterance.lastSpeechAtMs);
    noteMoment(turn.moments, 'transcript', clock.now());
    if (turn.heard !== '') {
      onWords();
      report({ type: 'turn.heard', device, turn: turn.number, text: turn.heard, stages: stagesOf(turn.moments) });
    }
    // A recogniser may end by itself, before we decided: that decides it.
    dispatch({ type: 'speech_ended' });
    dispatch({ type: 'transcript', turn: turn.number, text: turn.heard });
  }

  /** The recogniser has something new to say of what is said over the answer. */
  overAnswer(turn: Turn, utterance: Utterance): void {
    const { clock, isEcho, dispatch } = this.#options;
    const playout = turn.speech?.playout;
    const lastsMs = clock.now() - utterance.startedAtMs;
    const isMeant = judgeBargeIn(utterance.text, {
      said: turn.speech?.wordsWithin(lastsMs + ECHO_WINDOW_MS) ?? '',
      playedBeforeMs: (playout?.playedMs ?? 0) - lastsMs,
      leftMs: playout?.ended ? playout.leftMs : Number.POSITIVE_INFINITY,
      isSounding: (playout?.sentMs ?? 0) > 0,
    });
    const meant = isMeant && !isEcho();
    if (meant) turn.spokenOver = true;
    if (meant) dispatch({ type: 'barge_in_words' });
    else if (utterance.isFinal) dispatch({ type: 'barge_in_ended' });
  }

  /** An answer was played, or cut short. */
  answerEnded(speech: Speech): void {
    this.#lastAnswer = { words: speech.wordsWithin(LAST_WORDS_MS), endedAtMs: this.#options.clock.now() };
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
