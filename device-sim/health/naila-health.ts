import type { HealthReport } from './health-report.ts';

/** Length of a frame of a Naila device, milliseconds. */
const FRAME_MS = 20;

/** A device's account of itself, and beside it the same under the names that the audio client of Naila's devices has for it. */
export function withNailaNames(report: HealthReport): HealthReport & Readonly<Record<string, unknown>> {
  const { counters, gauges } = report;
  return {
    ...report,
    uptime_seconds: gauges.uptime_s,
    mic_frames_sent: counters.mic_frames_sent,
    mic_frames_dropped: counters.mic_frames_dropped,
    tts_frames_received: counters.audio_frames_received,
    tts_frames_played: counters.audio_frames_played,
    // What goes over UDP does not wait.
    mic_queue_depth: 0,
    speaker_queue_depth: Math.ceil(gauges.speaker_queue_ms / FRAME_MS),
    audio_callback_duration_ms: gauges.mic_callback_ms,
    connections: counters.connections,
    connection_failures: counters.connection_failures,
  };
}
