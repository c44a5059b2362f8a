import type { DeviceConfig } from '../config/devices-schema.ts';
import { DialtoneError, isAbort, toDialtoneError } from '../core/errors.ts';
import type { EngineKind } from '../engines/events.ts';
import type { DeviceEvent, DeviceSession } from '../protocols/protocol.ts';
import type { ConversationDeps } from './conversation-deps.ts';
import type { TurnKind, TurnOutcome } from './events.ts';
import { Activation } from './listening/activation.ts';
import { BargeIn } from './listening/barge-in.ts';
import type { EndReason } from './listening/endpointing.ts';
import { Listener, type ListeningMode } from './listening/listener.ts';
import { SpeechButton } from './listening/speech-button.ts';
import { Transcripts } from './listening/transcripts.ts';
import type { Utterance } from './listening/utterance.ts';
import { Proactive } from './proactive/proactive.ts';
import type { AskRequest, AskResult, SayRequest, SayResult, SpeechRefusalHere } from './proactive/requests.ts';
import { Responder } from './responding/responder.ts';
import { Speaker } from './speaking/speaker.ts';
import { Turn } from './turn/turn.ts';
import {
  INITIAL_TURN_MACHINE,
  stepTurn,
  type TurnEffect,
  type TurnFailure,
  type TurnInput,
  type TurnMachine,
  type TurnState,
} from './turn/turn-machine.ts';
import { TurnWatchdog } from './turn/turn-watchdog.ts';
import { activityIn, type ConversationActivity, type DeviceReport, type TurnView } from './view.ts';

/** What is said with one device. It survives reconnects: `attach` and `detach` come and go. */
export class Conversation {
  readonly #deps: ConversationDeps;
  readonly #hearing: Listener;
  readonly #bargeIn: BargeIn;
  readonly #understanding: Transcripts;
  readonly #speaking: Speaker;
  readonly #answering: Responder;
  readonly #attention: Activation;
  readonly #initiative: Proactive;
  readonly #watchdog: TurnWatchdog;
  readonly #speechButton: SpeechButton;
  readonly #inbox: TurnInput[] = [];
  #device: DeviceConfig;
  #machine: TurnMachine = INITIAL_TURN_MACHINE;
  #session: DeviceSession | undefined;
  #turn: Turn | undefined;
  #working = false;
  #deafUntilMs = 0;
  #listening = false;
  #leaving = false;
  #lastOutcome: TurnOutcome | undefined;
  #reported: DeviceReport | null = null;
  /** Told when the sentence in progress has ended; nothing new begins meanwhile. */
  #finishing: (() => void) | undefined;

  constructor(device: DeviceConfig, deps: ConversationDeps) {
    this.#device = device;
    this.#deps = deps;
    const { clock, engines, vad } = deps;
    const config = () => this.#device.conversation;
    this.#speechButton = new SpeechButton(clock);
    this.#watchdog = new TurnWatchdog({
      clock,
      sentMs: () => this.#turn?.playout?.sentMs,
      lastFrameMs: () => this.#hearing.lastFrameMs,
      onGap: () => this.#dispatch({ type: 'speech_ended' }),
      onStuck: (state, waitedMs) => this.#stuck(state, waitedMs),
    });
    this.#answering = new Responder(() => this.#device, deps);
    this.#attention = new Activation({ clock, config, onChange: () => this.#showListening() });
    this.#initiative = new Proactive({
      clock,
      config,
      isFree: () => this.#session !== undefined && !this.#isLeaving && this.#machine.state === 'idle',
      isExpecting: () => this.#machine.expecting,
      lastSaidAt: () => this.#answering.lastSaidAt,
      speak: (kind) => this.#dispatch({ type: 'speak', kind }),
      expectOver: () => this.#dispatch({ type: 'expect_over' }),
      listen: () => this.#attention.listen(),
      onGoodbye: () => this.#attention.rest(),
      onRest: () => this.#answering.rest(),
    });
    const dispatch = (input: TurnInput) => this.#dispatch(input);
    this.#speaking = new Speaker({
      clock,
      pacer: deps.pacer,
      tts: engines.tts,
      device: device.name,
      report: deps.report,
      dispatch,
      fail: (turn, kind, cause) => this.#fail(turn, kind, cause),
      mayResume: () => !this.#bargeIn.isWaitingForWords,
      onFrame: (frame, sampleRate, atMs) => this.#hearing.played(frame, sampleRate, atMs),
    });
    this.#understanding = new Transcripts({
      clock,
      device: device.name,
      attention: this.#attention,
      answering: this.#answering,
      report: deps.report,
      dispatch,
      send: (command) => this.#session?.send(command),
      isEcho: () => this.#hearing.isEcho(),
      mayEcho: () => this.#hearing.mayEcho,
      onWords: () => this.#initiative.userSpoke(),
    });
    this.#hearing = new Listener({
      clock,
      vad,
      stt: engines.stt,
      key: device.name,
      config,
      language: () => this.#answering.language,
      listener: {
        mode: (atMs) => this.#mode(atMs),
        began: () => this.#dispatch({ type: 'speech_started' }),
        lasts: () => this.#dispatch({ type: 'barge_in_sustained' }),
        ended: (utterance, reason) => this.#utteranceEnded(utterance, reason),
        heard: (utterance, frame) => this.#utteranceGoesOn(utterance, frame),
        text: (utterance) => this.#recognised(utterance),
        failed: (utterance, error) => this.#unrecognised(utterance, error),
      },
    });
    const isRecorded = deps.recorder !== undefined;
    this.#bargeIn = new BargeIn({ clock, hearing: this.#hearing, hasPartials: engines.stt.hasPartials, isRecorded });
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

  get reported(): DeviceReport | null {
    return this.#reported;
  }

  /** The line is up. */
  attach(session: DeviceSession): void {
    this.#session = session;
    this.#answering.attach(session, {
      reported: () => this.#reported,
      endConversation: () => this.#initiative.endBehindThis(),
    });
    this.#hearing.reset();
    this.#listening = false;
    this.#showListening();
    this.#initiative.attached();
  }

  /** Takes other words for the device: they apply from the next turn. */
  configure(device: DeviceConfig): void {
    this.#device = device;
  }

  /** The line will go down: what was synthesised already may still be said, then `done` is called. Nothing new begins. */
  finish(done: () => void): void {
    this.#finishing = done;
    const { state, bargeIn } = this.#machine;
    if (state === 'speaking' && bargeIn !== 'paused') {
      this.#dispatch({ type: 'barge_in_ended' });
      this.#turn?.hurry();
    } else this.#dispatch({ type: 'detached' });
    this.#finishedIfIdle();
  }

  #finishedIfIdle(): void {
    if (this.#machine.state === 'idle') this.#finishing?.();
  }

  /** The line is gone: a turn in progress ends here. */
  detach(): void {
    this.#finishing = undefined;
    this.#leaving = true;
    this.#dispatch({ type: 'detached' });
    this.#leaving = false;
    this.#session = undefined;
    this.#speechButton.lost();
    this.#initiative.detached();
    this.#attention.rest();
  }

  /** Ends the conversation for good. */
  close(): void {
    this.detach();
    this.#deps.vad.free();
  }

  /** Has the device say something, behind what it is saying. */
  say(request: SayRequest): SpeechRefusalHere | Promise<SayResult> {
    return this.#request(request.interrupt, () => this.#initiative.say(request));
  }

  /** Has the device ask something, behind what it is saying. */
  ask(request: AskRequest): SpeechRefusalHere | Promise<AskResult> {
    return this.#request(false, () => this.#initiative.ask(request));
  }

  #request<R>(interrupt: boolean, queue: () => Promise<R>): SpeechRefusalHere | Promise<R> {
    if (!this.#session || this.#finishing) return 'not_connected';
    if (this.#initiative.isFull) return 'busy';
    const result = queue();
    if (interrupt) this.#dispatch({ type: 'interrupt' });
    this.#initiative.next();
    return result;
  }

  /** Cuts the answer in progress short. */
  interrupt(): SpeechRefusalHere | 'accepted' | 'nothing' {
    if (!this.#session) return 'not_connected';
    const { state } = this.#machine;
    this.#dispatch({ type: 'interrupt' });
    return this.#machine.state === state ? 'nothing' : 'accepted';
  }

  /** Opens the microphone for a while, whatever activation the device has. */
  listen(): SpeechRefusalHere | 'accepted' {
    if (!this.#session || this.#finishing) return 'not_connected';
    this.#attention.listen();
    return 'accepted';
  }

  /** Forgets what was said. */
  forget(): void {
    this.#answering.forget();
  }

  /**
   * Mono s16 at 16 kHz, any length. On the 20 ms path: synchronous, nothing awaited.
   * @param arrivedAtMs when it came from the device, monotonic milliseconds
   */
  audio(samples: Int16Array, arrivedAtMs: number): void {
    this.#hearing.audio(samples, arrivedAtMs);
  }

  /** What the microphone is good for just now. */
  get listeningMode(): ListeningMode {
    return this.#mode();
  }

  event(event: DeviceEvent): void {
    switch (event.type) {
      case 'speech_button':
        this.#button(event.pressed);
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

  /** The line goes down or is down: nothing new begins. */
  get #isLeaving(): boolean {
    return this.#leaving || this.#finishing !== undefined;
  }

  /** @param atMs when what is heard arrived: what came during an answer is its echo, however late it is handled */
  #mode(atMs = this.#deps.clock.now()): ListeningMode {
    if (this.#finishing || !this.#session || atMs < this.#deafUntilMs) return 'closed';
    switch (this.#machine.state) {
      case 'idle':
        return this.#attention.hears || this.#machine.expecting ? 'waiting' : 'closed';
      case 'hearing':
        return 'hearing';
      case 'transcribing':
      case 'thinking':
      case 'speaking':
        return this.#hearsOver ? 'over' : 'closed';
    }
  }

  /** Whether the user may speak over an answer. */
  get #hearsOver(): boolean {
    const { duplex, activation } = this.#device.conversation;
    return duplex === 'full' && activation !== 'push_to_talk';
  }

  /** Tells the device whether its microphone is believed, when that has changed. The tail of an answer is no change. */
  #showListening(): void {
    const deafUntilMs = this.#deafUntilMs;
    this.#deafUntilMs = 0;
    const listening = this.#mode() !== 'closed';
    this.#deafUntilMs = deafUntilMs;
    if (listening === this.#listening || !this.#session || this.#finishing) return;
    this.#listening = listening;
    this.#session.send({ type: 'listening', on: listening });
  }

  #button(pressed: boolean): void {
    if (this.#finishing) return;
    if (pressed) {
      this.#speechButton.pressed();
      this.#attention.wake();
      this.#dispatch({ type: 'button' });
      if (this.#turn && this.#machine.state === 'hearing') this.#turn.byButton = true;
    } else if (this.#speechButton.released()) {
      this.#dispatch({ type: 'speech_ended' });
    }
  }

  /** The one way in: an input that arrives while another is being worked on waits its turn. */
  #dispatch(input: TurnInput): void {
    this.#inbox.push(input);
    if (this.#working) return;
    this.#working = true;
    try {
      for (let next = this.#inbox.shift(); next; next = this.#inbox.shift()) this.#step(next);
    } finally {
      // A fault of ours costs the line, and that has to be worked on too.
      this.#working = false;
    }
    this.#finishedIfIdle();
    this.#initiative.next();
  }

  #step(input: TurnInput): void {
    const before = this.#machine;
    const { machine, effects } = stepTurn(before, input);
    this.#machine = machine;
    for (const effect of effects) this.#carryOut(effect);
    if (machine.state !== before.state || machine.turn !== before.turn) this.#stateChanged(before);
    else if (machine.expecting !== before.expecting) this.#showListening();
  }

  #stateChanged(before: TurnMachine): void {
    const { state } = this.#machine;
    this.#watchdog.watch(state);
    if (state === 'idle' && before.state !== 'idle') this.#hearing.afresh();
    // What was said before there was an answer to interrupt.
    if (state === 'thinking' && this.#bargeIn.utterance) this.#recognised(this.#bargeIn.utterance);
    this.#showListening();
  }

  #carryOut(effect: TurnEffect): void {
    switch (effect.type) {
      case 'begin_turn':
        this.#beginTurn(effect.turn, effect.kind, effect.adopt, effect.unsure);
        return;
      case 'finish_stt':
        this.#finishStt();
        return;
      case 'cancel_stt':
        this.#turn?.stopWork();
        return;
      case 'cancel_reply':
        this.#turn?.cancel();
        this.#hearing.flushed();
        return;
      case 'start_reply':
        this.#startReply(effect.text);
        return;
      case 'open_barge_in':
        this.#bargeIn.open();
        return;
      case 'close_barge_in':
        this.#bargeIn.close();
        return;
      case 'pause_reply':
        if (!this.#turn || !this.#session) return;
        this.#turn.spokenOver = true;
        this.#hearing.flushed();
        this.#speaking.hold(this.#turn, this.#session);
        return;
      case 'resume_reply':
        if (this.#turn && this.#session) this.#speaking.resume(this.#turn, this.#session);
        return;
      case 'send_reply_done':
        this.#session?.send({ type: 'reply_done' });
        return;
      case 'send_interrupted':
        this.#session?.send({ type: 'reply_interrupted' });
        return;
      case 'play_notice':
        this.#releaseUtterance();
        if (this.#turn && this.#session) this.#speaking.notice(this.#turn, this.#session, effect.failure);
        return;
      case 'end_turn':
        this.#endTurn(effect.outcome, effect.failure);
        return;
    }
  }

  #beginTurn(number: number, kind: TurnKind, adopt: boolean, unsure: boolean): void {
    const { clock, recorder, report } = this.#deps;
    const { name } = this.#device;
    const turn = new Turn(number, kind, clock);
    this.#turn = turn;
    turn.recording = recorder?.open(name, number, kind);
    report({ type: 'turn.started', device: name, turn: number });
    // Who presses the button over an answer is believed at once.
    this.#deafUntilMs = 0;
    this.#initiative.busy();
    this.#answering.turnBegan();
    if (kind !== 'user' && kind !== 'answer') {
      this.#initiative.spokeFirst(kind);
      return;
    }
    turn.beganOver = unsure;
    const adopted = adopt ? this.#bargeIn.adopt((frame, agoMs) => turn.recording?.user(frame, agoMs)) : undefined;
    turn.utterance = adopted ?? this.#hearing.open((frame) => turn.recording?.user(frame));
    // Who goes on behind words that were not meant for us does not mean us either.
    this.#attention.begin(kind === 'answer' || (adopt && this.#lastOutcome !== 'no_speech'));
    // With a wake word before it, what is heard is not what will be asked.
    if (kind === 'user' && this.#device.conversation.activation !== 'wake_word') this.#answering.prepare();
    turn.note('last_speech', turn.utterance.lastSpeechAtMs);
    // It was over before the turn began: nobody else would say so.
    if (turn.utterance.isEnded) this.#dispatch({ type: 'speech_ended' });
    if (turn.utterance.text !== '' || turn.utterance.isFinal) this.#recognised(turn.utterance);
  }

  #finishStt(): void {
    const turn = this.#turn;
    this.#releaseUtterance();
    if (!turn?.utterance) return;
    turn.note('last_speech', turn.utterance.lastSpeechAtMs);
    turn.note('speech_ended', this.#deps.clock.now());
    turn.utterance.finish();
    if (this.#attention.isAwake) this.#session?.send({ type: 'speech_stopped' });
  }

  #releaseUtterance(): void {
    if (this.#turn?.utterance) this.#hearing.release(this.#turn.utterance);
  }

  #utteranceEnded(utterance: Utterance, reason: EndReason): void {
    if (utterance === this.#turn?.utterance) {
      if (this.#turn.byButton && this.#speechButton.keepsOpen(reason, utterance.endpointing)) return;
      // What its audio has waited for us is no pause of the user's.
      this.#turn.note('speech_ended', this.#hearing.lastFrameMs);
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
    if (turn.isMeant) this.#answering.consider(utterance.endpointing);
  }

  #recognised(utterance: Utterance): void {
    const turn = this.#turn;
    if (turn && utterance === turn.utterance) this.#understanding.inTurn(turn, utterance);
    else if (turn && utterance === this.#bargeIn.utterance) this.#understanding.overAnswer(turn, utterance);
  }

  #unrecognised(utterance: Utterance, error: unknown): void {
    const turn = this.#turn;
    if (turn && utterance === turn.utterance) this.#fail(turn, 'stt', error);
    else if (utterance === this.#bargeIn.utterance) {
      if (!isAbort(error)) this.#report('stt', error);
      this.#dispatch({ type: 'barge_in_ended' });
      // An answer that is held for words that will never come goes on at once.
      this.#dispatch({ type: 'pause_over' });
    }
  }

  #startReply(text: string): void {
    const turn = this.#turn;
    if (!turn || !this.#session) return;
    const request = this.#initiative.current;
    this.#speaking.start(turn, this.#session, {
      write: this.#answering.begin(turn.kind, text, request?.text),
      voice: request?.voice ?? this.#device.voice,
      language: this.#answering.language,
    });
  }

  #fail(turn: Turn, kind: EngineKind, cause: unknown): void {
    // A cancelled call says so: that is no failure.
    if (turn.signal.aborted || isAbort(cause)) return;
    this.#failed(turn, kind, cause);
  }

  #failed(turn: Turn, kind: EngineKind, cause: unknown): void {
    const error = this.#report(kind, cause);
    if (kind === 'stt' && !this.#attention.isAwake) {
      // Nobody has called the device: it must not chime at every sentence of the television.
      turn.utterance?.cancel();
      this.#dispatch({ type: 'speech_ended' });
      this.#dispatch({ type: 'transcript', turn: turn.number, text: '' });
      return;
    }
    this.#dispatch({ type: 'failed', turn: turn.number, failure: { kind, error } });
  }

  #report(kind: EngineKind, cause: unknown): DialtoneError {
    const error = toDialtoneError(cause);
    const engine = this.#deps.engines[kind].id;
    this.#deps.report({ type: 'engine.error', kind, engine, code: error.code, message: error.message });
    return error;
  }

  #endTurn(outcome: TurnOutcome, failure: TurnFailure | null): void {
    const turn = this.#turn;
    if (!turn) return;
    const { clock } = this.#deps;
    const isWhole = outcome === 'answered' && !turn.hurried;
    const answer = isWhole ? turn.text.trim() : turn.heardWords;
    this.#answering.said(turn, answer, !isWhole);
    const ended = { device: this.#device.name, ...turn.ended(outcome, answer, failure) };
    this.#deps.report(ended);
    // Without the wake word nothing is kept of what is said in a room.
    if (this.#attention.isAwake) turn.recording?.end(ended);
    else turn.recording?.discard();
    if (turn.playout) {
      this.#understanding.answerEnded(turn);
      // Who interrupts by speaking has begun before.
      if (outcome === 'interrupted') this.#deafUntilMs = this.#hearsOver ? 0 : clock.now();
      else this.#deafUntilMs = clock.now() + this.#device.conversation.echoTailMs;
      this.#hearing.answerEnded(!turn.spokenOver);
    }
    this.#releaseUtterance();
    turn.cancel();
    this.#speaking.ended();
    this.#turn = undefined;
    this.#lastOutcome = outcome;
    this.#attention.turnEnded(turn.heard !== '' || turn.playout !== undefined);
    this.#initiative.ended(ended);
  }

  /** An engine keeps the turn waiting: a voice is blamed once the language model has finished. */
  #stuck(state: TurnState, waitedMs: number): void {
    const turn = this.#turn;
    if (!turn || this.#machine.bargeIn === 'paused') return;
    const kind = state === 'transcribing' ? 'stt' : turn.isWritten ? 'tts' : 'llm';
    this.#failed(
      turn,
      kind,
      new DialtoneError('engine_timeout', `no result within ${waitedMs / 1000} s`, { retryable: true }),
    );
  }
}
