import type { Clock, Random } from '#src/core/clock';
import type { Faults } from '../faults/faults.ts';
import type { HubAddress } from '../links/webrtc-dialer.ts';
import type { EchoControl } from '../sound/echo-control.ts';
import type { SoundCard } from '../sound/sound-card.ts';
import type { EchoOptions } from '../speaker/echo.ts';
import type { SimEvent } from './events.ts';

/** How a simulated device speaks on the wire. */
export type SimProtocol = 'realtime' | 'pcm' | 'webrtc';

/** What a realtime device puts into its audio fields, in both directions. */
export type SimAudioFormat = 'ogg-opus' | 'pcm16' | 'pcmf32';

/**
 * What happens when a second backend connects: `many` serves all with the same bytes (the Pi variant), `newest` closes
 * the older ones with 1000, `refuse` closes the newcomer with 1013 "Service busy" (TARS).
 */
export type ClientPolicy = 'many' | 'newest' | 'refuse';

/** A real microphone and loudspeaker, or those of a browser. */
export interface SoundOptions {
  readonly card: SoundCard;
  /** Default leaves the echo in. */
  readonly echoControl?: EchoControl;
  /** Told how loud microphone and loudspeaker are, root mean square, 0 to 1, some 50 times a second. */
  readonly onLevels?: (levels: { readonly mic: number; readonly speaker: number }) => void;
}

/** Everything about a simulated device that can be chosen; nothing has to be. */
export interface SimDeviceOptions {
  /** For events and error texts. Default "device". */
  readonly name?: string;
  /** Default `realtime`. */
  readonly protocol?: SimProtocol;
  /** `webrtc` only, which dials: the hub that it asks. */
  readonly hub?: HubAddress;
  /** 0, the default, takes any free port; `SimDevice.port` tells which. */
  readonly port?: number;
  /** Address to listen on. Default 127.0.0.1. */
  readonly host?: string;
  /** `realtime` only. Default `ogg-opus`. */
  readonly audioFormat?: SimAudioFormat;
  /**
   * What the microphone sends while the user is silent: `silence` sends frames all the time as real devices do, `nothing`
   * costs no timer at all. Default `silence`.
   */
  readonly microphone?: 'silence' | 'nothing';
  /** A device without microphone and loudspeaker: sends no audio at all, counts what it is sent. Default false. */
  readonly noAudio?: boolean;
  /** Length of a binary frame of `pcm`, milliseconds (40 ms is 1280 bytes). `realtime` always sends 2 x 40 ms. Default 40. */
  readonly frameMs?: 20 | 40;
  /** Noise of the microphone, in s16 steps (root mean square). Default 8, about -72 dBFS; 0 is digital silence. */
  readonly noiseRms?: number;
  /**
   * The microphone hears the loudspeaker, as it sounds, at this gain and delay. What it sends is then mixed and coded live
   * for this device alone, which costs far more than the default, no echo.
   */
  readonly echo?: EchoOptions;
  /**
   * `ogg-opus` only: in silence nothing is sent but an empty packet every 400 ms, and the granule position of the next page
   * tells how long it was. Coded live too. Default false.
   */
  readonly dtx?: boolean;
  /**
   * True, the default, keeps one codec for the life of the device, as the reference device does: its second connection
   * starts mid-stream, without Ogg headers. False makes a fresh codec for every connection.
   */
  readonly codecPerProcess?: boolean;
  /** Default `many` for `realtime` (the reference device), `refuse` for `pcm` (TARS). */
  readonly clients?: ClientPolicy;
  /** `samples` decodes what arrives; `durations` only counts it, which is cheap enough for a thousand. Default `samples`. */
  readonly loudspeaker?: 'samples' | 'durations';
  /** Room in the loudspeaker's queue, milliseconds; what does not fit is dropped. Default 5000, `pcm` 1000. */
  readonly maxQueueMs?: number;
  /** Whether an interruption empties the loudspeaker's queue. Default true; the reference device does not. */
  readonly flushOnInterrupt?: boolean;
  /** A WAV file of what the loudspeaker plays, to be overwritten. */
  readonly recordTo?: string;
  /**
   * A WAV file of both sides, to be overwritten: the microphone on the left channel, the loudspeaker on the right one, on one
   * time line. The microphone is then coded live, as with `echo`.
   */
  readonly recordBothTo?: string;
  /** Silence between replies in the file of `recordTo`: as long as it was, or at most half a second. Default `shortened`. */
  readonly recordGaps?: 'shortened' | 'real';
  /** The device's own ping, null for none. Default 20 s / 10 s for `realtime` (the reference device), null for `pcm`. */
  readonly keepAlive?: { readonly pingEveryMs: number; readonly pongTimeoutMs: number } | null;
  /** False for firmware that ignores pings. Default true. */
  readonly answerPings?: boolean;
  /** Whether permessage-deflate is accepted when offered. Default false. */
  readonly compression?: boolean;
  /** How many received messages `SimDevice.messages` keeps; the oldest go first. Default 2000, 0 for none. */
  readonly messageLog?: number;
  /** A real microphone and loudspeaker, in place of the simulated ones. Default none. */
  readonly sound?: SoundOptions;
  /** How the device misbehaves. Default not at all. */
  readonly faults?: Faults;
  /** Default the machine's clock. */
  readonly clock?: Clock;
  /** The chance in faults. Default `Math.random`. */
  readonly random?: Random;
  /** Told of everything that happens. Must not throw. */
  readonly onEvent?: (event: SimEvent) => void;
}

/** Room for the audio of a reply that a test may look at; a longer one keeps its beginning. */
export const MAX_REPLY_SAMPLES_MS = 120_000;
