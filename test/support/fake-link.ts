import type { DeviceConfig } from '#src/config/devices-schema';
import { deviceSchema, toDeviceConfig } from '#src/config/devices-schema';
import type { DeviceEvent, DeviceListener, DropReason, Link } from '#src/protocols/protocol';

/** A link that only remembers. */
export class FakeLink implements Link {
  readonly texts: string[] = [];
  readonly binaries: Uint8Array[] = [];
  readonly failures: { readonly closeCode: number; readonly code: string }[] = [];

  sendText(text: string): void {
    this.texts.push(text);
  }

  /** Keeps the very bytes, as ws may until the socket drains. */
  sendBinary(bytes: Uint8Array): void {
    this.binaries.push(bytes);
  }

  fail(closeCode: number, code: string): void {
    this.failures.push({ closeCode, code });
  }

  /** The texts so far, parsed, and forgets them. */
  take(): Record<string, unknown>[] {
    return this.texts.splice(0).map((text) => JSON.parse(text) as Record<string, unknown>);
  }
}

/** A listener that only remembers. Samples are copied, since they are only valid during the call. */
export class FakeListener implements DeviceListener {
  readonly pieces: Int16Array[] = [];
  readonly events: DeviceEvent[] = [];

  audio(samples: Int16Array): void {
    this.pieces.push(samples.slice());
  }

  event(event: DeviceEvent): void {
    this.events.push(event);
  }

  /** All samples heard so far. */
  get samples(): Int16Array {
    return Int16Array.from(this.pieces.flatMap((piece) => [...piece]));
  }

  /** Why things were dropped so far, oldest first. */
  get drops(): DropReason[] {
    return this.events.flatMap((event) => (event.type === 'dropped' ? [event.reason] : []));
  }
}

/** A device with defaults; `entry` is as in devices.json. */
export function deviceConfig(entry: Readonly<Record<string, unknown>> = {}): DeviceConfig {
  return toDeviceConfig(deviceSchema.parse({ name: 'kitchen', host: '192.0.2.1', ...entry }));
}
