import type { HotpinSettings } from './hotpin-settings.ts';
import type { PinHealth } from './http/listener/health.ts';
import { PinSessions } from './protocols/hotpin/pin-sessions.ts';
import type { PinTools } from './protocols/hotpin/pin-tools.ts';
import { DEFAULT_PIN_LIMITS, type SessionFiles } from './protocols/hotpin/session-options.ts';

const BYTES_PER_MB = 1_000_000;

/** What sessions of pins share, as the settings say. @param temp undefined: what is recorded is not kept */
export function createPinTools(
  settings: HotpinSettings,
  temp: { readonly session: () => SessionFiles } | undefined,
): PinTools {
  return {
    sessions: new PinSessions(),
    limits: {
      ...DEFAULT_PIN_LIMITS,
      minRecordingMs: settings.MIN_RECORD_DURATION_SEC * 1_000,
      maxRerecords: settings.MAX_RERECORD_ATTEMPTS,
      readyMs: settings.PLAYBACK_READY_TIMEOUT_SEC * 1_000,
      graceMs: settings.SESSION_GRACE_SEC * 1_000,
    },
    downloadMs: settings.PLAYBACK_URL_EXP_SEC * 1_000,
    ...(temp ? { openFiles: () => temp.session() } : {}),
  };
}

/** What HotPin's server tells of itself. @param models the engines that hear, answer and speak */
export function pinHealth(
  { TEMP_MAX_MB }: HotpinSettings,
  { sessions }: PinTools,
  temp: { readonly bytes: number; readonly files: number } | undefined,
  models: readonly string[],
): PinHealth {
  return {
    models,
    disk: { bytes: temp?.bytes ?? 0, files: temp?.files ?? 0, quotaBytes: TEMP_MAX_MB * BYTES_PER_MB },
    sessions: sessions.states(),
  };
}

/** The limits of pictures that users show. */
export function pictureLimits({ MAX_IMAGE_SIZE_BYTES, IMAGE_MAX_DIMENSION }: HotpinSettings) {
  return { maxBytes: MAX_IMAGE_SIZE_BYTES, maxPixels: IMAGE_MAX_DIMENSION };
}
