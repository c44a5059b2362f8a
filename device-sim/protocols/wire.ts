import type { DownlinkListener } from '../device/reply.ts';
import type { MicFormat } from '../mic/mic-frames.ts';

/** What goes out on the socket: a text or a binary message. */
export type OutgoingMessage = string | Uint8Array;

/** A coded frame, or null for one that is not sent although its time passes. */
export type UplinkFrame = Uint8Array | null;

/** The microphone's way out: the state of one outgoing stream. */
export interface Uplink {
  /** The messages for the frames of one message interval. */
  messages(frames: readonly UplinkFrame[]): readonly OutgoingMessage[];
}

/** The state of one incoming audio stream. */
export interface AudioInput {
  /** Takes audio bytes as they come and hands on what they hold, at once. Never throws. */
  push(bytes: Uint8Array, listener: DownlinkListener): void;
  /** Gives the codec's memory back. */
  free(): void;
}

/** The backend's messages on one connection. */
export interface Downlink {
  /** Takes a text message; returns its type for the log, and the parsed message unless it is audio. Never throws. */
  text(text: string): { readonly type: string; readonly json?: unknown };
  /** Takes a binary message; returns its type for the log. Never throws. */
  binary(bytes: Uint8Array): { readonly type: string };
}

/** One protocol as a device speaks it. Which side dialled is the business of `links/`. */
export interface DeviceWire {
  /** Path of the address at which a backend finds such a device. */
  readonly path: string;
  /** Negotiated when the backend offers it; undefined negotiates none. */
  readonly subprotocol: string | undefined;
  readonly micFormat: MicFormat;
  /** Frames in a message interval. */
  readonly framesPerMessage: number;
  /** Hz of the loudspeaker. */
  readonly speakerRate: number;
  createUplink(): Uplink;
  /** @param decode false: only durations are wanted */
  createAudioInput(decode: boolean): Promise<AudioInput>;
  createDownlink(input: AudioInput, listener: DownlinkListener): Downlink;
  /** Texts of a device's own events; undefined when the protocol has no such message. */
  button(action: 'press' | 'release'): string | undefined;
  status(status: DeviceStatus): string | undefined;
}

/** What a device tells of itself. */
export interface DeviceStatus {
  readonly uptimeMs: number;
  readonly heapFreeBytes: number;
  readonly wifiRssiDbm: number;
}
