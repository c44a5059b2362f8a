import type { EventBus } from '../telemetry/event-bus.ts';
import type { Readiness, SpeechHost } from './deps.ts';

/** Follows what makes the process ready, and what stands in the way. */
export class ReadinessTracker {
  /** devices.json has been read and the first dials are under way. */
  initialised = false;
  /** The process is on its way out. */
  closing = false;
  readonly #speechHosts = new Map<number, SpeechHost>();

  constructor(bus: EventBus) {
    bus.subscribe((event) => {
      if (event.type !== 'speech_host.state') return;
      const { host, state } = event;
      this.#speechHosts.set(host, { host, state });
    });
  }

  get now(): Readiness {
    const problems: string[] = [];
    const speechHosts = [...this.#speechHosts.values()].toSorted((a, b) => a.host - b.host);
    if (this.closing) problems.push('shutting down');
    for (const { host, state } of speechHosts) {
      if (state !== 'down') continue;
      problems.push(speechHosts.length === 1 ? 'the speech host is down' : `speech host ${host} is down`);
    }
    return { initialised: this.initialised, problems, speechHosts };
  }
}
