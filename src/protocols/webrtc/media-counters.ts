import type { JitterCounts } from './jitter-buffer.ts';

/** What went over the WebRTC links of the whole fleet since the start. Sessions add to it; metrics and `GET /health` read it. */
export interface MediaCounters extends JitterCounts {
  /** Packets of microphones that were decoded and heard. */
  framesForwarded: number;
  /** Packets in whose place something was made up, or taken from the packet behind. */
  concealed: number;
  /** Times a user began to speak, and stopped. */
  vadOnsets: number;
  vadEnds: number;
  /** Packets of answers that were sent. */
  framesSent: number;
  /** Frames of answers that were not sent: the session was over, or had no encoder yet. */
  framesDropped: number;
}

/** Nothing has happened yet. */
export function newMediaCounters(): MediaCounters {
  return {
    framesForwarded: 0,
    reordered: 0,
    duplicates: 0,
    late: 0,
    lost: 0,
    jitterMs: 0,
    concealed: 0,
    vadOnsets: 0,
    vadEnds: 0,
    framesSent: 0,
    framesDropped: 0,
  };
}
