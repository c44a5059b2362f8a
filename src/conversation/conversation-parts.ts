import type { DeviceConfig } from '../config/devices-schema.ts';
import type { EngineSet } from '../engines/engine.ts';
import type { DeviceCommand } from '../protocols/protocol.ts';
import type { ConversationDeps } from './conversation-deps.ts';
import { languagesOf, onlyLanguageOf } from './instructions/language.ts';
import { Activation } from './listening/activation.ts';
import { BargeIn } from './listening/barge-in.ts';
import { Listener, type ListenerEvents } from './listening/listener.ts';
import { Transcripts } from './listening/transcripts.ts';
import { Proactive } from './proactive/proactive.ts';
import { Responder } from './responding/responder.ts';
import { Speaker } from './speaking/speaker.ts';
import { UnheardAnswer } from './speaking/unheard-answer.ts';
import { EngineFailures } from './turn/engine-failures.ts';
import type { Turn } from './turn/turn.ts';
import { isFree, type TurnInput, type TurnMachine } from './turn/turn-machine.ts';
import { TurnWatchdog } from './turn/turn-watchdog.ts';

/** What the parts of a conversation ask of it, and report to it. */
export interface ConversationHost {
  readonly device: () => DeviceConfig;
  /** Those of the turn in progress; between turns, those of the last one. */
  readonly engines: () => EngineSet;
  readonly machine: () => TurnMachine;
  /** The turn in progress. */
  readonly turn: () => Turn | undefined;
  readonly dispatch: (input: TurnInput) => void;
  /** Tells the device; does nothing without a session. */
  readonly send: (command: DeviceCommand) => void;
  /** Whether what the user said can be answered: the device may want more than a sound. */
  readonly isUsable: (text: string) => boolean;
  /** The device may listen now, or no longer. */
  readonly showListening: () => void;
  readonly heard: Pick<ListenerEvents, 'mode' | 'ended' | 'heard' | 'text' | 'failed'>;
}

/** The parts of a conversation: each does one thing, none knows the others' insides. */
export interface ConversationParts {
  readonly listener: Listener;
  readonly bargeIn: BargeIn;
  readonly transcripts: Transcripts;
  readonly speaker: Speaker;
  readonly responder: Responder;
  readonly activation: Activation;
  readonly proactive: Proactive;
  readonly failures: EngineFailures;
  readonly watchdog: TurnWatchdog;
  readonly unheard: UnheardAnswer;
}

/** Makes the parts of a conversation and connects them. */
export function createParts(host: ConversationHost, deps: ConversationDeps): ConversationParts {
  const { clock, vad, checker, pacer, report, patience, fault = rethrow } = deps;
  const { device, engines, machine, turn, dispatch, send, heard } = host;
  const { name } = device();
  const config = () => device().conversation;
  const warn: NonNullable<ConversationDeps['warn']> =
    deps.warn ?? ((code, message) => report({ type: 'device.warning', device: name, code, message }));
  const responder = new Responder(device, {
    ...deps,
    engines,
    onTool: (run) => report({ type: 'tool.call', device: name, turn: turn()?.number ?? 0, ...run }),
  });
  const activation = new Activation({ clock, config, onChange: host.showListening });
  const failures = new EngineFailures({ engines, turn, report, dispatch, activation });
  const proactive = new Proactive({
    clock,
    config,
    isFree: () => isFree(machine()),
    isExpecting: () => machine().expecting,
    lastSaidAt: () => responder.lastSaidAt,
    speak: (kind) => dispatch({ type: 'speak', kind }),
    expect: () => dispatch({ type: 'expect' }),
    expectOver: () => dispatch({ type: 'expect_over' }),
    listen: () => activation.ask(),
    onGoodbye: () => activation.rest(),
    onRest: () => {
      responder.rest();
      send({ type: 'conversation_over' });
    },
    onLapsed: () => responder.rest(),
  });
  const listener = new Listener({
    clock,
    vad,
    checker,
    engines,
    key: name,
    config,
    language: () => onlyLanguageOf(device().instructions),
    languages: () => languagesOf(device().instructions),
    fault,
    events: {
      ...heard,
      began: () => dispatch({ type: 'speech_started' }),
      sustained: () => dispatch({ type: 'barge_in_sustained' }),
    },
  });
  const isRecorded = deps.recorder !== undefined;
  const bargeIn = new BargeIn({ clock, listener, isRecorded });
  const speaker = new Speaker({
    clock,
    pacer,
    engines,
    device: name,
    config,
    report,
    dispatch,
    fail: (failed, kind, cause) => failures.failed(failed, kind, cause),
    warn,
    fault,
    mayResume: () => !bargeIn.isWaitingForWords,
    mayFill: () => machine().bargeIn === 'none',
    onProgress: () => watchdog.watch(machine().state),
    onFrame: (frame, sampleRate, atMs) => listener.played(frame, sampleRate, atMs),
  });
  const transcripts = new Transcripts({
    clock,
    device: name,
    activation,
    responder,
    report,
    warn,
    dispatch,
    send,
    isUsable: host.isUsable,
    judgeEcho: () => listener.judgeEcho(),
    echo: () => listener.echo,
    opensAtMs: () => machine().deafUntilMs,
    onWords: ({ voice }) => {
      proactive.userSpoke();
      listener.spoke(voice);
    },
    onNoWords: () => listener.wasDeceived(),
  });
  const watchdog = new TurnWatchdog({
    clock,
    ...patience,
    sentMs: () => turn()?.speech?.answerSentMs,
    lastFrameMs: () => listener.lastFrameMs,
    onGap: () => dispatch({ type: 'speech_ended' }),
    onStuck: (state, waitedMs) => {
      const stuck = turn();
      if (stuck && machine().bargeIn !== 'paused') failures.stuck(stuck, state, waitedMs);
    },
  });
  const unheard = new UnheardAnswer({ clock, tts: () => engines().tts, fault });
  return { listener, bargeIn, transcripts, speaker, responder, activation, proactive, failures, watchdog, unheard };
}

/** For a conversation outside a fleet: the process learns of a defect as of any other. */
function rethrow(cause: unknown): never {
  throw cause;
}
