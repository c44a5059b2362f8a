import { cleanText } from '../core/clean-text.ts';
import type { Clock, Timer } from '../core/clock.ts';
import type { DialtoneEvent } from './events.ts';
import type { Log } from './log.ts';
import { RepeatLimiter } from './repeat-limiter.ts';

type DeviceState = Extract<DialtoneEvent, { type: 'device.state' }>;

/** A line that was up so long is steady, milliseconds. */
const STEADY_MS = 30_000;

/** Lines that were lost sooner, one after another, and the device comes and goes: it is not told each time. */
const SHORT_LIVES = 2;

/** A device that comes and goes is told of once in this time, milliseconds. */
const REPEAT_MS = 60_000;

/** What is remembered of a device that fails, or is up. */
interface Memory {
  /** Failures since it was last told to be up. */
  failures: number;
  /** Lines that were lost before they were steady, one after another. */
  shortLives: number;
  upAtMs: number | undefined;
  /** Until the line is steady, of a device that comes and goes. */
  timer: Timer | undefined;
}

/**
 * Writes of the lines of devices: the first failure at warn, further ones at debug, recovery at info. A device that comes and goes is told of once
 * a minute, and to be up again once its line is steady.
 */
export class LineLog {
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #repeats = new RepeatLimiter(REPEAT_MS);
  readonly #devices = new Map<string, Memory>();

  constructor(log: Log, clock: Clock) {
    this.#log = log;
    this.#clock = clock;
  }

  write(event: DeviceState): void {
    if (event.error) this.#failed(event, event.error);
    else if (event.state === 'ready') this.#up(event);
    else this.#changed(event);
  }

  /** Writes nothing more by itself. */
  close(): void {
    for (const memory of this.#devices.values()) this.#noLongerUp(memory);
  }

  #changed({ device, state, previous }: DeviceState): void {
    const fields = { device, state, previous };
    const isOff = state === 'stopped' || state === 'disabled';
    const hasGone = state === 'waiting' && (previous === 'ready' || previous === 'draining');
    this.#noLongerUp(this.#devices.get(device));
    if (isOff || hasGone) this.#devices.delete(device);
    if (hasGone || (isOff && previous === 'draining')) {
      const text = hasGone ? 'the device has gone' : 'line closed';
      this.#log.info({ event: 'device.disconnected', ...fields }, text);
    } else this.#log.debug({ event: 'device.state', ...fields }, state);
  }

  #failed({ device, state, previous, nextRetryAt, at }: DeviceState, error: NonNullable<DeviceState['error']>): void {
    const memory = this.#memoryOf(device);
    const wasUp = previous === 'ready';
    memory.failures += 1;
    if (wasUp) this.#noteLife(memory);
    const line = {
      event: wasUp ? 'device.disconnected' : 'device.failed',
      ...{ device, state, previous, failures: memory.failures },
      error: { code: error.code, message: cleanText(error.message) },
      ...(nextRetryAt === undefined ? {} : { next_retry_at: new Date(nextRetryAt).toISOString() }),
    };
    const comesAndGoes = memory.shortLives >= SHORT_LIVES;
    if (wasUp && comesAndGoes) {
      const heldBack = this.#repeats.pass(device, at);
      const text = 'line lost: the device comes and goes';
      // After the first failure only: what was told last is that it is up.
      if (heldBack === undefined && memory.failures > 1) this.#log.debug(line, text);
      else this.#log.warn(heldBack ? { ...line, more_before: heldBack } : line, text);
      return;
    }
    const text = wasUp ? 'line lost' : state === 'waiting' ? 'the device came and failed' : 'dial failed';
    // The first failure says it; that it still fails is worth no more lines.
    if (memory.failures === 1) this.#log.warn(line, text);
    else this.#log.debug(line, text);
  }

  #up({ device, state, previous }: DeviceState): void {
    const memory = this.#memoryOf(device);
    const { failures } = memory;
    const line = { event: 'device.connected', device, state, previous, failures };
    const text = failures > 0 ? 'line is up again' : 'line is up';
    memory.upAtMs = this.#clock.now();
    if (memory.shortLives < SHORT_LIVES) {
      memory.failures = 0;
      this.#log.info(line, text);
      return;
    }
    this.#log.debug(line, text);
    memory.timer = this.#clock.setTimer(() => {
      memory.timer = undefined;
      memory.failures = 0;
      memory.shortLives = 0;
      this.#log.info(line, 'line is up again, and stays');
    }, STEADY_MS);
  }

  #noteLife(memory: Memory): void {
    this.#noLongerUp(memory);
    const livedMs = memory.upAtMs === undefined ? STEADY_MS : this.#clock.now() - memory.upAtMs;
    memory.shortLives = livedMs < STEADY_MS ? memory.shortLives + 1 : 0;
  }

  #memoryOf(device: string): Memory {
    let memory = this.#devices.get(device);
    if (!memory) {
      memory = { failures: 0, shortLives: 0, upAtMs: undefined, timer: undefined };
      this.#devices.set(device, memory);
    }
    return memory;
  }

  #noLongerUp(memory: Memory | undefined): void {
    if (!memory) return;
    this.#clock.clearTimer(memory.timer);
    memory.timer = undefined;
  }
}
