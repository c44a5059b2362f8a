import type { LiveConfig } from '../config/live/config-status.ts';
import type { VoiceBook } from '../config/voices/voice-book.ts';
import type { Clock } from '../core/clock.ts';
import type { EngineKind } from '../engines/events.ts';
import type { EngineStatus } from '../engines/fallback/health.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { Settings } from '../settings.ts';
import type { EventBus } from '../telemetry/event-bus.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { TurnLog } from '../telemetry/turn-log.ts';
import type { ApiSettings } from './api-settings.ts';

/** How far the process has come. */
export interface Readiness {
  /** devices.json has been read and the first dials are under way. Until then the fleet is not asked. */
  readonly initialised: boolean;
  /** In words, why callers should not rely on this process now: an engine that is down, a shutdown. Empty: ready. */
  readonly problems: readonly string[];
  /** The processes in which native speech engines run, by their numbers. Empty: no engine needs one. */
  readonly speechHosts: readonly SpeechHost[];
}

/** A process in which native speech engines run. */
export interface SpeechHost {
  /** From 1. */
  readonly host: number;
  readonly state: 'starting' | 'ready' | 'down';
}

/** What the REST API is built from. */
export interface ApiDeps {
  readonly fleet: Fleet;
  readonly config: LiveConfig;
  readonly bus: Pick<EventBus, 'subscribe'>;
  readonly metrics: Pick<Metrics, 'text' | 'contentType' | 'sseClients'>;
  /** The engines in use. */
  readonly engines: Readonly<Record<EngineKind, { readonly id: string }>>;
  /** What is known of every engine that is in use. Default: nothing. */
  readonly engineStatus?: () => readonly EngineStatus[];
  /** The voices that may be named. */
  readonly voices: VoiceBook;
  readonly turns: Pick<TurnLog, 'of'>;
  readonly settings: ApiSettings & Pick<Settings, 'LOG_TRANSCRIPTS'>;
  readonly clock: Clock;
  readonly readiness: () => Readiness;
  /** dialtone's own version. */
  readonly version: string;
  /** Told of a request that failed through our fault; the client learns no more than "internal". */
  readonly onError: (error: unknown) => void;
}
