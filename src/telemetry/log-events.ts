import { cleanText, MAX_SPEECH } from '../core/clean-text.ts';
import type { Clock } from '../core/clock.ts';
import { toDialtoneError } from '../core/errors.ts';
import type { EventBus } from './event-bus.ts';
import type { DialtoneEvent } from './events.ts';
import { LineLog } from './line-log.ts';
import type { Log } from './log.ts';
import { RepeatLimiter } from './repeat-limiter.ts';

/** What repeats is said at its level once in this time, and at debug otherwise, milliseconds. */
const REPEAT_MS = 60_000;

/** The most characters of a function's name, which the language model may have made up. */
const MAX_NAME = 64;

/** The most errors of a devices.json in one line. */
const MAX_LISTED = 200;

type EventOf<T extends DialtoneEvent['type']> = Extract<DialtoneEvent, { type: T }>;

/** What is written of what happens. */
export interface LogEventsOptions {
  /** LOG_TRANSCRIPTS: whether what people said, and were told, is written. */
  readonly transcripts: boolean;
  readonly clock: Clock;
}

/**
 * Writes what happens into the log: a line an event, told apart by the stable field `event`. What people said is under
 * `pii`, so that one rule can drop it. Returns a function that stops it.
 */
export function logEvents(bus: EventBus, log: Log, options: LogEventsOptions): () => void {
  const lines = new EventLines(log, options);
  const unsubscribe = bus.subscribe((event) => lines.write(event));
  return () => {
    unsubscribe();
    lines.close();
  };
}

class EventLines {
  readonly #log: Log;
  readonly #transcripts: boolean;
  readonly #repeats = new RepeatLimiter(REPEAT_MS);
  readonly #lines: LineLog;

  constructor(log: Log, { transcripts, clock }: LogEventsOptions) {
    this.#log = log;
    this.#lines = new LineLog(log, clock);
    this.#transcripts = transcripts;
  }

  /** Writes nothing more by itself. */
  close(): void {
    this.#lines.close();
  }

  write(event: DialtoneEvent): void {
    const { type } = event;
    switch (type) {
      case 'device.state':
        this.#lines.write(event);
        break;
      case 'device.attempt':
        this.#log.debug({ event: type, device: event.device, attempt: event.attempt }, 'dialling');
        break;
      case 'device.status':
        this.#deviceStatus(event);
        break;
      case 'device.tools':
        this.#log.debug({ event: type, device: event.device }, 'the device has told its functions');
        break;
      case 'device.dropped': {
        const { device, reason } = event;
        const key = `${type}/${device}/${reason}`;
        this.#repeated(key, event.at, { event: type, device, reason }, 'dropped what the device sent');
        break;
      }
      case 'device.fault':
        this.#deviceFault(event);
        break;
      case 'arrival.refused':
        this.#arrivalRefused(event);
        break;
      case 'turn.started':
        this.#log.debug({ event: type, device: event.device, turn: event.turn }, 'turn started');
        break;
      case 'turn.heard': {
        const { device, turn, text, stages } = event;
        const line = { event: type, device, turn, ...this.#pii({ heard: text }), stages_ms: rounded(stages) };
        this.#log.debug(line, 'heard');
        break;
      }
      case 'turn.speaking': {
        const { device, turn, stages } = event;
        this.#log.debug({ event: type, device, turn, stages_ms: rounded(stages) }, 'speaking');
        break;
      }
      case 'turn.ended':
        this.#turnEnded(event);
        break;
      case 'engine.call':
        this.#engineCall(event);
        break;
      case 'tool.call': {
        const { device, turn, tool, ok } = event;
        const ms = Math.round(event.endedAtMs - event.startedAtMs);
        this.#log.debug({ event: type, device, turn, tool: cleanText(tool, MAX_NAME), ms, ok }, 'function run');
        break;
      }
      case 'engine.error': {
        const { kind, engine, code } = event;
        const error = { code, message: cleanText(event.message) };
        const key = `${type}/${kind}/${engine}/${code}`;
        this.#repeated(key, event.at, { event: type, kind, engine, error }, 'engine failed');
        break;
      }
      case 'engine.state':
        this.#engineState(event);
        break;
      case 'speech_host.state':
        this.#speechHost(event);
        break;
      case 'config.reloaded':
        this.#configReloaded(event);
        break;
      case 'device.warning': {
        const { device, code, message } = event;
        this.#repeated(`${type}/${device}/${code}`, event.at, { event: type, device, code }, cleanText(message));
        break;
      }
      case 'device.touch': {
        const { device, gesture, durationMs } = event;
        this.#log.debug({ event: type, device, gesture, duration_ms: durationMs }, 'device touched');
        break;
      }
      case 'playout.late': {
        const { device, turn, lateMs } = event;
        this.#log.debug({ event: type, device, turn, late_ms: Math.round(lateMs) }, 'audio late');
        break;
      }
    }
  }

  /** A device that its owner could add is told of once; the others are numbers. */
  #arrivalRefused({
    type,
    at,
    protocol,
    reason,
    id,
    address,
    attempts,
    device,
    code,
  }: EventOf<'arrival.refused'>): void {
    const line = {
      event: type,
      reason,
      protocol,
      ...(id === undefined ? {} : { id: cleanText(id) }),
      ...(address === undefined ? {} : { address }),
      ...(device === undefined ? {} : { device }),
      ...(code === undefined ? {} : { code }),
    };
    if (code !== undefined) {
      const text = `a device waits to be let in: POST /v1/devices/unknown/${code}/confirm`;
      this.#repeated(`${type}/${code}`, at, line, text);
      return;
    }
    if (attempts === undefined) {
      this.#repeated(`${type}/${reason}`, at, line, 'a device that dials in was refused');
      return;
    }
    const text =
      reason === 'wrong_token'
        ? 'a device that dials in bears another token than its entry in devices.json'
        : 'a device dials in that is not in devices.json: GET /v1/devices/unknown shows an entry for it';
    if (attempts === 1) this.#repeated(`${type}/${reason}/${id}`, at, line, text);
    else this.#log.debug({ ...line, attempts }, text);
  }

  #engineCall(event: EventOf<'engine.call'>): void {
    const { type, device, turn, kind, engine, outcome, code, startedAtMs, firstAtMs, endedAtMs } = event;
    const line = {
      event: type,
      device,
      turn,
      kind,
      engine,
      ...(firstAtMs === undefined ? {} : { first_ms: Math.round(firstAtMs - startedAtMs) }),
      ms: Math.round(endedAtMs - startedAtMs),
      outcome,
      ...(code === undefined ? {} : { code }),
    };
    this.#log.debug(line, 'engine called');
  }

  /** The stack is written once; that it happens again, a minute later and with how often meanwhile. */
  #deviceFault({ type, device, where, cause, at }: EventOf<'device.fault'>): void {
    const err = cause instanceof Error ? cause : toDialtoneError(cause);
    const heldBack = this.#repeats.pass(`${type}/${device}/${where}/${cleanText(err.message)}`, at);
    const fields = { event: type, device, where };
    if (heldBack === undefined) this.#log.debug(fields, 'a defect of dialtone, again');
    else {
      const more = heldBack > 0 ? { more_before: heldBack } : {};
      this.#log.error({ ...fields, ...more, err }, 'a defect of dialtone: the line of this device ends');
    }
  }

  #deviceStatus(event: EventOf<'device.status'>): void {
    const { device, uptimeMs, heapFreeBytes, wifiRssiDbm } = event;
    this.#log.debug(
      {
        event: 'device.status',
        device,
        uptime_ms: uptimeMs,
        heap_free_bytes: heapFreeBytes,
        wifi_rssi_dbm: wifiRssiDbm,
      },
      'device reports',
    );
  }

  #turnEnded(event: EventOf<'turn.ended'>): void {
    const { device, turn, kind, outcome, heard, answer, written, truncated, leftOut, falseInterruption, error } = event;
    const line = {
      event: 'turn.ended',
      device,
      turn,
      kind,
      outcome,
      ...(truncated ? { truncated } : {}),
      ...(leftOut ? { left_out: leftOut } : {}),
      ...(falseInterruption ? { false_interruption: falseInterruption } : {}),
      ...this.#pii({ heard, answer, written }),
      spoken_ms: Math.round(event.spokenMs),
      stages_ms: rounded(event.stages),
      ...(error ? { error: { kind: error.kind, code: error.code, message: cleanText(error.message) } } : {}),
    };
    if (outcome === 'failed') this.#log.warn(line, 'turn failed');
    else this.#log.info(line, 'turn ended');
  }

  /** The field with what was said, unless that is not to be written. */
  #pii(texts: Readonly<Record<string, string>>): { readonly pii?: Readonly<Record<string, string>> } {
    if (!this.#transcripts) return {};
    return {
      pii: Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, cleanText(text, MAX_SPEECH)])),
    };
  }

  #engineState({ type, kind, engine, state, reason }: EventOf<'engine.state'>): void {
    const line = { event: type, kind, engine, state, ...(reason === undefined ? {} : { reason: cleanText(reason) }) };
    if (state === 'up') this.#log.info(line, 'engine is up again');
    else this.#log.warn(line, `engine is ${state}`);
  }

  #speechHost({ host, state, reason }: EventOf<'speech_host.state'>): void {
    const line = {
      event: 'speech_host.state',
      host,
      state,
      ...(reason === undefined ? {} : { reason: cleanText(reason) }),
    };
    if (state === 'down') this.#log.error(line, 'speech host is down');
    else this.#log.info(line, `speech host is ${state}`);
  }

  #configReloaded({ ok, trigger, changes, errors }: EventOf<'config.reloaded'>): void {
    if (!ok) {
      const listed = errors.slice(0, MAX_LISTED).map((error) => cleanText(error));
      const more = errors.length > listed.length ? { more_errors: errors.length - listed.length } : {};
      this.#log.error(
        { event: 'config.reloaded', ok, trigger, errors: listed, ...more },
        'devices.json is not right: the running configuration is kept',
      );
      return;
    }
    const counts = changes && {
      added: changes.added.length,
      removed: changes.removed.length,
      restarted: changes.restarted.length,
      updated: changes.updated.length,
      unchanged: changes.unchanged,
    };
    this.#log.info({ event: 'config.reloaded', ok, trigger, changes: counts }, 'devices.json read again');
    if (!changes) return;
    const { added, removed, restarted, updated } = changes;
    this.#log.debug({ event: 'config.changes', added, removed, restarted, updated }, 'what changed');
  }

  #repeated(key: string, at: number, fields: Record<string, unknown>, text: string): void {
    const heldBack = this.#repeats.pass(key, at);
    if (heldBack === undefined) this.#log.debug(fields, text);
    else this.#log.warn(heldBack > 0 ? { ...fields, more_before: heldBack } : fields, text);
  }
}

function rounded(stages: Readonly<Record<string, number | undefined>>): Record<string, number> {
  const result: Record<string, number> = {};
  for (const [stage, ms] of Object.entries(stages)) if (ms !== undefined) result[stage] = Math.round(ms);
  return result;
}
