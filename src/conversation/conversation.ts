import { FrameCutter } from '../audio/frames.ts';
import type { Pacer } from '../audio/pacer.ts';
import type { Clock } from '../clock.ts';
import type { DeviceConfig } from '../config/devices-schema.ts';
import { DialtoneError, isAbort, toDialtoneError } from '../errors.ts';
import type { Llm } from '../llm/llm.ts';
import type { DeviceEvent, DeviceListener, DeviceSession } from '../protocols/protocol.ts';
import type { Stt, SttStream } from '../speech/stt.ts';
import type { Tts } from '../speech/tts.ts';
import { VAD_FRAME_SAMPLES, type Vad } from '../speech/vad.ts';
import type { EngineKind, EventReport } from '../telemetry/events.ts';
import type { TurnRecorder } from './contracts.ts';
import { DEFAULT_ENDPOINTING, Endpointing, SILENCE_ONLY_ENDPOINTING } from './endpointing.ts';
import type { History } from './history.ts';
import { languageOf, systemPrompt } from './instructions.ts';
import { type HistoryKeeping, openHistory } from './kept-history.ts';
import { PreRoll } from './pre-roll.ts';
import { ReplyFailure } from './reply.ts';
import type { AskRequest, AskResult, SayRequest, SayResult, SpeechRefusalHere } from './speech-requests.ts';
import { Turn } from './turn.ts';
import {
  INITIAL_TURN_MACHINE,
  isListening,
  stepTurn,
  type TurnEffect,
  type TurnFailure,
  type TurnInput,
  type TurnMachine,
  type TurnState,
} from './turn-machine.ts';
import { TurnWatchdog } from './turn-watchdog.ts';
import { activityIn, type ConversationActivity, type DeviceReport, type TurnView } from './view.ts';

/** Audio time of one VAD frame, milliseconds. */
const FRAME_MS = 20;
const PRE_ROLL_FRAMES = 15;

/** After an answer the microphone still hears the room ring: this long it is not believed, milliseconds. */
const ECHO_TAIL_MS = 200;

/** A press of the button longer than this means "while I hold it". */
const HOLD_MS = 500;

/** The engines a conversation is held with. */
export interface Engines {
  readonly stt: Stt;
  readonly llm: Llm;
  readonly tts: Tts;
}

/** What a conversation needs of the world. */
export interface ConversationDeps {
  readonly clock: Clock;
  readonly pacer: Pacer;
  readonly report: (event: EventReport) => void;
  readonly engines: Engines;
  readonly vad: Vad;
  /** Default: in memory only. */
  readonly history?: HistoryKeeping;
  /** Default: turns are not recorded. */
  readonly recorder?: TurnRecorder;
}

/** What is said with one device. It survives reconnects: `attach` and `detach` come and go. */
export class Conversation implements DeviceListener {
  #device: DeviceConfig;
  readonly #deps: ConversationDeps;
  readonly #history: History;
  readonly #endpointing: Endpointing;
  readonly #preRoll = new PreRoll(PRE_ROLL_FRAMES, VAD_FRAME_SAMPLES);
  readonly #cutter = new FrameCutter(VAD_FRAME_SAMPLES, (frame) => this.#hear(frame));
  readonly #watchdog: TurnWatchdog;
  readonly #inbox: TurnInput[] = [];
  #machine: TurnMachine = INITIAL_TURN_MACHINE;
  #session: DeviceSession | undefined;
  #turn: Turn | undefined;
  #stt: SttStream | undefined;
  #working = false;
  #deafUntilMs = 0;
  #pressedAtMs = 0;
  #reported: DeviceReport | null = null;
  /** Told when the sentence in progress has ended; nothing new begins meanwhile. */
  #finishing: (() => void) | undefined;

  constructor(device: DeviceConfig, deps: ConversationDeps) {
    this.#device = device;
    this.#deps = deps;
    this.#history = openHistory(device.name, deps.clock, deps.history);
    this.#watchdog = new TurnWatchdog({
      clock: deps.clock,
      sentMs: () => this.#turn?.playout?.sentMs,
      onGap: () => this.#dispatch({ type: 'speech_ended' }),
      onStuck: (state, waitedMs) => this.#stuck(state, waitedMs),
    });
    this.#endpointing = new Endpointing(deps.engines.stt.hasPartials ? DEFAULT_ENDPOINTING : SILENCE_ONLY_ENDPOINTING);
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
    this.#cutter.reset();
    this.#deps.vad.reset();
    this.#listenAfresh();
    session.send({ type: 'listening', on: true });
  }

  /** Takes other words for the device: they apply from the next turn. */
  configure(device: DeviceConfig): void {
    this.#device = device;
  }

  /** The line will go down: what was synthesised already may still be said, then `done` is called. Nothing new begins. */
  finish(done: () => void): void {
    this.#finishing = done;
    if (this.#machine.state === 'speaking') this.#turn?.hurry();
    else this.#dispatch({ type: 'detached' });
    this.#finishedIfIdle();
  }

  #finishedIfIdle(): void {
    if (this.#machine.state === 'idle') this.#finishing?.();
  }

  /** The line is gone: a turn in progress ends here. */
  detach(): void {
    this.#finishing = undefined;
    this.#dispatch({ type: 'detached' });
    this.#session = undefined;
  }

  /** Ends the conversation for good. */
  close(): void {
    this.detach();
    this.#deps.vad.free();
  }

  /** Mono s16 at 16 kHz, any length. On the 20 ms path: synchronous, nothing awaited. */
  audio(samples: Int16Array): void {
    this.#cutter.push(samples);
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
        this.#deps.report({ type: 'device.status', device: this.#device.name, ...values });
        return;
      }
      case 'dropped':
        this.#deps.report({ type: 'device.dropped', device: this.#device.name, reason: event.reason });
        return;
    }
  }

  say(_request: SayRequest): SpeechRefusalHere | Promise<SayResult> {
    return 'busy';
  }

  ask(_request: AskRequest): SpeechRefusalHere | Promise<AskResult> {
    return 'busy';
  }

  interrupt(): SpeechRefusalHere | 'accepted' | 'nothing' {
    return 'busy';
  }

  listen(): SpeechRefusalHere | 'accepted' {
    return 'busy';
  }

  forget(): void {
    this.#history.clear();
  }

  #hear(frame: Int16Array): void {
    const { state } = this.#machine;
    const now = this.#deps.clock.now();
    if (!isListening(state) || now < this.#deafUntilMs || this.#finishing) return;
    const speech = this.#deps.vad.isSpeech(frame);
    this.#watchdog.heard(now);
    if (state === 'idle') {
      this.#preRoll.push(frame);
      if (this.#endpointing.begins(speech, FRAME_MS)) this.#dispatch({ type: 'speech_started' });
      return;
    }
    if (speech) this.#turn?.note('last_speech', now);
    this.#stt?.write(frame);
    if (this.#endpointing.ends(speech, FRAME_MS)) this.#dispatch({ type: 'speech_ended' });
  }

  #button(pressed: boolean): void {
    if (this.#finishing) return;
    const now = this.#deps.clock.now();
    if (pressed) {
      this.#pressedAtMs = now;
      this.#dispatch({ type: 'button' });
    } else if (now - this.#pressedAtMs >= HOLD_MS) {
      this.#dispatch({ type: 'speech_ended' });
    }
  }

  /** The one way in: an input that arrives while another is being worked on waits its turn. */
  #dispatch(input: TurnInput): void {
    this.#inbox.push(input);
    if (this.#working) return;
    this.#working = true;
    for (let next = this.#inbox.shift(); next; next = this.#inbox.shift()) {
      const before = this.#machine;
      const { machine, effects } = stepTurn(before, next);
      this.#machine = machine;
      for (const effect of effects) this.#carryOut(effect);
      if (machine.state !== before.state || machine.turn !== before.turn) this.#stateChanged(before);
    }
    this.#working = false;
  }

  #stateChanged(before: TurnMachine): void {
    const { state } = this.#machine;
    this.#watchdog.watch(state);
    this.#finishedIfIdle();
    if (isListening(state) === isListening(before.state)) return;
    if (isListening(state)) this.#listenAfresh();
    this.#session?.send({ type: 'listening', on: isListening(state) });
  }

  #listenAfresh(): void {
    this.#endpointing.reset();
    this.#preRoll.clear();
  }

  #carryOut(effect: TurnEffect): void {
    switch (effect.type) {
      case 'begin_turn':
        this.#beginTurn(effect.turn);
        return;
      case 'finish_stt':
        this.#turn?.note('speech_ended', this.#deps.clock.now());
        this.#stt?.end();
        this.#session?.send({ type: 'speech_stopped' });
        return;
      case 'cancel_stt':
        this.#turn?.stopWork();
        this.#stt = undefined;
        return;
      case 'cancel_reply':
        this.#turn?.cancel();
        return;
      case 'start_reply':
        this.#startReply(effect.text);
        return;
      case 'send_reply_done':
        this.#session?.send({ type: 'reply_done' });
        return;
      case 'send_interrupted':
        this.#session?.send({ type: 'reply_interrupted' });
        return;
      case 'play_notice':
        this.#playNotice(effect.failure);
        return;
      case 'end_turn':
        this.#endTurn(effect.outcome, effect.failure);
        return;
    }
  }

  #beginTurn(number: number): void {
    const { clock, engines, report } = this.#deps;
    const turn = new Turn(number, clock);
    this.#turn = turn;
    turn.note('last_speech', clock.now());
    // Who presses the button over an answer is believed at once.
    this.#deafUntilMs = 0;
    this.#endpointing.start();
    report({ type: 'turn.started', device: this.#device.name, turn: number });
    const stt = engines.stt.open({
      key: this.#device.name,
      language: languageOf(this.#device.instructions),
      signal: turn.signal,
    });
    this.#stt = stt;
    this.#preRoll.drain((frame) => stt.write(frame));
    void this.#recognise(turn, stt);
  }

  async #recognise(turn: Turn, stt: SttStream): Promise<void> {
    try {
      for await (const result of stt.results) {
        if (this.#turn !== turn || turn.signal.aborted) return;
        for (const word of turn.transcript.next(result.text)) this.#sendWord(turn, word);
        if (result.type === 'partial') {
          this.#endpointing.partial(result.text, result.endpoint);
          continue;
        }
        turn.heard = result.text.trim();
        turn.note('transcript', this.#deps.clock.now());
        if (turn.heard !== '') {
          const { number, heard: text, stages } = turn;
          this.#deps.report({ type: 'turn.heard', device: this.#device.name, turn: number, text, stages });
        }
        // A recogniser may end by itself, before we decided: that decides it.
        this.#dispatch({ type: 'speech_ended' });
        this.#dispatch({ type: 'transcript', turn: turn.number, text: turn.heard });
      }
    } catch (error) {
      this.#fail(turn, 'stt', error);
    }
  }

  #sendWord(turn: Turn, word: string): void {
    const first = turn.wordsSent === 0;
    turn.wordsSent += 1;
    const startSeconds = (this.#deps.clock.now() - turn.startedAtMs) / 1000;
    // The original opens every utterance with an empty delta.
    if (first) this.#session?.send({ type: 'transcript', delta: '', startSeconds });
    this.#session?.send({ type: 'transcript', delta: first ? word : ` ${word}`, startSeconds });
    if (first) this.#session?.send({ type: 'speech_started' });
  }

  #startReply(text: string): void {
    const { clock, engines, pacer } = this.#deps;
    const turn = this.#turn;
    const session = this.#session;
    if (!turn || !session) return;
    this.#history.addUser(text);
    session.send({ type: 'reply_started' });
    turn.openPlayout(session, pacer, {
      onStarted: () => {
        turn.note('first_sent', clock.now());
        this.#deps.report({ type: 'turn.speaking', device: this.#device.name, turn: turn.number, stages: turn.stages });
        this.#dispatch({ type: 'reply_started', turn: turn.number });
      },
      onSent: () => this.#dispatch({ type: 'reply_sent', turn: turn.number }),
      onPlayed: () => this.#dispatch({ type: 'reply_played', turn: turn.number }),
      onLate: (lateMs) => this.#deps.report({ type: 'playout.late', device: this.#device.name, lateMs }),
    });
    const { instructions, voice } = this.#device;
    turn
      .reply({
        session,
        llm: engines.llm,
        tts: engines.tts,
        voice,
        language: languageOf(instructions),
        messages: this.#history.messages(systemPrompt(instructions, clock.wallNow())),
      })
      .catch((error: unknown) => {
        if (error instanceof ReplyFailure) this.#fail(turn, error.kind, error.error);
        else this.#fail(turn, 'tts', error);
      });
  }

  #fail(turn: Turn, kind: EngineKind, cause: unknown): void {
    // A cancelled call says so: that is no failure.
    if (turn.signal.aborted || isAbort(cause)) return;
    const error = toDialtoneError(cause);
    const engine = this.#deps.engines[kind].id;
    this.#deps.report({ type: 'engine.error', kind, engine, code: error.code, message: error.message });
    this.#dispatch({ type: 'failed', turn: turn.number, failure: { kind, error } });
  }

  #playNotice({ error }: TurnFailure): void {
    const turn = this.#turn;
    const session = this.#session;
    if (!turn || !session) return;
    turn.stopWork();
    session.send({ type: 'notice', code: error.code, message: error.message });
    if (!turn.playout) {
      session.send({ type: 'reply_started' });
      turn.openPlayout(session, this.#deps.pacer, {
        onStarted: () => undefined,
        onSent: () => this.#dispatch({ type: 'reply_sent', turn: turn.number }),
        onPlayed: () => this.#dispatch({ type: 'reply_played', turn: turn.number }),
        onLate: () => undefined,
      });
    }
    turn.chime(session).catch((cause: unknown) => {
      this.#dispatch({ type: 'failed', turn: turn.number, failure: { kind: 'tts', error: toDialtoneError(cause) } });
    });
  }

  #endTurn(outcome: Parameters<Turn['ended']>[0], failure: TurnFailure | null): void {
    const turn = this.#turn;
    if (!turn) return;
    const isWhole = outcome === 'answered' && !turn.hurried;
    const answer = isWhole ? turn.text : turn.saidWords;
    this.#history.addAssistant(answer, !isWhole);
    this.#deps.report({ device: this.#device.name, ...turn.ended(outcome, answer, failure) });
    turn.cancel();
    if (turn.playout) this.#deafUntilMs = this.#deps.clock.now() + ECHO_TAIL_MS;
    this.#turn = undefined;
    this.#stt = undefined;
  }

  /** An engine keeps the turn waiting: a voice is blamed once the language model has finished. */
  #stuck(state: TurnState, waitedMs: number): void {
    const turn = this.#turn;
    if (!turn) return;
    const kind = state === 'transcribing' ? 'stt' : turn.isWritten ? 'tts' : 'llm';
    this.#fail(
      turn,
      kind,
      new DialtoneError('engine_timeout', `no result within ${waitedMs / 1000} s`, { retryable: true }),
    );
  }
}
