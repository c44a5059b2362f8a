import type { DeviceConfig } from '../config/devices-schema.ts';
import type { DeviceEvent, DeviceSession } from '../protocols/protocol.ts';
import type { ConversationDeps } from './conversation-deps.ts';
import type { TurnKind, TurnOutcome } from './events.ts';
import { Activation } from './listening/activation.ts';
import { BargeIn } from './listening/barge-in.ts';
import type { EndReason } from './listening/endpointing.ts';
import { Listener, PRIORITY } from './listening/listener.ts';
import { SpeechButton } from './listening/speech-button.ts';
import { Transcripts } from './listening/transcripts.ts';
import type { Utterance } from './listening/utterance.ts';
import { Proactive } from './proactive/proactive.ts';
import type { AskRequest, AskResult, SayRequest, SayResult, SpeechRefusalHere } from './proactive/requests.ts';
import { Responder } from './responding/responder.ts';
import { Speaker } from './speaking/speaker.ts';
import { EngineFailures } from './turn/engine-failures.ts';
import {
  allowsBargeIn,
  type ListeningMode,
  type ListeningPolicy,
  listeningMode,
  showsListening,
} from './turn/listening-mode.ts';
import { noteMoment } from './turn/moments.ts';
import { cancelTurn, createTurn, reportOf, stopEngines, type Turn } from './turn/turn.ts';
import {
  INITIAL_TURN_MACHINE,
  isFree,
  stepTurn,
  type TurnEffect,
  type TurnFailure,
  type TurnInput,
  type TurnMachine,
} from './turn/turn-machine.ts';
import { TurnWatchdog } from './turn/turn-watchdog.ts';
import { activityIn, type ConversationActivity, type DeviceReport, type TurnView } from './view.ts';

/** What is said with one device. It survives reconnects: `attach` and `detach` come and go. */
export class Conversation {
  readonly #deps: ConversationDeps;
  readonly #listener: Listener;
  readonly #bargeIn: BargeIn;
  readonly #transcripts: Transcripts;
  readonly #speaker: Speaker;
  readonly #responder: Responder;
  readonly #activation: Activation;
  readonly #proactive: Proactive;
  readonly #watchdog: TurnWatchdog;
  readonly #button: SpeechButton;
  readonly #failures: EngineFailures;
  readonly #inbox: TurnInput[] = [];
  #device: DeviceConfig;
  #machine: TurnMachine = INITIAL_TURN_MACHINE;
  #session: DeviceSession | undefined;
  #turn: Turn | undefined;
  #isDispatching = false;
  /** What the device was last told: whether it is listened to. */
  #toldListening = false;
  #lastOutcome: TurnOutcome | undefined;
  #reported: DeviceReport | null = null;
  /** Called once nothing is being said any more. */
  #whenLeft: (() => void) | undefined;

  constructor(device: DeviceConfig, deps: ConversationDeps) {
    this.#device = device;
    this.#deps = deps;
    const { clock, engines, vad, pacer, report } = deps;
    const { name } = device;
    const config = () => this.#device.conversation;
    const dispatch = (input: TurnInput) => this.#dispatch(input);
    const fault = deps.fault ?? rethrow;
    this.#button = new SpeechButton(clock);
    this.#responder = new Responder(() => this.#device, deps);
    this.#activation = new Activation({ clock, config, onChange: () => this.#showListening() });
    this.#failures = new EngineFailures({ engines, report, dispatch, activation: this.#activation });
    this.#watchdog = new TurnWatchdog({
      clock,
      sentMs: () => this.#turn?.speech?.playout.sentMs,
      lastFrameMs: () => this.#listener.lastFrameMs,
      onGap: () => dispatch({ type: 'speech_ended' }),
      onStuck: (state, waitedMs) => {
        if (this.#turn && this.#machine.bargeIn !== 'paused') this.#failures.stuck(this.#turn, state, waitedMs);
      },
    });
    this.#proactive = new Proactive({
      clock,
      config,
      isFree: () => isFree(this.#machine),
      isExpecting: () => this.#machine.expecting,
      lastSaidAt: () => this.#responder.lastSaidAt,
      speak: (kind) => dispatch({ type: 'speak', kind }),
      expectOver: () => dispatch({ type: 'expect_over' }),
      listen: () => this.#activation.listen(),
      onGoodbye: () => this.#activation.rest(),
      onRest: () => this.#responder.rest(),
    });
    this.#speaker = new Speaker({
      clock,
      pacer,
      tts: engines.tts,
      device: name,
      report,
      dispatch,
      fail: (turn, kind, cause) => this.#failures.failed(turn, kind, cause),
      fault,
      mayResume: () => !this.#bargeIn.isWaitingForWords,
      onFrame: (frame, sampleRate, atMs) => this.#listener.played(frame, sampleRate, atMs),
    });
    this.#transcripts = new Transcripts({
      clock,
      device: name,
      activation: this.#activation,
      responder: this.#responder,
      report,
      dispatch,
      send: (command) => this.#session?.send(command),
      isEcho: () => this.#listener.isEcho(),
      mayEcho: () => this.#listener.mayEcho,
      onWords: () => this.#proactive.userSpoke(),
    });
    this.#listener = new Listener({
      clock,
      vad,
      stt: engines.stt,
      key: name,
      config,
      language: () => this.#responder.language,
      fault,
      events: {
        mode: (atMs) => this.#mode(atMs),
        began: () => dispatch({ type: 'speech_started' }),
        sustained: () => dispatch({ type: 'barge_in_sustained' }),
        ended: (utterance, reason) => this.#utteranceEnded(utterance, reason),
        heard: (utterance, frame) => this.#utteranceGoesOn(utterance, frame),
        text: (utterance) => this.#recognised(utterance),
        failed: (utterance, error) => this.#unrecognised(utterance, error),
      },
    });
    const isRecorded = deps.recorder !== undefined;
    this.#bargeIn = new BargeIn({ clock, listener: this.#listener, hasPartials: engines.stt.hasPartials, isRecorded });
  }

  get activity(): ConversationActivity {
    return activityIn(this.#machine.state);
  }

  /** The turn in progress; null between turns. */
  get turn(): TurnView | null {
    if (!this.#turn) return null;
    const { number, startedAtMs, heard } = this.#turn;
    const { clock } = this.#deps;
    return { number, startedAt: Math.round(clock.wallNow() - (clock.now() - startedAtMs)), heard };
  }

  /** What the device last said of itself. */
  get reported(): DeviceReport | null {
    return this.#reported;
  }

  /** What the microphone's audio is used for just now. */
  get listeningMode(): ListeningMode {
    return this.#mode(this.#deps.clock.now());
  }

  get priority() {
    return PRIORITY[this.listeningMode];
  }

  /** A session is there. */
  attach(session: DeviceSession): void {
    this.#session = session;
    this.#responder.attach(session, {
      reported: () => this.#reported,
      endConversation: () => this.#proactive.endBehindThis(),
    });
    this.#listener.reset();
    this.#dispatch({ type: 'attached' });
    this.#toldListening = false;
    this.#showListening();
    this.#proactive.attached();
  }

  /** Takes another configuration of the device: it applies from the next turn. */
  configure(device: DeviceConfig): void {
    this.#device = device;
  }

  /** The line will go down: what was synthesised already may still be said, then `done` is called. Nothing new begins. */
  finish(done: () => void): void {
    this.#whenLeft = done;
    this.#dispatch({ type: 'leave' });
  }

  /** The session is gone: a turn in progress ends here. */
  detach(): void {
    this.#whenLeft = undefined;
    this.#dispatch({ type: 'detached' });
    this.#session = undefined;
    this.#button.lost();
    this.#proactive.detached();
    this.#activation.rest();
  }

  /** Ends the conversation for good. */
  close(): void {
    this.detach();
    this.#deps.vad.free();
  }

  /** Has the device say something, after what it is saying. */
  say(request: SayRequest): SpeechRefusalHere | Promise<SayResult> {
    return this.#request(request.interrupt, () => this.#proactive.say(request));
  }

  /** Has the device ask something, after what it is saying. */
  ask(request: AskRequest): SpeechRefusalHere | Promise<AskResult> {
    return this.#request(false, () => this.#proactive.ask(request));
  }

  #request<R>(interrupt: boolean, queue: () => Promise<R>): SpeechRefusalHere | Promise<R> {
    if (this.#machine.session !== 'up') return 'not_connected';
    if (this.#proactive.isFull) return 'busy';
    const result = queue();
    if (interrupt) this.#dispatch({ type: 'interrupt' });
    this.#proactive.next();
    return result;
  }

  /** Cuts the answer in progress short. */
  interrupt(): SpeechRefusalHere | 'accepted' | 'nothing' {
    if (this.#machine.session === 'none') return 'not_connected';
    const { state } = this.#machine;
    this.#dispatch({ type: 'interrupt' });
    return this.#machine.state === state ? 'nothing' : 'accepted';
  }

  /** Opens the microphone for a while, whatever activation the device has. */
  listen(): SpeechRefusalHere | 'accepted' {
    if (this.#machine.session !== 'up') return 'not_connected';
    this.#activation.listen();
    return 'accepted';
  }

  /** Forgets what was said. */
  forget(): void {
    this.#responder.forget();
  }

  /**
   * Mono s16 at 16 kHz, any length. On the 20 ms path: synchronous, nothing awaited.
   * @param arrivedAtMs when it came from the device, monotonic milliseconds
   */
  audio(samples: Int16Array, arrivedAtMs: number): void {
    this.#listener.audio(samples, arrivedAtMs);
  }

  event(event: DeviceEvent): void {
    switch (event.type) {
      case 'speech_button':
        this.#buttonMoved(event.pressed);
        return;
      case 'interrupt':
        this.#dispatch({ type: 'interrupt' });
        return;
      case 'status': {
        const { type: _, ...values } = event;
        this.#reported = { ...this.#reported, ...values };
        return;
      }
      case 'dropped':
        return;
    }
  }

  get #policy(): ListeningPolicy {
    const { duplex, activation } = this.#device.conversation;
    return { duplex, activation, isActive: this.#activation.isActive };
  }

  #mode(atMs: number): ListeningMode {
    return listeningMode(this.#machine, this.#policy, atMs);
  }

  /** Tells the device whether it is listened to, when that has changed. */
  #showListening(): void {
    if (this.#machine.session !== 'up') return;
    const listening = showsListening(this.#machine, this.#policy);
    if (listening === this.#toldListening) return;
    this.#toldListening = listening;
    this.#session?.send({ type: 'listening', on: listening });
  }

  #buttonMoved(pressed: boolean): void {
    if (this.#machine.session !== 'up') return;
    if (pressed) {
      this.#button.pressed();
      this.#activation.wake();
      this.#dispatch({ type: 'button' });
      if (this.#turn && this.#machine.state === 'hearing') this.#turn.byButton = true;
    } else if (this.#button.released()) {
      this.#dispatch({ type: 'speech_ended' });
    }
  }

  /** The one way in: an input that arrives while another is being worked on waits its turn. */
  #dispatch(input: TurnInput): void {
    this.#inbox.push(input);
    if (this.#isDispatching) return;
    this.#isDispatching = true;
    try {
      for (let next = this.#inbox.shift(); next; next = this.#inbox.shift()) this.#step(next);
    } finally {
      // A defect of ours ends the link, and that comes through here too.
      this.#isDispatching = false;
    }
    this.#proactive.next();
  }

  #step(input: TurnInput): void {
    const before = this.#machine;
    const { conversation } = this.#device;
    const { machine, effects } = stepTurn(before, input, {
      nowMs: this.#deps.clock.now(),
      bargeIn: allowsBargeIn(conversation),
      echoTailMs: conversation.echoTailMs,
    });
    this.#machine = machine;
    for (const effect of effects) this.#carryOut(effect);
    if (machine.state !== before.state || machine.turn !== before.turn) this.#stateChanged(before);
    else if (machine.expecting !== before.expecting) this.#showListening();
  }

  #stateChanged(before: TurnMachine): void {
    const { state } = this.#machine;
    this.#watchdog.watch(state);
    if (state === 'idle' && before.state !== 'idle') this.#listener.afresh();
    // What the user said before there was an answer to interrupt.
    if (state === 'thinking' && this.#bargeIn.utterance) this.#recognised(this.#bargeIn.utterance);
    this.#showListening();
  }

  #carryOut(effect: TurnEffect): void {
    const turn = this.#turn;
    const session = this.#session;
    switch (effect.type) {
      case 'begin_turn':
        this.#beginTurn(effect.turn, effect.kind, effect.adopt, effect.unsure);
        return;
      case 'finish_stt':
        this.#finishStt();
        return;
      case 'cancel_stt':
        if (turn) stopEngines(turn);
        return;
      case 'cancel_reply':
        if (turn) cancelTurn(turn);
        this.#listener.flushed();
        return;
      case 'hurry_reply':
        turn?.hurry.abort();
        return;
      case 'start_reply':
        if (turn && session) this.#startReply(turn, session, effect.text);
        return;
      case 'open_barge_in':
        this.#bargeIn.open();
        return;
      case 'close_barge_in':
        this.#bargeIn.close();
        return;
      case 'pause_reply':
        if (!turn || !session) return;
        turn.spokenOver = true;
        this.#listener.flushed();
        this.#speaker.pause(turn, session);
        return;
      case 'resume_reply':
        if (turn && session) this.#speaker.resume(turn, session);
        return;
      case 'send_reply_done':
        session?.send({ type: 'reply_done' });
        return;
      case 'send_interrupted':
        session?.send({ type: 'reply_interrupted' });
        return;
      case 'play_notice':
        this.#releaseUtterance();
        if (turn && session) this.#speaker.notice(turn, session, effect.failure);
        return;
      case 'end_turn':
        if (turn) this.#endTurn(turn, effect.outcome, effect.failure);
        return;
      case 'left':
        this.#whenLeft?.();
        return;
    }
  }

  #beginTurn(number: number, kind: TurnKind, adopt: boolean, unsure: boolean): void {
    const { clock, recorder, report } = this.#deps;
    const { name, conversation } = this.#device;
    const turn = createTurn(number, kind, clock.now());
    this.#turn = turn;
    turn.recording = recorder?.open(name, number, kind);
    report({ type: 'turn.started', device: name, turn: number });
    this.#proactive.busy();
    this.#responder.turnBegan();
    if (kind !== 'user' && kind !== 'answer') {
      this.#proactive.spokeFirst(kind);
      return;
    }
    turn.beganOver = unsure;
    const adopted = adopt ? this.#bargeIn.adopt((frame, agoMs) => turn.recording?.user(frame, agoMs)) : undefined;
    const utterance = adopted ?? this.#listener.open((frame) => turn.recording?.user(frame));
    turn.utterance = utterance;
    // Words after words that were not meant for the device are not meant for it either.
    this.#activation.begin(kind === 'answer' || (adopt && this.#lastOutcome !== 'no_speech'));
    // With a wake word before it, what is recognised is not what will be asked.
    if (kind === 'user' && conversation.activation !== 'wake_word') this.#responder.prepare();
    noteMoment(turn.moments, 'last_speech', utterance.lastSpeechAtMs);
    // It was over before the turn began: nothing else would end it.
    if (utterance.isEnded) this.#dispatch({ type: 'speech_ended' });
    if (utterance.text !== '' || utterance.isFinal) this.#recognised(utterance);
  }

  #finishStt(): void {
    const turn = this.#turn;
    this.#releaseUtterance();
    if (!turn?.utterance) return;
    noteMoment(turn.moments, 'last_speech', turn.utterance.lastSpeechAtMs);
    noteMoment(turn.moments, 'speech_ended', this.#deps.clock.now());
    turn.utterance.finish();
    if (this.#activation.isAwake) this.#session?.send({ type: 'speech_stopped' });
  }

  #releaseUtterance(): void {
    if (this.#turn?.utterance) this.#listener.release(this.#turn.utterance);
  }

  #utteranceEnded(utterance: Utterance, reason: EndReason): void {
    if (utterance === this.#turn?.utterance) {
      if (this.#turn.byButton && this.#button.keepsOpen(reason, utterance.endpointing)) return;
      // The time for which its audio has waited here is no pause of the user's.
      noteMoment(this.#turn.moments, 'speech_ended', this.#listener.lastFrameMs);
      this.#dispatch({ type: 'speech_ended' });
    } else if (utterance === this.#bargeIn.utterance) {
      this.#bargeIn.ended(utterance);
    }
  }

  #utteranceGoesOn(utterance: Utterance, frame: Int16Array): void {
    const turn = this.#turn;
    if (utterance === this.#bargeIn.utterance) this.#bargeIn.heard(frame);
    if (!turn || utterance !== turn.utterance) return;
    turn.recording?.user(frame);
    if (turn.isMeant) this.#responder.consider(utterance.endpointing);
  }

  #recognised(utterance: Utterance): void {
    const turn = this.#turn;
    if (turn && utterance === turn.utterance) this.#transcripts.inTurn(turn, utterance);
    else if (turn && utterance === this.#bargeIn.utterance) this.#transcripts.overAnswer(turn, utterance);
  }

  #unrecognised(utterance: Utterance, error: unknown): void {
    const turn = this.#turn;
    if (turn && utterance === turn.utterance) this.#failures.failed(turn, 'stt', error);
    else if (utterance === this.#bargeIn.utterance) this.#failures.bargeInFailed(error);
  }

  #startReply(turn: Turn, session: DeviceSession, text: string): void {
    const request = this.#proactive.current;
    this.#speaker.start(turn, session, {
      write: this.#responder.begin(turn.kind, text, request?.text),
      voice: request?.voice ?? this.#device.voice,
      language: this.#responder.language,
    });
  }

  #endTurn(turn: Turn, outcome: TurnOutcome, failure: TurnFailure | null): void {
    const isWhole = outcome === 'answered' && !turn.hurry.signal.aborted;
    const answer = isWhole ? turn.text.trim() : (turn.speech?.heardWords ?? '');
    this.#responder.said(turn, answer, !isWhole);
    const ended = reportOf(turn, this.#device.name, { outcome, failure, answer, nowMs: this.#deps.clock.now() });
    this.#deps.report(ended);
    // Without the wake word nothing is kept of what is said in a room.
    if (this.#activation.isAwake) turn.recording?.end(ended);
    else turn.recording?.discard();
    if (turn.speech) {
      this.#transcripts.answerEnded(turn.speech);
      this.#listener.answerEnded(!turn.spokenOver);
    }
    this.#releaseUtterance();
    cancelTurn(turn);
    this.#speaker.ended();
    this.#turn = undefined;
    this.#lastOutcome = outcome;
    this.#activation.turnEnded(turn.heard !== '' || turn.speech !== undefined);
    this.#proactive.ended(ended);
  }
}

/** For conversations outside a fleet: the process learns of a defect as of any other. */
function rethrow(cause: unknown): never {
  throw cause;
}
