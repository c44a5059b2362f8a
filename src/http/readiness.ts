import type { EventBus } from '../telemetry/event-bus.ts';
import type { Readiness } from './deps.ts';

/** Follows what makes the process ready, and what stands in the way. */
export class ReadinessTracker {
  /** devices.json has been read and the first dials are under way. */
  initialised = false;
  /** The process is on its way out. */
  closing = false;
  #speechHostDown = false;

  constructor(bus: EventBus) {
    bus.subscribe((event) => {
      if (event.type === 'speech_host.state') this.#speechHostDown = event.state === 'down';
    });
  }

  get now(): Readiness {
    const problems: string[] = [];
    if (this.closing) problems.push('shutting down');
    if (this.#speechHostDown) problems.push('the speech host is down');
    return { initialised: this.initialised, problems };
  }
}
