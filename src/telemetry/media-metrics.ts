import { Counter, type Registry } from 'prom-client';
import type { MediaCounters } from '../protocols/webrtc/media-counters.ts';

/** What becomes of packets, and where it is counted. */
const RESULTS = {
  heard: 'framesForwarded',
  concealed: 'concealed',
  lost: 'lost',
  late: 'late',
  duplicate: 'duplicates',
  reordered: 'reordered',
  sent: 'framesSent',
  unsent: 'framesDropped',
} as const satisfies Record<string, keyof MediaCounters>;

/** Registers the metrics of the audio that goes over WebRTC: of the whole fleet, not of single devices. */
export function registerMediaMetrics(registry: Registry, counters: () => MediaCounters): void {
  new Counter({
    name: 'dialtone_webrtc_packets_total',
    help: 'RTP packets of WebRTC devices: of microphones heard, concealed, lost, late, duplicate, reordered; of answers sent, unsent',
    labelNames: ['result'],
    registers: [registry],
    collect() {
      this.reset();
      const now = counters();
      for (const [result, key] of Object.entries(RESULTS)) this.inc({ result }, now[key]);
    },
  });
  new Counter({
    name: 'dialtone_webrtc_jitter_seconds_total',
    help:
      'By how much the time on the way changed from each RTP packet of a WebRTC device to the next, in all; its rate divided by that of the ' +
      'packets heard is the jitter',
    registers: [registry],
    collect() {
      this.reset();
      this.inc(counters().jitterMs / 1000);
    },
  });
}
