import type { Clock } from '../../core/clock.ts';
import type { Link } from '../../transport/link.ts';
import type { OfferedDownload } from '../downloads.ts';
import type { DeviceListener } from '../protocol.ts';
import type { Downlink } from './downlink.ts';
import type { DeviceHello } from './hello.ts';
import type { OfferedFile } from './tools/avatar-loads.ts';
import type { VisionAddress } from './tools/session-tools.ts';
import type { Uplink } from './uplink.ts';

/** What a session is made with. */
export interface XiaozhiSessionOptions {
  readonly link: Link;
  readonly listener: DeviceListener;
  readonly clock: Clock;
  readonly sessionId: string;
  /** It stays connected while its user does not speak, and its microphone is ours to open. */
  readonly isPersistent: boolean;
  readonly uplink: Uplink;
  readonly createDownlink: (hello: DeviceHello) => Downlink;
  /**
   * Opens an address to which the device sends its pictures; undefined: there is none. Called once, if the device has functions.
   * @param take takes a picture, base64 of JPEG; false when the device was not asked for one
   */
  readonly openVision: (take: (jpeg: string) => boolean) => OpenVision | undefined;
  /** Offers the device a file; undefined: there is no address for it. */
  readonly offer?: ((download: OfferedDownload) => OfferedFile) | undefined;
}

/** Where a device sends its pictures, while its session lasts. */
interface OpenVision {
  readonly address: VisionAddress;
  readonly close: () => void;
}
