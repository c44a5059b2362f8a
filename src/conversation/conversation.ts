import type { DeviceConfig } from '../config/devices-schema.ts';
import type { DeviceEvent, DeviceSession, ListenMode } from '../protocols/protocol.ts';
import type { ConversationDeps } from './conversation-deps.ts';
import { type ConversationParts, createParts } from './conversation-parts.ts';
import type { ButtonAction } from './listening/button-machine.ts';
import { RecordedSpeech } from './listening/recorded-speech.ts';
import { SpeechButton } from './listening/speech-button.ts';
import type { Picture } from './picture.ts';
import type {
  AskRequest,
  AskResult,
  HearRequest,
  RecordingResult,
  SayRequest,
  SayResult,
  SpeechRefusalHere,
} from './proactive/requests.ts';
import {
  allowsBargeIn,
  type ListeningMode,
  type ListeningPolicy,
  listeningMode,
  showsListening,
  wantsMicrophone,
} from './turn/listening-mode.ts';
import { INITIAL_TURN_MACHINE, stepTurn, type TurnInput, type TurnMachine } from './turn/turn-machine.ts';
import { TurnRunner } from './turn/turn-runner.ts';
import { activityIn, type ConversationActivity, type DeviceReport, type TurnView } from './view.ts';

/** What is said with one device. It survives reconnects: `attach` and `detach` come and go. */
export class Conversation {
  readonly #deps: ConversationDeps;
  readonly #parts: ConversationParts;
  readonly #button: SpeechButton;
  readonly #runner: TurnRunner;
  readonly #recorded: RecordedSpeech;
  readonly #inbox: TurnInput[] = [];
  /** As devices.json says. */
  #configured: DeviceConfig;
  /** The same, but for what the device itself has said of how it listens. */
  #device: DeviceConfig;
  #machine: TurnMachine = INITIAL_TURN_MACHINE;
  #session: DeviceSession | undefined;
  #isDispatching = false;
  /** What the device was last told: whether it is listened to. */
  #toldListening = false;
  /** What the device was last told: whether its microphone is wanted. */
  #toldWanted = false;
  #reported: DeviceReport | null = null;
  /** Called once nothing is being said any more. */
  #whenLeft: (() => void) | undefined;

  constructor(device: DeviceConfig, deps: ConversationDeps) {
    this.#configured = device;
    this.#device = device;
    this.#deps = deps;
    this.#button = new SpeechButton({
      clock: deps.clock,
      state: () => this.#machine.state,
      onAction: (action) => this.#buttonActs(action),
    });
    const dispatch = (input: TurnInput) => this.#dispatch(input);
    const runner = new TurnRunner({
      deps,
      parts: () => this.#parts,
      button: this.#button,
      device: () => this.#device,
      session: () => this.#session,
      dispatch,
      onEnded: (ended) => this.#recorded.turnEnded(ended),
      onLeft: () => this.#whenLeft?.(),
    });
    this.#runner = runner;
    this.#recorded = new RecordedSpeech({
      clock: deps.clock,
      state: () => this.#machine.state,
      turn: () => runner.turn,
      begin: () => {
        this.#parts.listener.afresh();
        this.#parts.activation.wake();
        this.#button.held();
      },
      audio: (samples) => this.#parts.listener.audio(samples, deps.clock.now()),
      end: () => this.#listensNoMore(),
    });
    this.#parts = createParts(
      {
        device: () => this.#device,
        engines: () => runner.engines,
        machine: () => this.#machine,
        turn: () => runner.turn,
        dispatch,
        send: (command) => this.#session?.send(command),
        isUsable: (text) => this.#session?.isUsable?.(text) ?? true,
        showListening: () => this.#showListening(),
        heard: {
          mode: (atMs) => this.#mode(atMs),
          ended: (utterance, reason) => runner.utteranceEnded(utterance, reason),
          heard: (utterance, frame) => runner.utteranceGoesOn(utterance, frame),
          text: (utterance) => runner.recognised(utterance),
          failed: (utterance, error) => runner.unrecognised(utterance, error),
        },
      },
      deps,
    );
  }

  get activity(): ConversationActivity {
    return activityIn(this.#machine.state);
  }

  /** The turn in progress; null between turns. */
  get turn(): TurnView | null {
    const { turn } = this.#runner;
    if (!turn) return null;
    const { number, startedAtMs, heard } = turn;
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

  /** A session is there. */
  attach(session: DeviceSession): void {
    this.#session = session;
    this.#parts.responder.attach(session, {
      reported: () => this.#reported,
      endConversation: () => this.#parts.proactive.endBehindThis(),
    });
    this.#parts.listener.reset();
    this.#dispatch({ type: 'attached' });
    this.#toldListening = false;
    this.#toldWanted = false;
    this.#showListening();
    this.#parts.unheard.attached(session);
    this.#parts.proactive.attached(session.openedByUser ?? false);
  }

  /** Takes another configuration of the device: it applies from the next turn. */
  configure(device: DeviceConfig): void {
    const isFull = this.#device !== this.#configured;
    this.#configured = device;
    this.#device = isFull ? inFullDuplex(device) : device;
  }

  /** The line will go down: what was synthesised already may still be said, then `done` is called. Nothing new begins. */
  finish(done: () => void): void {
    this.#whenLeft = done;
    this.#dispatch({ type: 'leave' });
  }

  /** The session is gone: a turn in progress ends here. */
  detach(): void {
    this.#whenLeft = undefined;
    this.#recorded.lost();
    this.#dispatch({ type: 'detached' });
    this.#session = undefined;
    this.#device = this.#configured;
    this.#parts.listener.afresh();
    this.#button.lost();
    this.#parts.proactive.detached();
    this.#parts.activation.rest();
  }

  /** Ends the conversation for good. */
  close(): void {
    this.detach();
    this.#parts.unheard.clear();
    this.#deps.vad.free();
    this.#deps.engines.release();
  }

  /** Has the device say something, after what it is saying. */
  say(request: SayRequest): SpeechRefusalHere | Promise<SayResult> {
    return this.#request(request.interrupt, () => this.#parts.proactive.say(request));
  }

  /** Has the device ask something, after what it is saying. */
  ask(request: AskRequest): SpeechRefusalHere | Promise<AskResult> {
    return this.#request(false, () => this.#parts.proactive.ask(request));
  }

  /** Resolves with what the user says next, after what the device is saying. The device does not reply to it. */
  hear(request: HearRequest): SpeechRefusalHere | Promise<AskResult> {
    return this.#request(false, () => this.#parts.proactive.hear(request));
  }

  /** Takes what the user has said and the device has recorded, mono s16 at 16 kHz: it interrupts an answer, as a button does. */
  hearRecording(samples: Int16Array): SpeechRefusalHere | Promise<RecordingResult> {
    return this.#machine.session === 'up' ? this.#recorded.hear(samples) : 'not_connected';
  }

  #request<R>(interrupt: boolean, queue: () => Promise<R>): SpeechRefusalHere | Promise<R> {
    if (this.#machine.session !== 'up') return 'not_connected';
    if (this.#parts.proactive.isFull) return 'busy';
    const result = queue();
    if (interrupt) this.#dispatch({ type: 'interrupt' });
    this.#parts.proactive.next();
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
    this.#parts.activation.ask();
    return 'accepted';
  }

  /** The user has shown a picture: what they say next is about it. */
  show({ mediaType, bytes, name }: Picture): 'accepted' {
    this.#parts.responder.show({ type: 'image', mediaType, bytes });
    if (this.#machine.session === 'up') this.#session?.send({ type: 'image_received', name });
    return 'accepted';
  }

  /** Forgets what was said. */
  forget(): void {
    this.#parts.responder.forget();
    this.#parts.unheard.clear();
  }

  /**
   * Mono s16 at 16 kHz, any length. On the 20 ms path: synchronous, nothing awaited.
   * @param arrivedAtMs when it came from the device, monotonic milliseconds
   */
  audio(samples: Int16Array, arrivedAtMs: number): void {
    // What the microphone hears meanwhile is no part of a recording.
    if (!this.#recorded.isBeingHeard) this.#parts.listener.audio(samples, arrivedAtMs);
  }

  event(event: DeviceEvent): void {
    switch (event.type) {
      case 'speech_button':
        this.#buttonMoved(event.pressed);
        return;
      case 'interrupt':
        this.#dispatch({ type: 'interrupt' });
        return;
      case 'forget':
        this.#dispatch({ type: 'interrupt' });
        this.forget();
        return;
      case 'status': {
        const { type: _, ...values } = event;
        this.#reported = { ...this.#reported, ...values };
        return;
      }
      case 'listen':
        if (event.state === 'start') this.#listens(event.mode);
        else this.#listensNoMore();
        return;
      case 'wake':
        if (this.#machine.session === 'up') this.#parts.activation.wokenByDevice(event.word);
        return;
      case 'tools_changed':
      case 'touch':
      case 'dropped':
      case 'warning':
        return;
    }
  }

  get #policy(): ListeningPolicy {
    const { duplex, activation } = this.#device.conversation;
    return { duplex, activation, isActive: this.#parts.activation.isActive };
  }

  #mode(atMs: number): ListeningMode {
    return listeningMode(this.#machine, this.#policy, atMs);
  }

  /** Tells the device whether it is listened to, when that has changed. */
  #showListening(): void {
    if (this.#machine.session !== 'up') return;
    const listening = showsListening(this.#machine, this.#policy);
    if (listening !== this.#toldListening) {
      this.#toldListening = listening;
      this.#session?.send({ type: 'listening', on: listening });
    }
    const wanted = wantsMicrophone(this.#machine, this.#parts.activation.isAsked, this.#toldWanted);
    if (wanted === this.#toldWanted) return;
    this.#toldWanted = wanted;
    this.#session?.send({ type: 'listen', on: wanted });
  }

  /** The device has opened its microphone: what it hears is meant for us. */
  #listens(mode: ListenMode): void {
    if (this.#machine.session !== 'up') return;
    this.#device = mode === 'realtime' ? inFullDuplex(this.#configured) : this.#configured;
    this.#parts.activation.wake();
    if (mode === 'manual') this.#button.held();
    else if (this.#device.conversation.activation === 'push_to_talk') this.#parts.activation.listen();
  }

  /** The device has closed its microphone: the user has finished, whatever they said. */
  #listensNoMore(): void {
    this.#button.letGo();
    if (this.#machine.state === 'hearing') this.#dispatch({ type: 'speech_ended' });
  }

  #buttonMoved(pressed: boolean): void {
    // The machine takes no input without a session, and the button must not wait for a release that it cannot be told of.
    if (this.#machine.session === 'none') return;
    if (pressed) this.#button.pressed();
    else this.#button.released();
  }

  #buttonActs(action: ButtonAction): void {
    if (this.#machine.session !== 'up') return;
    if (action === 'end') {
      this.#dispatch({ type: 'speech_ended' });
      return;
    }
    this.#parts.activation.wake();
    if (action === 'press') this.#dispatch({ type: 'button' });
    else this.#heardByButton();
  }

  /** The turn that is being heard, if any, is the button's from now on. */
  #heardByButton(): void {
    const { turn } = this.#runner;
    if (turn && this.#machine.state === 'hearing') turn.byButton = true;
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
    this.#parts.proactive.next();
  }

  #step(input: TurnInput): void {
    const before = this.#machine;
    const { conversation } = this.#device;
    const { machine, effects } = stepTurn(before, input, {
      nowMs: this.#deps.clock.now(),
      bargeIn: allowsBargeIn(conversation),
      echoTailMs: this.#parts.listener.echoTailMs,
      hearsItself: this.#runner.hearsItself,
    });
    this.#machine = machine;
    for (const effect of effects) this.#runner.carryOut(effect);
    if (input.type === 'button') this.#heardByButton();
    if (machine.state !== before.state || machine.turn !== before.turn) this.#stateChanged(before);
    else if (machine.expecting !== before.expecting) this.#showListening();
  }

  #stateChanged(before: TurnMachine): void {
    const { state } = this.#machine;
    this.#parts.watchdog.watch(state);
    if (before.state === 'transcribing') this.#button.transcribed();
    if (state === 'idle' && before.state !== 'idle') this.#parts.listener.turnEnded();
    if (state === 'thinking') this.#runner.replyBegins();
    this.#recorded.stateChanged();
    this.#showListening();
  }
}

/** A device that removes its own echo: its user may speak over an answer. */
function inFullDuplex(device: DeviceConfig): DeviceConfig {
  return { ...device, conversation: { ...device.conversation, duplex: 'full' } };
}
