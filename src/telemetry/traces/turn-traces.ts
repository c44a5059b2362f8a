import type { Clock } from '../../core/clock.ts';
import type { EventBus } from '../event-bus.ts';
import type { DialtoneEvent } from '../events.ts';
import { callSpan, type SpanPlan, stageSpans, toolSpan, turnSpan } from './turn-spans.ts';

/** The most calls of one turn that wait for its end: a turn has a dozen. */
const MAX_CALLS = 200;

/** The most turns whose end is waited for: a device whose turn never ends is forgotten behind so many others. */
const MAX_TURNS = 2_000;

/** Where spans go. Times are wall-clock milliseconds since 1970. */
export interface SpanSink {
  /** @param parent what an earlier call has returned */
  span(plan: SpanPlan, times: { readonly startMs: number; readonly endMs: number }, parent?: unknown): unknown;
}

/** Makes one trace of each turn: the turn, below it what it consisted of. Returns a function that stops it. */
export function traceTurns(bus: Pick<EventBus, 'subscribe'>, clock: Clock, sink: SpanSink): () => void {
  const traces = new TurnTraces(clock, sink);
  return bus.subscribe((event) => traces.take(event));
}

/** A device's turn: what came before its end, and after it the span that later calls belong to. */
interface TurnTrace {
  readonly calls: SpanPlan[];
  parent?: unknown;
}

class TurnTraces {
  readonly #clock: Clock;
  readonly #sink: SpanSink;
  readonly #turns = new Map<string, TurnTrace>();

  constructor(clock: Clock, sink: SpanSink) {
    this.#clock = clock;
    this.#sink = sink;
  }

  take(event: DialtoneEvent): void {
    if (event.type === 'engine.call') this.#call(event.device, event.turn, callSpan(event));
    else if (event.type === 'tool.call') this.#call(event.device, event.turn, toolSpan(event));
    else if (event.type === 'turn.ended') this.#end(event);
  }

  #call(device: string, turn: number | null, plan: SpanPlan): void {
    if (turn === null) {
      // It belongs to no turn: a trace of its own.
      this.#make(plan);
      return;
    }
    const trace = this.#traceOf(device, turn);
    // A call that was cancelled may end behind its turn.
    if (trace.parent !== undefined) this.#make(plan, trace.parent);
    else if (trace.calls.length < MAX_CALLS) trace.calls.push(plan);
  }

  #end(event: Extract<DialtoneEvent, { type: 'turn.ended' }>): void {
    const trace = this.#traceOf(event.device, event.turn);
    const children = [...stageSpans(event), ...trace.calls.splice(0)];
    const turn = turnSpan(event);
    // The recogniser may have been opened before the turn began: a child does not begin before its parent.
    const startMs = Math.min(turn.startMs, ...children.map((child) => child.startMs));
    trace.parent = this.#make({ ...turn, startMs });
    for (const child of children) this.#make(child, trace.parent);
  }

  #traceOf(device: string, turn: number): TurnTrace {
    const key = `${turn}/${device}`;
    let trace = this.#turns.get(key);
    if (!trace) {
      trace = { calls: [] };
      this.#turns.set(key, trace);
      if (this.#turns.size > MAX_TURNS) {
        for (const oldest of this.#turns.keys()) {
          this.#turns.delete(oldest);
          break;
        }
      }
    }
    return trace;
  }

  /** Moments are monotonic; spans want the time of day. */
  #make(plan: SpanPlan, parent?: unknown): unknown {
    const offset = this.#clock.wallNow() - this.#clock.now();
    return this.#sink.span(plan, { startMs: plan.startMs + offset, endMs: plan.endMs + offset }, parent);
  }
}
