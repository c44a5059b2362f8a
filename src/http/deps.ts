import type { Clock } from '../clock.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { Metrics } from '../telemetry/metrics.ts';

/** How far the process has come. */
export interface Readiness {
  /** devices.json has been read and the first dials are under way. Until then the fleet is not asked. */
  readonly initialised: boolean;
  /** In words, why nobody should rely on this process now: an engine that is down, a shutdown. Empty: ready. */
  readonly problems: readonly string[];
}

/** What the REST API is built from. */
export interface ApiDeps {
  readonly fleet: Fleet;
  readonly metrics: Pick<Metrics, 'text' | 'contentType'>;
  readonly clock: Clock;
  readonly readiness: () => Readiness;
  /** dialtone's own version. */
  readonly version: string;
  /** Told of a request that failed through our fault; the client learns no more than "internal". */
  readonly onError: (error: unknown) => void;
}
