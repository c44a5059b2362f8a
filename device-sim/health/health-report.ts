import type { DeviceProgram } from '../device/device-program.ts';

/** A device's own account of itself: the body of `GET /health`. */
export interface HealthReport {
  readonly device: string;
  readonly connected: boolean;
  /** Since the first start, numbers that only grow. */
  readonly counters: Readonly<Record<CounterName, number>>;
  /** At this moment. */
  readonly gauges: Readonly<Record<GaugeName, number>>;
}

/** Names of {@link HealthReport.counters}. */
export type CounterName =
  | 'mic_frames_captured'
  | 'mic_frames_sent'
  | 'mic_frames_dropped'
  | 'audio_frames_received'
  | 'audio_frames_played'
  | 'audio_frames_dropped'
  | 'audio_frames_flushed'
  | 'underruns'
  | 'overruns'
  | 'echo_frames_cancelled'
  | 'connections'
  | 'connection_failures'
  | 'protocol_violations';

/** Names of {@link HealthReport.gauges}. */
type GaugeName =
  | 'connected'
  | 'mic_queue_bytes'
  | 'speaker_queue_ms'
  | 'mic_callback_ms'
  | 'mic_callback_max_ms'
  | 'uptime_s';

/** Looks at a device. */
export function healthOf(name: string, program: DeviceProgram): HealthReport {
  const { counters, speaker, backends, log } = program;
  const { played, dropped, flushed } = speaker.frames;
  return {
    device: name,
    connected: backends.open.size > 0,
    counters: {
      mic_frames_captured: counters.micFramesCaptured,
      mic_frames_sent: counters.micFramesSent,
      mic_frames_dropped: counters.micFramesDropped,
      audio_frames_received: counters.audioFramesReceived,
      audio_frames_played: played,
      audio_frames_dropped: dropped,
      audio_frames_flushed: flushed,
      underruns: speaker.underruns,
      overruns: speaker.overruns,
      echo_frames_cancelled: counters.echoFramesCancelled,
      connections: backends.total,
      connection_failures: counters.connectionFailures,
      protocol_violations: log.violations.total,
    },
    gauges: {
      connected: backends.open.size,
      mic_queue_bytes: [...backends.open].reduce((sum, link) => sum + link.unsentBytes, 0),
      speaker_queue_ms: Math.round(speaker.aheadMs),
      mic_callback_ms: round(program.callback.lastMs),
      mic_callback_max_ms: round(program.callback.maxMs),
      uptime_s: Math.floor(program.uptimeMs / 1000),
    },
  };
}

const round = (ms: number): number => Math.round(ms * 100) / 100;
