import type { OpusCodec } from '../audio/opus/opus.ts';
import type { DeviceKind } from '../config/device-kind.ts';
import type { DeviceConfig, DeviceOptions } from '../config/devices-schema.ts';
import { type Clock, type Random, systemClock } from '../core/clock.ts';
import type { Arrival } from '../transport/arrival.ts';
import type { Link } from '../transport/link.ts';
import { DeviceMemory } from './device-memory.ts';
import type { Downloads } from './downloads.ts';
import type { PinTools } from './hotpin/pin-tools.ts';
import type { Pictures } from './pictures.ts';
import type { DeviceListener, DeviceSession, Protocol } from './protocol.ts';
import type { Recorded } from './recorded.ts';
import type { MediaCounters } from './webrtc/media-counters.ts';

/** What protocols are made with. */
export interface ProtocolTools {
  readonly codec: OpusCodec;
  readonly random: Random;
  /** Default: the machine's. */
  readonly clock?: Clock;
  /** Default: devices that send pictures over HTTP are given no address for them. */
  readonly pictures?: Pictures;
  /** Default: devices are offered no files. */
  readonly downloads?: Downloads;
  /** Default: sessions of pins have HotPin's own limits, keep nothing, and cannot be looked at. */
  readonly pins?: PinTools;
  /** Told of what a device has recorded of its user by itself, from its start to its stop. Default: it is not kept. */
  readonly onRecorded?: ((recorded: Recorded) => void) | undefined;
  /** The address of the listener as a device is to use it, without a path; undefined: there is none. Default: none. */
  readonly baseUrl?: (arrival: Arrival) => string | undefined;
  /** Adds up what goes over WebRTC links. Default: each session counts for itself. */
  readonly media?: MediaCounters;
}

/** What the sessions of one protocol share. */
interface SessionTools extends ProtocolTools {
  readonly clock: Clock;
  readonly memory: DeviceMemory;
}

/**
 * Everything that is to be said of a protocol: how its devices are written in devices.json, how their links are opened and
 * kept alive, and how they are spoken to. `Options`: what the keys hold that only its devices have.
 */
export interface ProtocolEntry<Options extends DeviceOptions = DeviceOptions>
  extends DeviceKind,
    Omit<Protocol, 'open'> {
  /** As {@link Protocol.open}. */
  open(
    link: Link,
    device: DeviceConfig<Options>,
    listener: DeviceListener,
    tools: SessionTools,
  ): Promise<DeviceSession>;
}

/** The protocol of an entry, ready to open sessions. */
export function withTools(entry: ProtocolEntry, tools: ProtocolTools): Protocol {
  const shared = { clock: systemClock, memory: new DeviceMemory(), ...tools };
  return {
    ...entry,
    open: (link, device, listener, clock) =>
      entry.open(link, device, listener, clock === undefined ? shared : { ...shared, clock }),
  };
}
