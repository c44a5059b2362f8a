import type { OpusCodec } from '../audio/opus.ts';
import type { DeviceKind } from '../config/device-kind.ts';
import type { DeviceConfig, DeviceOptions } from '../config/devices-schema.ts';
import type { Random } from '../core/clock.ts';
import type { Link } from '../transport/link.ts';
import type { DeviceListener, DeviceSession, Protocol } from './protocol.ts';

/** What the sessions of all protocols share. */
export interface ProtocolTools {
  readonly codec: OpusCodec;
  readonly random: Random;
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
    tools: ProtocolTools,
  ): Promise<DeviceSession>;
}

/** The protocol of an entry, ready to open sessions. */
export function withTools(entry: ProtocolEntry, tools: ProtocolTools): Protocol {
  return { ...entry, open: (link, device, listener) => entry.open(link, device, listener, tools) };
}
