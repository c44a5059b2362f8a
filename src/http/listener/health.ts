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

/** What `GET /health` of the listener needs. */
export interface HealthDeps {
  readonly health: () => HubHealth;
  /** Origins of web pages that may ask; `*`: any. */
  readonly origins: readonly string[];
}

/** `GET /health` for devices: in the words of Naila's hub. It says that this process answers, not that its engines are well. */
export function addHealthRoute(app: ListenerApp, { health, origins }: HealthDeps): void {
  app.use('/health', pagesGuard(origins));
  app.get('/health', (c) => {
    const hub = health();
    return c.json({
      status: 'ok',
      uptime_secs: Math.floor(hub.uptimeSeconds),
      active_devices: hub.activeDevices,
      frames_forwarded: hub.framesForwarded,
      vad_onsets: hub.vadOnsets,
      vad_ends: hub.vadEnds,
      tts_frames_routed: hub.framesSent,
      tts_frames_dropped: hub.framesDropped,
    });
  });
}
