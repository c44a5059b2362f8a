import { HEARING_RATE } from '../../audio/rates.ts';
import type { ProtocolEntry } from '../protocol-entry.ts';
import { Downlink } from './downlink.ts';
import { newMediaCounters } from './media-counters.ts';
import { AHEAD_MS, WebRtcSession } from './session.ts';
import { Uplink } from './uplink.ts';

/**
 * Naila devices (LilliDarling/robo-naila) and web pages: Opus in RTP both ways over WebRTC, which the device asks for with
 * `POST /connect`. Their microphone is open all the time: they remove their own echo.
 */
export const WEBRTC: ProtocolEntry = {
  id: 'webrtc',
  description: 'Naila devices and web pages: audio over WebRTC.',
  transport: 'webrtc',
  directions: ['accept'],
  /** A device asks anew when it has lost its link. */
  accept: { paths: ['/connect'], ifTaken: 'supersede' },
  subprotocols: [],
  defaultPort: 8765,
  defaultPath: '/connect',
  defaultDuplex: 'full',
  defaultAheadMs: AHEAD_MS,
  hasButton: false,
  fields: {},
  helloTimeoutMs: null,
  /** A device that is muted still sends reports (RTCP) and checks its way here (ICE consent), every 5 s at least (RFC 7675). */
  keepAlive: { probeAfterMs: 10_000, deadAfterMs: 25_000, mutedDeadAfterMs: 25_000 },
  isCostly: true,

  /** Audio comes in binary messages only. */
  carriesAudio: () => false,

  async open(link, _device, listener, { codec, random, clock, media }) {
    const counters = media ?? newMediaCounters();
    const decoder = await codec.createDecoder({ sampleRate: HEARING_RATE });
    return new WebRtcSession({
      link,
      uplink: new Uplink(decoder, listener, clock, counters),
      downlink: new Downlink(codec, clock, random),
      counters,
    });
  },
};
