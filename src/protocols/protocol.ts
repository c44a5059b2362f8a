import type { Direction } from '../config/device-kind.ts';
import type { DeviceConfig } from '../config/devices-schema.ts';
import type { Clock } from '../core/clock.ts';
import type { ErrorCode } from '../core/errors.ts';
import type { WarningCode } from '../core/warnings.ts';
import type { Link, LinkKind } from '../transport/link.ts';
import type { DeviceTools } from './device-tools.ts';

/** The user has touched the device where it feels that. */
export interface DeviceTouch {
  readonly gesture: 'tap' | 'stroke';
  readonly durationMs: number;
  /** When it began, by the clock of the device, milliseconds. */
  readonly deviceMs: number;
  /** The session, as the device calls it. */
  readonly sessionId: string;
}

/** What a device tells, apart from its audio. */
export type DeviceEvent =
  /** A button on the device opened or closed the microphone. */
  | { readonly type: 'speech_button'; readonly pressed: boolean }
  /** The user asks for the answer to stop. */
  | { readonly type: 'interrupt' }
  /** The user begins anew: what was said is to be forgotten, and what is being said to stop. */
  | { readonly type: 'forget' }
  /** The device has opened its microphone for the user, or closed it. `mode` says who ends what is said, and how. */
  | { readonly type: 'listen'; readonly state: 'start'; readonly mode: ListenMode }
  | { readonly type: 'listen'; readonly state: 'stop' }
  /** The device has heard its wake word; the audio of it may have come before. `word`: as the device writes it. */
  | { readonly type: 'wake'; readonly word: string }
  | ({ readonly type: 'touch' } & DeviceTouch)
  /** What the device says of itself; a field it did not send is left out. */
  | {
      readonly type: 'status';
      readonly uptimeMs?: number;
      readonly heapFreeBytes?: number;
      readonly wifiRssiDbm?: number;
    }
  /** The functions of the device are others than before: see `DeviceSession.tools`. */
  | { readonly type: 'tools_changed' }
  /** Something was not understood and dropped. Nothing else follows from it. */
  | { readonly type: 'dropped'; readonly reason: DropReason }
  /** What the device sends shows that something about it should be changed. May be told again and again. */
  | { readonly type: 'warning'; readonly code: WarningCode; readonly message: string };

/** How a device listens that opens its microphone itself. */
export type ListenMode =
  /** Until the user falls silent: dialtone notices. The microphone is closed while the device speaks. */
  | 'auto'
  /** Until the device says so. */
  | 'manual'
  /** All the time: the device removes its own echo, so that the user may speak over an answer. */
  | 'realtime';

/** Why a frame or message of a device was dropped: the values of a metric label. */
export type DropReason =
  | 'flood'
  | 'overload'
  | 'bad_json'
  | 'bad_base64'
  | 'bad_ogg'
  | 'bad_opus'
  | 'bad_pcm'
  | 'bad_frame'
  | 'unknown_type'
  | 'unexpected';

/** Every drop reason, for initialising metrics. */
export const DROP_REASONS: readonly DropReason[] = [
  'flood',
  'overload',
  'bad_json',
  'bad_base64',
  'bad_ogg',
  'bad_opus',
  'bad_pcm',
  'bad_frame',
  'unknown_type',
  'unexpected',
];

/** The listener of a device: called synchronously, on the 20 ms path. */
export interface DeviceListener {
  /** Mono s16 at 16 kHz, any length. Only valid during the call. */
  audio(samples: Int16Array): void;
  event(event: DeviceEvent): void;
}

/** What a device is told. A protocol that cannot express a command drops it knowingly. */
export type DeviceCommand =
  /** The microphone is believed, or not. */
  | { readonly type: 'listening'; readonly on: boolean }
  /** The microphone is wanted, or no longer: a client asked for it, or the device has asked a question. */
  | { readonly type: 'listen'; readonly on: boolean }
  /** The conversation is over until the user speaks again. */
  | { readonly type: 'conversation_over' }
  /** Words of the user as they are recognised. `startSeconds` is the audio position of the utterance. */
  | { readonly type: 'transcript'; readonly delta: string; readonly startSeconds: number }
  | { readonly type: 'speech_started' }
  | { readonly type: 'speech_stopped' }
  /**
   * What the user said is recognised, whole; empty: nothing that is meant for the device. `isTaken`: an answer follows, or it is one
   * itself.
   */
  | { readonly type: 'heard'; readonly text: string; readonly isTaken: boolean }
  /** A picture has come for the conversation. */
  | { readonly type: 'image_received'; readonly name: string }
  /** An answer is on its way: text may follow, then audio. */
  | { readonly type: 'reply_started' }
  /** Text of the reply, as the language model writes it; ahead of the speech. */
  | { readonly type: 'reply_text'; readonly delta: string }
  /** A sentence of the reply, as it is spoken; sent before its first audio. */
  | { readonly type: 'reply_sentence'; readonly text: string }
  /** A word of the reply, sent when its audio is sent. */
  | { readonly type: 'reply_word'; readonly word: string }
  /** The whole reply as written. */
  | { readonly type: 'reply_text_done'; readonly text: string }
  /** The answer is over: everything was sent. */
  | { readonly type: 'reply_done' }
  /** The answer is cut short: the device should throw away what it has not played. */
  | { readonly type: 'reply_interrupted' }
  /** Plays a short sound of the device's own: it has woken up, say. */
  | { readonly type: 'play_tone'; readonly tone: DeviceTone }
  /** 0 .. 100. */
  | { readonly type: 'set_volume'; readonly percent: number }
  /** Something failed and the user should learn of it. */
  | { readonly type: 'notice'; readonly code: ErrorCode; readonly message: string };

/** Sounds that a device may have of its own. */
export type DeviceTone = 'wake' | 'done' | 'error';

/** What a device can be told beyond speaking, as far as its protocol has words for it. */
interface DeviceAbilities {
  readonly playTone: boolean;
  readonly setVolume: boolean;
}

/** How a protocol plays audio. */
export interface PlaybackFormat {
  /** Hz of the mono s16 frames that `play` takes. */
  readonly sampleRate: number;
  /** Length of the frames that `play` takes, milliseconds. */
  readonly frameMs: number;
  /** How far audio may run ahead of the loudspeaker, milliseconds, unless the device's entry says another value. */
  readonly aheadMs: number;
  /** The most that the device has room for, milliseconds, whatever its entry says. Default: what an entry may say. */
  readonly maxAheadMs?: number;
  /** Silence behind every reply, so that a codec's delay swallows none of it, milliseconds. */
  readonly trailingSilenceMs: number;
}

/** One open line to a device, in its own language. Codec state lives and dies with it. */
export interface DeviceSession {
  readonly playback: PlaybackFormat;
  readonly abilities: DeviceAbilities;
  /** Audio of `play` that has not left this process, milliseconds: the link is slower than the audio. */
  readonly unsentMs: number;
  /**
   * Resolves when the device has said its hello; undefined: this kind of device says none. The session hears messages before,
   * reports neither audio nor events, and ends its link itself when the hello is wrong.
   */
  readonly greeted?: Promise<void>;
  /** The device has opened its link because its user wants to speak: it does not greet. Default: it may. */
  readonly openedByUser?: boolean;
  /** Functions of the device that the language model and the owner may call; undefined: it has none. */
  readonly tools?: DeviceTools | undefined;
  /** Asks the device for a sign of life; undefined: the link does. */
  probe?(): void;
  /** Takes a text message. Never throws. */
  receiveText(text: string): void;
  /** Takes a binary message. Never throws. */
  receiveBinary(bytes: Uint8Array): void;
  /** Whether what the user said, whole, can be answered. Default: whatever it is. */
  isUsable?(text: string): boolean;
  /**
   * Takes an answer that the device has not played to its end because its last link was lost. Undefined: such an answer is lost.
   * @param samples all of it, at the rate of `playback`
   */
  readonly offerUnheard?: ((samples: Int16Array) => void) | undefined;
  /** A message of the device was left out, by the flood guard or under overload: the next one does not follow the last. */
  missed?(): void;
  send(command: DeviceCommand): void;
  /** Gets ready to play a reply (an encoder, say). Resolve before the first `play`. */
  prepareToPlay(): Promise<void>;
  /** Sends one frame of `playback.frameMs`; pacing is the caller's business. */
  play(frame: Int16Array): void;
  /** Gives codec memory back. Further calls do nothing. */
  close(): void;
}

/** When a device is asked for a sign of life, and taken for gone. Milliseconds. */
export interface KeepAlive {
  /** Quiet time before a probe. */
  readonly probeAfterMs: number;
  /** Time without anything from the device after which its link is dead. */
  readonly deadAfterMs: number;
  /** The same for a device that never answered a probe: some firmware ignores them. */
  readonly mutedDeadAfterMs: number;
}

/**
 * What becomes of a link of a device that has one already: it replaces the old one, or is refused. `refuse_if_alive`: the old one
 * is asked for a sign of life, and gives way when none comes.
 */
export type IfTaken = 'supersede' | 'refuse' | 'refuse_if_alive';

/** How devices of one protocol dial in. */
interface AcceptPolicy {
  /** Paths of the listener that lead to this protocol. Two that share one are told apart by `queryKey`. */
  readonly paths: readonly string[];
  /** Key of the query that tells its devices from those of another protocol at the same path. Default: none does. */
  readonly queryKey?: string;
  readonly ifTaken: IfTaken;
  /** The largest message that its devices may send, bytes. Default: that of all devices. */
  readonly maxMessageBytes?: number;
}

/** How a kind of device speaks on the wire. */
export interface Protocol {
  readonly id: string;
  /** What its links are. */
  readonly transport: LinkKind;
  /** Which side may open links: dialtone dials the device, or accepts it. */
  readonly directions: readonly [Direction, ...Direction[]];
  /** How its devices dial in; undefined: they do not. */
  readonly accept?: AcceptPolicy;
  /** Offered in the handshake of a transport that has such a thing. */
  readonly subprotocols: readonly string[];
  /** Path of the URL when devices.json names none. */
  readonly defaultPath: string;
  /** How long the device's hello may take, milliseconds; null when this kind of device never says one. */
  readonly helloTimeoutMs: number | null;
  readonly keepAlive: KeepAlive;
  /** Whether handling a message of audio takes long (an Opus packet: 0.1 ms), so that it should wait its turn. */
  readonly isCostly: boolean;
  /**
   * Whether its devices send recordings, which may come faster than they were spoken: only their bytes are limited. Default: audio
   * comes at its own pace.
   */
  readonly sendsRecordings?: boolean;
  /** Whether a text message carries audio: it then counts as audio, not as control. Cheap: looks at its beginning only. */
  carriesAudio(text: string): boolean;
  /**
   * Starts a session on an open link and sends what the protocol says first. Codec state is fresh.
   * @param clock of the device: what its timers throw is a fault of this device alone. Default: that of all sessions
   */
  open(link: Link, device: DeviceConfig, listener: DeviceListener, clock?: Clock): Promise<DeviceSession>;
}
