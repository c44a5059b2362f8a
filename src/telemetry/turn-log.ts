import type { StageTimes, TurnKind, TurnOutcome } from '../conversation/events.ts';
import { cleanText, MAX_SPEECH } from '../core/clean-text.ts';
import type { EventBus } from './event-bus.ts';
import type { DialtoneEvent } from './events.ts';

/** A turn whose end is never told is forgotten behind so many others. */
const STARTS_KEPT = 4;

type TurnEnded = Extract<DialtoneEvent, { type: 'turn.ended' }>;

/** A turn that ended. Times are wall-clock milliseconds since 1970; texts are null when they are not kept. */
export interface TurnRecord {
  readonly turn: number;
  readonly kind: TurnKind;
  readonly outcome: TurnOutcome;
  /** null: it began before its device was known. */
  readonly startedAt: number | null;
  readonly endedAt: number;
  /** What was recognised. */
  readonly heard: string | null;
  /** The words of the answer that the loudspeaker has played. */
  readonly answer: string | null;
  /** The answer as it was written, played or not. */
  readonly written: string | null;
  /** The limit of tokens has cut the answer. */
  readonly truncated?: true;
  /** So many sentences were left out because the link is too slow for the audio. */
  readonly leftOut?: number;
  /** Length of the audio sent, milliseconds. */
  readonly spokenMs: number;
  readonly stages: StageTimes;
  readonly error: NonNullable<TurnEnded['error']> | null;
}

/** What a turn log is made from. */
export interface TurnLogOptions {
  readonly bus: Pick<EventBus, 'subscribe'>;
  /** TURNS_KEPT: so many turns of each device are kept, and the oldest goes. */
  readonly kept: number;
  /** LOG_TRANSCRIPTS: whether the texts are kept. */
  readonly transcripts: boolean;
  /** Whether devices.json has the device: a removed device still ends its sentence, and no caller can ask for that turn. */
  readonly isKnown: (device: string) => boolean;
}

interface DeviceTurns {
  /** When turns that have not ended began, by their number: one, or two while one takes over from the other. */
  readonly started: Map<number, number>;
  /** Oldest first. */
  readonly ended: TurnRecord[];
}

/** The last turns of each device, in memory: they show afterwards what was said, and which stage took how long. */
export class TurnLog {
  readonly #options: TurnLogOptions;
  readonly #devices = new Map<string, DeviceTurns>();
  readonly #unsubscribe: () => void;

  constructor(options: TurnLogOptions) {
    this.#options = options;
    this.#unsubscribe = options.bus.subscribe((event) => this.#note(event));
  }

  /** The last turns of a device, newest first, at most `limit`. Empty for a device without any. */
  of(device: string, limit = Number.POSITIVE_INFINITY): readonly TurnRecord[] {
    const ended = this.#devices.get(device)?.ended ?? [];
    return ended.slice(-Math.min(limit, ended.length)).reverse();
  }

  /**
   * The last turns of all devices, newest first.
   * @param perDevice at most so many of each
   */
  latest(limit: number, perDevice = Number.POSITIVE_INFINITY): readonly { device: string; record: TurnRecord }[] {
    const all = [...this.#devices.keys()].flatMap((device) =>
      this.of(device, Math.min(limit, perDevice)).map((record) => ({ device, record })),
    );
    return all.sort((a, b) => b.record.endedAt - a.record.endedAt).slice(0, limit);
  }

  /** Of how many devices there is anything. */
  get size(): number {
    return this.#devices.size;
  }

  /** Takes no further turns. */
  close(): void {
    this.#unsubscribe();
  }

  #note(event: DialtoneEvent): void {
    switch (event.type) {
      case 'turn.started': {
        const started = this.#turnsOf(event.device)?.started;
        if (!started) return;
        started.set(event.turn, event.at);
        const [oldest] = started.keys();
        if (started.size > STARTS_KEPT && oldest !== undefined) started.delete(oldest);
        return;
      }
      case 'turn.ended': {
        const turns = this.#turnsOf(event.device);
        if (!turns) return;
        turns.ended.push(this.#record(event, turns.started.get(event.turn) ?? null));
        turns.started.delete(event.turn);
        if (turns.ended.length > this.#options.kept) turns.ended.shift();
        return;
      }
      case 'config.reloaded':
        for (const device of event.changes?.removed ?? []) this.#devices.delete(device);
        return;
      default:
        return;
    }
  }

  #turnsOf(device: string): DeviceTurns | undefined {
    const { kept, isKnown } = this.#options;
    if (kept === 0 || !isKnown(device)) return undefined;
    let turns = this.#devices.get(device);
    if (!turns) {
      turns = { started: new Map(), ended: [] };
      this.#devices.set(device, turns);
    }
    return turns;
  }

  #record(event: TurnEnded, startedAt: number | null): TurnRecord {
    const { turn, kind, outcome, spokenMs, stages, at: endedAt, error = null } = event;
    const text = (said: string) => (this.#options.transcripts ? cleanText(said, MAX_SPEECH) : null);
    return {
      turn,
      kind,
      outcome,
      startedAt,
      endedAt,
      heard: text(event.heard),
      answer: text(event.answer),
      written: text(event.written),
      ...(event.truncated ? { truncated: true as const } : {}),
      ...(event.leftOut ? { leftOut: event.leftOut } : {}),
      spokenMs,
      stages,
      error,
    };
  }
}
