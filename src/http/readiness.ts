import type { EventBus } from '../telemetry/event-bus.ts';
import type { Readiness } from './deps.ts';

/** Follows what makes the process ready, and what stands in the way. */
export class ReadinessTracker {
  /** devices.json has been read and the first dials are under way. */
  initialised = false;
  /** The process is on its way out. */
  closing = false;
  #speechHost: Readiness['speechHost'] = null;

  constructor(bus: EventBus) {
    bus.subscribe((event) => {
      if (event.type === 'speech_host.state') this.#speechHost = event.state;
    });
  }

  get now(): Readiness {
    const problems: string[] = [];
    if (this.closing) problems.push('shutting down');
    if (this.#speechHost === 'down') problems.push('the speech host is down');
    return { initialised: this.initialised, problems, speechHost: this.#speechHost };
  }
}
