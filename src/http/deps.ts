import type { LiveConfig } from '../config/live/config-status.ts';
import type { VoiceBook } from '../config/voices/voice-book.ts';
import type { Clock } from '../core/clock.ts';
import type { FoundService } from '../discovery/service-records.ts';
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

/** Who asks over MCP. */
export interface McpCaller {
  /** Tells callers with different tokens apart. */
  readonly owner: string;
  readonly mayWrite: boolean;
  /** The REST API with the caller's own token. Throws an Error whose message says what to do. */
  readonly backend: {
    get(path: string): Promise<unknown>;
    post(path: string, body: unknown, signal?: AbortSignal): Promise<unknown>;
    upload(path: string, bytes: Uint8Array<ArrayBuffer>): Promise<unknown>;
  };
  /** The device that the caller is about; undefined: as the settings say. */
  readonly device: string | undefined;
}

/** The MCP server behind /mcp. */
interface McpEndpoint {
  handle(request: Request, caller: McpCaller): Promise<Response>;
  /** An event as GET /v1/events shows it. */
  heard(event: Readonly<Record<string, unknown>>): void;
  close(): Promise<void>;
}

/** A recording of a turn: a line of the index beside its audio. */
export interface RecordingEntry {
  /** Folder of the day (UTC), as in `2026-01-31`. */
  readonly day: string;
  /** The line, as far as it can be read: `turn`, `started_at`, `user` … */
  readonly line: Readonly<Record<string, unknown>>;
}

/** The recordings of turns, to be read. */
interface RecordingShelf {
  /** The last recordings of a device, newest first. Rejects as node:fs does, but for a folder that is not there. */
  list(device: string, limit: number): Promise<readonly RecordingEntry[]>;
  /** The audio of one side of a turn, as WAV; undefined: there is none of this name. */
  audio(device: string, day: string, file: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
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
  /** The recordings; undefined: RECORDINGS_DIR is not set. */
  readonly recordings?: RecordingShelf;
  readonly turns: Pick<TurnLog, 'of' | 'latest'>;
  readonly settings: ApiSettings & Pick<Settings, 'LOG_TRANSCRIPTS' | 'MAX_IMAGE_SIZE_BYTES' | 'IMAGE_MAX_DIMENSION'>;
  readonly clock: Clock;
  readonly readiness: () => Readiness;
  /** Services that devices announce over mDNS, oldest first; undefined: they are not looked for. Default: they are not. */
  readonly discovered?: () => readonly FoundService[] | undefined;
  /** Default: nothing is at /mcp. Loaded with its first client. */
  readonly mcp?: () => Promise<McpEndpoint>;
  /** dialtone's own version. */
  readonly version: string;
  /** Told of a request that failed through our fault; the client learns no more than "internal". */
  readonly onError: (error: unknown) => void;
}
