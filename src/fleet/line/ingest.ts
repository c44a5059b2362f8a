import type { Clock } from '../../core/clock.ts';
import { TokenBucket } from '../../core/token-bucket.ts';
import type { WarningCode } from '../../core/warnings.ts';
import type { DeviceEvent, DeviceListener, DeviceSession, DropReason, Protocol } from '../../protocols/protocol.ts';
import type { FleetEvent } from '../events.ts';
import type { FaultBoundary } from './fault-boundary.ts';
import { FloodGuard, type FloodVerdict } from './flood-guard.ts';
import type { InboundScheduler, Lane, Priority, Work } from './inbound-scheduler.ts';
import { LISTENING_PRIORITY } from './listening-priority.ts';
import type { SessionUser } from './session-user.ts';

/** What an ingest needs. */
export interface IngestOptions {
  /** The device's name. */
  readonly device: string;
  readonly clock: Clock;
  readonly scheduler: InboundScheduler;
  readonly user: Pick<SessionUser, 'audio' | 'event' | 'listeningMode'>;
  readonly report: (event: FleetEvent) => void;
  /** Something about the device that its owner should change. */
  readonly warn: (code: WarningCode, message: string) => void;
  /** The device sends so much more than it may that its link is to end. */
  readonly onFlood: () => void;
  readonly faults: Pick<FaultBoundary, 'run' | 'fault'>;
}

/** Samples of a millisecond of what is heard. */
const SAMPLES_PER_MS = 16;

/**
 * The way of what one device sends, from its link to its session: the flood guard, then at once or by the device's lane of
 * the scheduler, then the session, which tells the conversation. It outlives links and sessions. Nothing here throws: what
 * the session or the conversation throws is a fault of this device.
 */
export class Ingest {
  readonly #options: IngestOptions;
  readonly #lane: Lane;
  /** A flood must not become a flood of reports: beyond this its drops are not counted one by one. */
  readonly #dropReports: TokenBucket;
  /** What there is too much to do for must not make more to do. */
  readonly #overloadReports: TokenBucket;
  readonly #shed = () => {
    this.#options.faults.run('lane', () => {
      this.#session?.missed?.();
      this.#report('overload', this.#overloadReports);
    });
  };
  #protocol: Protocol;
  #flood: FloodGuard;
  #session: DeviceSession | undefined;
  /** When the message arrived that the session is being handed, monotonic milliseconds; undefined: it is handed none. */
  #arrivedAtMs: number | undefined;

  constructor(protocol: Protocol, options: IngestOptions) {
    const now = options.clock.now();
    this.#options = options;
    this.#protocol = protocol;
    this.#lane = options.scheduler.lane(() => this.#priority());
    this.#flood = new FloodGuard(now);
    this.#dropReports = new TokenBucket(20, 100, now);
    this.#overloadReports = new TokenBucket(0.2, 1, now);
  }

  /** A new link comes: what the last one sent does not count against it. */
  linked(protocol: Protocol): void {
    this.#protocol = protocol;
    this.#flood = new FloodGuard(this.#options.clock.now());
  }

  /** Messages go to this session from now on; undefined: none is there. */
  set session(session: DeviceSession | undefined) {
    this.#session = session;
  }

  /** A text message of the device. */
  text(text: string): void {
    try {
      const isAudio = this.#protocol.carriesAudio(text);
      const verdict = this.#flood.message(text.length, isAudio, this.#options.clock.now());
      if (this.#passes(verdict)) this.#hand(text, isAudio);
      else this.#session?.missed?.();
    } catch (error) {
      this.#options.faults.fault('message', error);
    }
  }

  /** A binary message of the device. */
  bytes(bytes: Uint8Array): void {
    try {
      const verdict = this.#flood.message(bytes.length, true, this.#options.clock.now());
      if (this.#passes(verdict)) this.#hand(bytes, true);
      else this.#session?.missed?.();
    } catch (error) {
      this.#options.faults.fault('message', error);
    }
  }

  /** The device asked for a sign of life, or answered ours: that costs something, too. */
  probe(): void {
    try {
      this.#passes(this.#flood.message(0, true, this.#options.clock.now()));
    } catch (error) {
      this.#options.faults.fault('message', error);
    }
  }

  /** Calls once everything was handled that the device has sent so far. */
  afterAll(run: () => void): void {
    this.#lane.add({
      run: () => {
        this.#options.faults.run('close', run);
      },
    });
  }

  /**
   * For a new session to tell: the conversation hears it, unless it is more in a second than the device can have heard, or can have
   * recorded before.
   */
  createListener(): DeviceListener {
    const { clock, user } = this.#options;
    const flood = new FloodGuard(clock.now());
    const { sendsRecordings } = this.#protocol;
    return {
      audio: (samples) => {
        const verdict = sendsRecordings ? 'pass' : flood.audio(samples.length / SAMPLES_PER_MS, clock.now());
        // Silence that the device left out comes of a timer.
        if (this.#passes(verdict)) user.audio(samples, this.#arrivedAtMs ?? clock.now());
      },
      event: (event: DeviceEvent) => this.#event(event),
    };
  }

  /** Gives the session a message, unless it is not the session of the message's time any more. For `Message`. */
  deliver(session: DeviceSession, data: string | Uint8Array, arrivedAtMs: number): void {
    if (this.#session !== session) return;
    this.#arrivedAtMs = arrivedAtMs;
    try {
      if (typeof data === 'string') session.receiveText(data);
      else session.receiveBinary(data);
    } catch (error) {
      this.#options.faults.fault('message', error);
    } finally {
      this.#arrivedAtMs = undefined;
    }
  }

  /** At once where that is cheap and nothing waits; else in its turn. Audio may come too late then. */
  #hand(data: string | Uint8Array, isAudio: boolean): void {
    const session = this.#session;
    if (!session) return;
    if (!this.#protocol.isCostly && this.#lane.isEmpty) this.deliver(session, data, this.#options.clock.now());
    else this.#lane.add(new Message(this, session, data, isAudio ? this.#shed : undefined));
  }

  #priority(): Priority {
    try {
      return LISTENING_PRIORITY[this.#options.user.listeningMode];
    } catch (error) {
      this.#options.faults.fault('lane', error);
      return LISTENING_PRIORITY.closed;
    }
  }

  #passes(verdict: FloodVerdict): boolean {
    if (verdict === 'pass') return true;
    this.#report('flood', this.#dropReports);
    if (verdict === 'cut') this.#options.onFlood();
    return false;
  }

  #event(event: DeviceEvent): void {
    const { device, report, user } = this.#options;
    if (event.type === 'dropped') {
      this.#reportDrop(event.reason);
      return;
    }
    if (event.type === 'warning') {
      this.#options.warn(event.code, event.message);
      return;
    }
    if (event.type === 'status') {
      const { type: _, ...values } = event;
      report({ type: 'device.status', device, ...values });
    }
    if (event.type === 'tools_changed') report({ type: 'device.tools', device });
    if (event.type === 'touch') {
      report({ ...event, type: 'device.touch', device });
    }
    user.event(event);
  }

  #report(reason: DropReason, reports: TokenBucket): void {
    if (reports.take(1, this.#options.clock.now())) this.#reportDrop(reason);
  }

  #reportDrop(reason: DropReason): void {
    const { device, report } = this.#options;
    report({ type: 'device.dropped', device, reason });
  }
}

/** A message that waits in a lane. One object and no closures: there are a hundred a second and device. */
class Message implements Work {
  readonly shed: (() => void) | undefined;
  readonly #ingest: Ingest;
  readonly #session: DeviceSession;
  readonly #data: string | Uint8Array;

  constructor(ingest: Ingest, session: DeviceSession, data: string | Uint8Array, shed: (() => void) | undefined) {
    this.#ingest = ingest;
    this.#session = session;
    this.#data = data;
    this.shed = shed;
  }

  run(sinceMs: number): void {
    this.#ingest.deliver(this.#session, this.#data, sinceMs);
  }
}
