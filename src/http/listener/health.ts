import type { Clock } from '../../core/clock.ts';
import { pagesGuard } from './connect.ts';
import type { ListenerApp } from './listener-app.ts';

/** What the hub tells of itself: numbers since its start. */
interface HubHealth {
  /** Devices that are connected now. */
  readonly activeDevices: number;
  readonly uptimeSeconds: number;
  /** Of the WebRTC devices: packets of microphones, times a user began to speak and stopped, packets of answers. */
  readonly framesForwarded: number;
  readonly vadOnsets: number;
  readonly vadEnds: number;
  readonly framesSent: number;
  readonly framesDropped: number;
}

/** What HotPin's server tells of itself beside that. */
export interface PinHealth {
  /** The engines that hear, answer and speak. */
  readonly models: readonly string[];
  /** What sessions of pins have recorded, and how much there may be of that. */
  readonly disk: { readonly bytes: number; readonly files: number; readonly quotaBytes: number };
  /** How many sessions of pins are in each state. */
  readonly sessions: Readonly<Record<string, number>>;
}

/** What `GET /health` of the listener needs. */
export interface HealthDeps {
  readonly health: () => HubHealth;
  readonly pinHealth: () => PinHealth;
  readonly clock: Pick<Clock, 'wallNow'>;
  /** Origins of web pages that may ask; `*`: any. */
  readonly origins: readonly string[];
}

/**
 * `GET /health` for devices: in the words of Naila's hub and of HotPin's server, which have no key in common. It says that this process
 * answers, not that its engines are well.
 */
export function addHealthRoute(app: ListenerApp, { health, pinHealth, clock, origins }: HealthDeps): void {
  app.use('/health', pagesGuard(origins));
  app.get('/health', (c) => {
    const hub = health();
    const { models, disk, sessions } = pinHealth();
    const timestamp = new Date(clock.wallNow()).toISOString();
    return c.json({
      status: 'ok',
      uptime_secs: Math.floor(hub.uptimeSeconds),
      active_devices: hub.activeDevices,
      frames_forwarded: hub.framesForwarded,
      vad_onsets: hub.vadOnsets,
      vad_ends: hub.vadEnds,
      tts_frames_routed: hub.framesSent,
      tts_frames_dropped: hub.framesDropped,
      ok: true,
      timestamp,
      models,
      uptime: Math.floor(hub.uptimeSeconds),
      disk_usage: { total_size_bytes: disk.bytes, file_count: disk.files, quota_bytes: disk.quotaBytes },
      active_sessions: {
        total_sessions: Object.values(sessions).reduce((sum, count) => sum + count, 0),
        active_states: sessions,
        timestamp,
      },
    });
  });
}
