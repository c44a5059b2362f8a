import type { DeviceConfig } from '../../config/devices-schema.ts';
import type { EngineSet } from '../../engines/engine.ts';
import type { DeviceSession } from '../../protocols/protocol.ts';
import type { ConversationDeps } from '../conversation-deps.ts';
import type { ConversationParts } from '../conversation-parts.ts';
import type { TurnEnded, TurnKind, TurnOutcome } from '../events.ts';
import { languagesOf } from '../instructions/language.ts';
import type { EndReason } from '../listening/endpointing.ts';
import type { SpeechButton } from '../listening/speech-button.ts';
import type { Utterance } from '../listening/utterance.ts';
import { apologyFor } from '../speaking/apology.ts';
import { fillerOf } from '../speaking/filler.ts';
import type { Apology } from '../speaking/spoken-reply.ts';
import { type CallReport, watchCalls } from './engine-calls.ts';
import { noteMoment } from './moments.ts';
import { cancelTurn, createTurn, reportOf, spokenReply, stopEngines, type Turn } from './turn.ts';
import type { TurnEffect, TurnFailure, TurnInput } from './turn-machine.ts';

/** What carrying out turns needs. */
export interface TurnRunnerOptions {
  readonly deps: Pick<ConversationDeps, 'clock' | 'engines' | 'recorder' | 'report'>;
  readonly parts: () => ConversationParts;
  readonly button: SpeechButton;
  readonly device: () => DeviceConfig;
  readonly session: () => DeviceSession | undefined;
  readonly dispatch: (input: TurnInput) => void;
  /** A turn is over. */
  readonly onEnded: (turn: TurnEnded) => void;
  /** Nothing is being said any more, and the line may go down. */
  readonly onLeft: () => void;
}

/** Carries out what the turn machine decides, and holds the turn in progress. */
export class TurnRunner {
  readonly #options: TurnRunnerOptions;
  #turn: Turn | undefined;
  #lastOutcome: TurnOutcome | undefined;
  #engines: EngineSet;

  constructor(options: TurnRunnerOptions) {
    this.#options = options;
    this.#engines = this.#leased();
  }

  /** The engines of the turn in progress; between turns, those of the last one. */
  get engines(): EngineSet {
    return this.#engines;
  }

  /** The turn in progress. */
  get turn(): Turn | undefined {
    return this.#turn;
  }

  carryOut(effect: TurnEffect): void {
    const { bargeIn, listener, speaker } = this.#options.parts();
    const turn = this.#turn;
    const session = this.#options.session();
    switch (effect.type) {
      case 'begin_turn':
        this.#begin(effect.turn, effect.kind, effect.adopt, effect.unsure);
        return;
      case 'finish_stt':
        this.#finishStt();
        return;
      case 'cancel_stt':
        if (turn) stopEngines(turn);
        return;
      case 'cancel_reply':
        if (turn) cancelTurn(turn);
        listener.flushed();
        return;
      case 'hurry_reply':
        turn?.hurry.abort();
        return;
      case 'start_reply':
        if (turn && session) this.#startReply(turn, session, effect.text);
        return;
      case 'open_barge_in':
        bargeIn.open();
        return;
      case 'close_barge_in':
        bargeIn.close();
        return;
      case 'pause_reply':
        if (!turn || !session) return;
        listener.flushed();
        speaker.pause(turn, session);
        return;
      case 'resume_reply':
        if (turn && effect.forNothing) turn.pausedForNothing = true;
        if (turn && session) speaker.resume(turn, session);
        return;
      case 'send_reply_done':
        session?.send({ type: 'reply_done' });
        return;
      case 'send_interrupted':
        session?.send({ type: 'reply_interrupted' });
        return;
      case 'play_notice':
        this.#releaseUtterance();
        if (turn && session) speaker.notice(turn, session, effect.failure, this.#apologyFor(turn, effect.failure));
        return;
      case 'end_turn':
        if (turn) this.#end(turn, effect.outcome, effect.failure);
        return;
      case 'left':
        this.#options.onLeft();
        return;
    }
  }

  /** An answer can be interrupted from now on: by what the user has said before it, too. */
  replyBegins(): void {
    const { utterance } = this.#options.parts().bargeIn;
    if (utterance) this.recognised(utterance);
  }

  /** The user has finished an utterance, as far as its silence tells. */
  utteranceEnded(utterance: Utterance, reason: EndReason): void {
    const { parts, button, dispatch } = this.#options;
    const { bargeIn, listener } = parts();
    if (utterance === this.#turn?.utterance) {
      if (this.#turn.byButton && button.keepsOpen(reason, utterance.endpointing)) return;
      // The time for which its audio has waited here is no pause of the user's.
      noteMoment(this.#turn.moments, 'speech_ended', listener.lastFrameMs);
      dispatch({ type: 'speech_ended' });
    } else if (utterance === bargeIn.utterance) {
      bargeIn.ended(utterance);
    }
  }

  /** One more frame of an utterance. On the 20 ms path. */
  utteranceGoesOn(utterance: Utterance, frame: Int16Array): void {
    const { bargeIn, responder, transcripts } = this.#options.parts();
    const turn = this.#turn;
    if (utterance === bargeIn.utterance) {
      bargeIn.heard(frame);
      if (turn) transcripts.reconsider(turn, utterance);
    }
    if (!turn || utterance !== turn.utterance) return;
    turn.recording?.user(frame);
    // What a recogniser says when it is asked early is not worth an answer of its own.
    if (turn.isMeant && utterance.hasPartials) responder.consider(utterance.endpointing);
  }

  /** The recogniser has something new about an utterance. */
  recognised(utterance: Utterance): void {
    const { bargeIn, transcripts } = this.#options.parts();
    const turn = this.#turn;
    if (turn && utterance === turn.utterance) transcripts.inTurn(turn, utterance);
    else if (turn && utterance === bargeIn.utterance) transcripts.overAnswer(turn, utterance);
  }

  /** Whether what is heard over the answer consists of the answer's own words so far. */
  get hearsItself(): boolean {
    const { bargeIn, transcripts } = this.#options.parts();
    const { utterance } = bargeIn;
    return this.#turn !== undefined && utterance !== undefined && transcripts.areEcho(this.#turn, utterance);
  }

  /** The recogniser failed. */
  unrecognised(utterance: Utterance, error: unknown): void {
    const { bargeIn, failures } = this.#options.parts();
    const turn = this.#turn;
    if (turn && utterance === turn.utterance) failures.failed(turn, 'stt', error);
    else if (utterance === bargeIn.utterance) failures.bargeInFailed(error);
  }

  /** The engines of the device, as it is configured now. */
  #leased(): EngineSet {
    const { deps, device } = this.#options;
    const begun = () => {
      const { name } = device();
      const turn = this.#turn?.number ?? 0;
      return (report: CallReport) => deps.report({ type: 'engine.call', device: name, turn, ...report });
    };
    return watchCalls(deps.engines.for(device()), { clock: deps.clock, begun });
  }

  #begin(number: number, kind: TurnKind, adopt: boolean, unsure: boolean): void {
    const { deps, parts, device, dispatch } = this.#options;
    const { activation, bargeIn, listener, proactive, responder, unheard } = parts();
    const { name, conversation } = device();
    // What is said now takes its place.
    if (kind === 'user') unheard.clear();
    const turn = createTurn(number, kind, deps.clock.now());
    this.#engines = this.#leased();
    this.#engines.llm.warm?.();
    this.#engines.tts.warm?.();
    this.#turn = turn;
    turn.recording = deps.recorder?.open(name, number, kind);
    deps.report({ type: 'turn.started', device: name, turn: number });
    proactive.busy();
    responder.turnBegan();
    if (kind !== 'user' && kind !== 'answer') {
      proactive.spokeFirst(kind);
      return;
    }
    turn.beganOver = unsure;
    const adopted = adopt ? bargeIn.adopt((frame, agoMs) => turn.recording?.user(frame, agoMs)) : undefined;
    const utterance = adopted ?? listener.open((frame) => turn.recording?.user(frame));
    turn.utterance = utterance;
    turn.stoppedAnswer = adopt && !unsure && utterance.text !== '';
    // Words after words that were not meant for the device are not meant for it either.
    activation.begin(kind === 'answer' || (adopt && this.#lastOutcome !== 'no_speech'));
    // With a wake word before it, what is recognised is not what will be asked.
    if (kind === 'user' && conversation.activation !== 'wake_word') responder.prepare();
    noteMoment(turn.moments, 'last_speech', utterance.lastSpeechAtMs);
    // It was over before the turn began: nothing else would end it.
    if (utterance.isEnded) dispatch({ type: 'speech_ended' });
    if (utterance.text !== '' || utterance.isFinal) this.recognised(utterance);
  }

  #finishStt(): void {
    const { deps, parts, session } = this.#options;
    const turn = this.#turn;
    this.#releaseUtterance();
    if (!turn?.utterance) return;
    noteMoment(turn.moments, 'last_speech', turn.utterance.lastSpeechAtMs);
    noteMoment(turn.moments, 'speech_ended', deps.clock.now());
    turn.utterance.finish();
    if (parts().activation.isAwake) session()?.send({ type: 'speech_stopped' });
  }

  #releaseUtterance(): void {
    if (this.#turn?.utterance) this.#options.parts().listener.release(this.#turn.utterance);
  }

  #startReply(turn: Turn, session: DeviceSession, text: string): void {
    const { proactive, responder, speaker } = this.#options.parts();
    const request = proactive.current;
    const { voice, conversation } = this.#options.device();
    speaker.start(turn, session, {
      write: responder.begin(turn.kind, text, request?.text),
      audio: request?.audio,
      voice: request?.voice ?? voice,
      language: responder.language,
      languages: languagesOf(this.#options.device().instructions),
      // Only a user who has asked waits for the answer.
      filler: turn.kind === 'user' ? fillerOf(conversation.filler, responder.language) : undefined,
    });
  }

  /** What a user who waits for an answer is told instead. No user waits for what the device says by itself. */
  #apologyFor(turn: Turn, { kind, error }: TurnFailure): Apology | undefined {
    const { voice, instructions } = this.#options.device();
    const { language } = this.#options.parts().responder;
    const text = turn.kind === 'user' ? apologyFor({ kind, code: error.code }, language) : undefined;
    return text === undefined ? undefined : { text, voice, language, languages: languagesOf(instructions) };
  }

  #end(turn: Turn, outcome: TurnOutcome, failure: TurnFailure | null): void {
    const { deps, parts, device } = this.#options;
    const { activation, listener, proactive, responder, speaker, transcripts, unheard } = parts();
    const isWhole = outcome === 'answered' && !turn.hurry.signal.aborted && !turn.speech?.leftOut;
    const answer = isWhole ? spokenReply(turn) : (turn.speech?.heardWords ?? '');
    responder.said(turn, outcome, answer, !isWhole);
    if (outcome === 'disconnected' && turn.kind === 'user' && turn.text !== '') {
      const { voice, instructions } = device();
      const { text, isWritten } = turn;
      unheard.lost({ text, isWritten, voice, language: responder.language, languages: languagesOf(instructions) });
    }
    const ended = reportOf(turn, device().name, { outcome, failure, answer, nowMs: deps.clock.now() });
    deps.report(ended);
    // Without the wake word nothing is kept of what is said in a room.
    if (activation.isAwake) turn.recording?.end(ended);
    else turn.recording?.discard();
    if (turn.speech) {
      transcripts.answerEnded(turn.speech, turn.text);
      listener.answerEnded();
    }
    this.#releaseUtterance();
    cancelTurn(turn);
    speaker.ended();
    this.#turn = undefined;
    this.#lastOutcome = outcome;
    activation.turnEnded(turn.heard !== '' || turn.speech !== undefined);
    proactive.ended(ended);
    this.#options.onEnded(ended);
  }
}
