import { type Clock, type Random, systemClock } from '#src/core/clock';
import { createDriftClock, type DriftClock } from '../faults/drift-clock.ts';
import type { Faults } from '../faults/faults.ts';
import type { HubAddress } from '../links/webrtc-dialer.ts';
import type { KeepAlive } from '../links/websocket-link.ts';
import { createPcmWire } from '../protocols/pcm/pcm-wire.ts';
import { createRealtimeWire } from '../protocols/realtime/realtime-wire.ts';
import { createWebRtcWire } from '../protocols/webrtc/webrtc-wire.ts';
import type { DeviceWire } from '../protocols/wire.ts';
import type { EchoOptions } from '../speaker/echo.ts';
import type { SimEvent } from './events.ts';
import type { ClientPolicy, SimDeviceOptions, SimProtocol, SoundOptions } from './options.ts';
import { SimError } from './sim-error.ts';

/** The options of a device with every default filled in. */
export interface SimSettings {
  readonly name: string;
  readonly protocol: SimProtocol;
  readonly wire: DeviceWire;
  /** Where it dials; undefined: it is dialled. */
  readonly hub: HubAddress | undefined;
  readonly port: number;
  readonly host: string;
  readonly ambient: boolean;
  readonly noAudio: boolean;
  readonly noiseRms: number;
  readonly echo: EchoOptions | undefined;
  readonly dtx: boolean;
  readonly codecPerProcess: boolean;
  readonly clients: ClientPolicy;
  readonly decode: boolean;
  readonly maxQueueMs: number;
  readonly flushOnInterrupt: boolean;
  readonly recordTo: string | undefined;
  readonly recordBothTo: string | undefined;
  readonly recordGaps: 'shortened' | 'real';
  readonly keepAlive: KeepAlive | null;
  readonly answerPings: boolean;
  readonly compression: boolean;
  readonly messageLog: number;
  readonly sound: SoundOptions | undefined;
  readonly faults: Faults;
  readonly clock: Clock;
  /** The clock of microphone and loudspeaker. */
  readonly audioClock: DriftClock;
  readonly random: Random;
  readonly onEvent: (event: SimEvent) => void;
}

/**
 * Fills in the defaults that {@link SimDeviceOptions} describes. Throws SimError `unsupported` for options that contradict
 * each other.
 */
export function resolveOptions(options: SimDeviceOptions): SimSettings {
  checkLive(options);
  const clock = options.clock ?? systemClock;
  const faults = options.faults ?? {};
  const protocol = options.protocol ?? 'realtime';
  const realtime = protocol === 'realtime';
  const noAudio = options.noAudio ?? false;
  return {
    name: options.name ?? 'device',
    protocol,
    wire: wireOf(protocol, options, clock),
    hub: options.hub,
    port: options.port ?? 0,
    host: options.host ?? '127.0.0.1',
    ambient: !noAudio && (options.microphone ?? 'silence') === 'silence',
    noAudio,
    noiseRms: options.noiseRms ?? 8,
    echo: options.echo,
    dtx: options.dtx ?? false,
    codecPerProcess: options.codecPerProcess ?? true,
    clients: options.clients ?? (realtime ? 'many' : 'refuse'),
    decode: !noAudio && (options.loudspeaker ?? 'samples') === 'samples',
    maxQueueMs: options.maxQueueMs ?? (realtime ? 5000 : 1000),
    flushOnInterrupt: options.flushOnInterrupt ?? true,
    recordTo: options.recordTo,
    recordBothTo: options.recordBothTo,
    recordGaps: options.recordGaps ?? 'shortened',
    keepAlive:
      options.keepAlive === undefined
        ? realtime
          ? { pingEveryMs: 20_000, pongTimeoutMs: 10_000 }
          : null
        : options.keepAlive,
    answerPings: options.answerPings ?? true,
    compression: options.compression ?? false,
    messageLog: options.messageLog ?? 2000,
    sound: options.sound,
    faults,
    clock,
    audioClock: createDriftClock(clock, faults.driftPpm ?? 0),
    random: options.random ?? Math.random,
    onEvent: options.onEvent ?? (() => {}),
  };
}

function wireOf(protocol: SimProtocol, { audioFormat, frameMs }: SimDeviceOptions, clock: Clock): DeviceWire {
  switch (protocol) {
    case 'realtime':
      return createRealtimeWire(audioFormat ?? 'ogg-opus');
    case 'pcm':
      return createPcmWire(frameMs ?? 40);
    case 'webrtc':
      return createWebRtcWire(clock);
  }
}

const MAX_ECHO_DELAY_MS = 5000;

function checkLive({ echo, dtx, sound, ...options }: SimDeviceOptions): void {
  const refuse = (text: string) => {
    throw new SimError('unsupported', text);
  };
  if (sound && (echo || dtx || options.noAudio || options.loudspeaker === 'durations')) {
    refuse('A real microphone has an echo of its own, no DTX, and needs a loudspeaker with samples.');
  }
  if ((options.protocol === 'webrtc') !== (options.hub !== undefined)) {
    refuse('A device that speaks webrtc dials: it needs a hub, and no other has one.');
  }
  if (!echo && !dtx) return;
  if (options.noAudio || options.microphone === 'nothing')
    refuse('An echo and DTX need a microphone that is always on.');
  if (dtx && (options.protocol === 'pcm' || (options.audioFormat ?? 'ogg-opus') !== 'ogg-opus')) {
    refuse('Only ogg-opus knows DTX.');
  }
  if (!echo) return;
  if (options.loudspeaker === 'durations') refuse('An echo needs a loudspeaker with samples, not only durations.');
  if (!(echo.gainDb <= 0)) refuse(`An echo is not louder than its sound: a gain of 0 dB or less, not ${echo.gainDb}.`);
  if (!(echo.delayMs >= 0 && echo.delayMs <= MAX_ECHO_DELAY_MS)) {
    refuse(`An echo comes 0 to ${MAX_ECHO_DELAY_MS} ms later, not ${echo.delayMs}.`);
  }
}
