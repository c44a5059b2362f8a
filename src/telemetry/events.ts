import type { ConfigEvent } from '../config/events.ts';
import type { ConversationEvent } from '../conversation/events.ts';
import type { EngineEvent } from '../engines/events.ts';
import type { FleetEvent } from '../fleet/events.ts';

/**
 * An event as a room reports it; the bus adds the time. Each room owns its events: `config/events.ts`, `engines/events.ts`,
 * `conversation/events.ts`, `fleet/events.ts`.
 */
export type EventReport = ConfigEvent | EngineEvent | ConversationEvent | FleetEvent;

/** Everything that happens. `at`: wall-clock milliseconds since 1970. The log, metrics, status and SSE subscribe to it. */
export type DialtoneEvent = { readonly at: number } & EventReport;

/** The `type` of every event. */
export type DialtoneEventType = DialtoneEvent['type'];
