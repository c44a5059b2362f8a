import { concatSamples } from '#src/audio/pcm';
import type { DeviceEvent, DeviceListener, DropReason } from '#src/protocols/protocol';
import type { CloseReason, Link } from '#src/transport/link';

/** A link that only remembers. */
export class FakeLink implements Link {
  readonly texts: string[] = [];
  readonly binaries: Uint8Array[] = [];
  readonly closes: CloseReason[] = [];
  readonly kind = 'websocket';
  readonly openedBy = 'us';
  bufferedBytes = 0;

  /** Keeps the very bytes, as ws may until the socket drains. */
  send(data: string | Uint8Array): void {
    if (typeof data === 'string') this.texts.push(data);
    else this.binaries.push(data);
  }

  probe(): void {}

  pause(): void {}

  resume(): void {}

  close(reason: CloseReason): void {
    this.closes.push(reason);
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
    return concatSamples(this.pieces);
  }

  /** How many they are. */
  get sampleCount(): number {
    return this.pieces.reduce((sum, piece) => sum + piece.length, 0);
  }

  /** Why things were dropped so far, oldest first. */
  get drops(): DropReason[] {
    return this.events.flatMap((event) => (event.type === 'dropped' ? [event.reason] : []));
  }
}
