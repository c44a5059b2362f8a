import { HEARING_RATE } from '../../audio/rates.ts';
import type { DeviceConfig } from '../../config/devices-schema.ts';
import type { Downloads, OfferedDownload } from '../downloads.ts';
import type { ProtocolEntry } from '../protocol-entry.ts';
import type { Recorded } from '../recorded.ts';
import { Capture } from './capture.ts';
import { type XiaozhiOptions, xiaozhiFields } from './device-fields.ts';
import { Downlink } from './downlink.ts';
import { AHEAD_MS, XiaozhiSession } from './session.ts';
import { sessionIdFrom } from './session-id.ts';
import type { OfferedFile } from './tools/avatar-loads.ts';
import { Uplink } from './uplink.ts';

/**
 * The protocol of 78/xiaozhi-esp32 (read at 2.4.2) and of stackchan robots: JSON texts, and Opus in binary messages of three
 * versions, over a WebSocket that the device opens.
 */
export const XIAOZHI: ProtocolEntry<XiaozhiOptions> = {
  id: 'xiaozhi',
  description: 'xiaozhi-esp32 boards and stackchan robots.',
  transport: 'websocket',
  directions: ['accept'],
  /** A device that has lost its link does not always know: its newest link is the one that it uses. */
  accept: { paths: ['/xiaozhi/v1/'], ifTaken: 'supersede' },
  subprotocols: [],
  defaultPort: 8765,
  defaultPath: '/xiaozhi/v1/',
  defaultDuplex: 'half',
  defaultAheadMs: AHEAD_MS,
  hasButton: true,
  fields: xiaozhiFields,
  helloTimeoutMs: 10_000,
  /** Some firmware answers no ping, and none sends anything while it is idle but its own pings. */
  keepAlive: { probeAfterMs: 25_000, deadAfterMs: 120_000, mutedDeadAfterMs: 120_000 },
  isCostly: true,

  /** Audio comes in binary messages only. */
  carriesAudio: () => false,

  async open(link, device, listener, { codec, random, clock, pictures, downloads, baseUrl, onRecorded }) {
    const decoder = await codec.createDecoder({ sampleRate: HEARING_RATE });
    const base = link.arrival && baseUrl?.(link.arrival);
    return new XiaozhiSession({
      link,
      listener,
      clock,
      sessionId: sessionIdFrom(random),
      isPersistent: device.options.persistent,
      uplink: new Uplink(decoder, listener, clock, captureFor(device, onRecorded)),
      createDownlink: ({ version, frameMs }) => new Downlink(codec, version, frameMs),
      offer: offerBy(downloads, base),
      openVision: (take) => {
        if (base === undefined || !pictures) return undefined;
        const { token, close } = pictures.open(device.name, take);
        return { address: { url: `${base}/capture`, token }, close };
      },
    });
  },
};

/** Offers files to a device that reaches the listener under this address; undefined: there is none. */
function offerBy(downloads: Downloads | undefined, base: string | undefined) {
  if (!downloads || base === undefined) return undefined;
  return (download: OfferedDownload): OfferedFile => {
    const { id, token, path } = downloads.offer(download);
    return { url: `${base}${path}`, token, withdraw: () => downloads.withdraw(id) };
  };
}

function captureFor({ name, token }: DeviceConfig, onRecorded: ((recorded: Recorded) => void) | undefined) {
  return onRecorded && new Capture((file) => onRecorded({ device: name, token, ...file }));
}
