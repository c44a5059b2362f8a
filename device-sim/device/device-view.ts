import { type HealthReport, healthOf } from '../health/health-report.ts';
import type { Loudspeaker } from '../speaker/loudspeaker.ts';
import type { Handshake, ReceivedMessage } from './device-log.ts';
import type { DeviceProgram } from './device-program.ts';
import type { SimSettings } from './settings.ts';

/** What can be seen of a simulated device. */
export class DeviceView {
  readonly name: string;
  readonly #settings: SimSettings;
  readonly #program: DeviceProgram;

  constructor(settings: SimSettings, program: DeviceProgram) {
    this.name = settings.name;
    this.#settings = settings;
    this.#program = program;
  }

  get speaker(): Loudspeaker {
    return this.#program.speaker;
  }

  /** The port it listens on; stays the same when it is started again. */
  get port(): number {
    return this.#program.port;
  }

  get url(): string {
    const { host, wire } = this.#settings;
    return `ws://${host.includes(':') ? `[${host}]` : host}:${this.port}${wire.path}`;
  }

  /** Handshakes completed so far. */
  get connections(): number {
    return this.#program.backends.total;
  }

  /** WebSockets open now. */
  get openSockets(): number {
    return this.#program.backends.open.size;
  }

  /** Most WebSockets that were ever open at once: a backend must never need two. */
  get maxOpenSockets(): number {
    return this.#program.backends.maxOpen;
  }

  /** The newest messages received, oldest first. */
  get messages(): readonly ReceivedMessage[] {
    return this.#program.log.messages.toArray();
  }

  /** The newest 100 handshakes, oldest first. */
  get handshakes(): readonly Handshake[] {
    return this.#program.log.handshakes.toArray();
  }

  /** What a real device would have choked on (the newest 100); empty when the backend keeps to the protocol. */
  get violations(): readonly string[] {
    return this.#program.log.violations.toArray();
  }

  /** WebSocket pings received. */
  get pings(): number {
    return this.#program.log.pings;
  }

  /** The `session` of the last `session.update`; undefined before one came. */
  get session(): unknown {
    return this.#program.session;
  }

  /** What the last `server_status` said of listening (`pcm`). */
  get listening(): boolean | undefined {
    return this.#program.listening;
  }

  /** Answers that have ended. */
  get repliesEnded(): number {
    return this.#program.replies.ended;
  }

  /** What the device counts and measures of itself. */
  health(): HealthReport {
    return healthOf(this.name, this.#program);
  }
}
