import type { ErrorCode } from '../core/errors.ts';
import type { Arrival } from './arrival.ts';
import type { LinkClose } from './link-close.ts';

/** The transports that there are. */
export type LinkKind = 'websocket' | 'webrtc';

/** Why we end a link. A transport has a code of its own for each. */
export type CloseReason =
  /** The link is not wanted any more: the device was removed, switched off or disconnected. */
  | 'done'
  /** This process ends. */
  | 'going_away'
  /** A new link follows at once: on request, or because the configuration changed. */
  | 'restart'
  /** The device sends more than it may. */
  | 'policy'
  /** A message is larger than a message may be. */
  | 'too_big'
  /** What the device sends is not what its protocol allows. */
  | 'protocol_error'
  /** The device has a link already, and that one stays. */
  | 'busy'
  /** The device failed to authenticate. */
  | 'unauthorised'
  /** The device did not say its hello in time, or its session could not be set up. */
  | 'hello_timeout'
  /** The same device has opened a newer link. */
  | 'superseded'
  /** A defect of ours: the device did nothing wrong. */
  | 'internal_error'
  /** The other end gives no sign of life: the link ends at once and without a goodbye. */
  | 'lost';

/**
 * What shows that the other end lives: a message; a probe of its own (`asked`), which the transport has answered; or its
 * answer to a probe of ours.
 */
export type LifeSign = 'message' | 'asked' | 'answered';

/** One open transport connection to a device. Its owner decides when it ends; a protocol only speaks over it. */
export interface Link {
  readonly kind: LinkKind;
  /** Which side opened it. */
  readonly openedBy: 'us' | 'device';
  /** What the device said when it opened the link; undefined when we opened it. */
  readonly arrival?: Arrival;
  /** Bytes that were sent and still wait in this process. */
  readonly bufferedBytes: number;
  /** Share of what we sent that the other end says it has lost, 0 to 1; undefined: it says nothing, or such a link loses nothing. */
  readonly reportedLoss?: number | undefined;
  /**
   * Sends one message: over `webrtc` an RTP packet (`webrtc/rtp-packet.ts`), and no text. Bytes are not copied: they must not change afterwards. Does nothing on a link that is not open, and
   * ends one whose device does not read.
   */
  send(data: string | Uint8Array): void;
  /** Asks for a sign of life, where the transport can: `alive('answered')` follows. */
  probe(): void;
  /** Holds incoming messages back until `resume`: none is lost. */
  pause(): void;
  resume(): void;
  /**
   * Ends the link: `closed` follows within seconds, whatever the other end does. Once it was called for a failure (`policy`,
   * `internal_error` …), no message is handed on any more. A second call changes neither reason nor detail, but `lost`
   * ends the link at once.
   * @param detail what the other end is told, where the transport can, and the status shows; one line
   * @param code what `closed` tells, for a failure. Default: the code of the reason
   */
  close(reason: CloseReason, detail?: string, code?: ErrorCode): void;
}

/** What is told of a link. Nothing is told after `closed`. */
export interface LinkListener {
  /** A link that we opened is up. A link that the device opened is up from its beginning: this is not called. */
  opened(): void;
  text(text: string): void;
  /** Over `webrtc`: an RTP packet, in the order in which it came. */
  bytes(bytes: Uint8Array): void;
  /** The other end lives. Called before `text` and `bytes`, too. */
  alive(sign: LifeSign): void;
  /** The link is gone, for whatever reason. Called exactly once. */
  closed(close: LinkClose): void;
}
