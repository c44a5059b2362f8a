/** What engines of every kind have in common. */
export interface Engine {
  /** The engine's name, as in settings and metrics. */
  readonly id: string;
  /** Resolves when the engine can be used. Rejects with DialtoneError `engine_*` when it cannot. Missing: it always can. */
  ready?(): Promise<void>;
  /**
   * Cheap proof that the engine can be reached: no audio, no model is asked for. Rejects with DialtoneError `engine_*` when it
   * cannot, with the signal's reason when that aborts. Missing: only a call of it can tell.
   */
  check?(signal: AbortSignal): Promise<void>;
  /**
   * A call is likely within seconds: opens what it would have to wait for. Costs nothing where that is open. Never throws; a failure
   * is told by the call. Missing: there is nothing to open.
   */
  warm?(): void;
  /** Ends what is under way and gives everything back. */
  close(): Promise<void>;
}

/**
 * One call of an engine, or one open stream of it. With an ordered list of engines the next call may be done by another
 * engine, and a call that has begun may move to another: read both when they are needed, at any time.
 */
export interface EngineCall<Capabilities> {
  /** Name of the engine that does the work, as in settings and metrics. */
  readonly engine: string;
  /** What that engine can do. */
  readonly capabilities: Capabilities;
  /** The language model that is asked for; undefined: it has no name, or is not known yet. */
  readonly model?: string | undefined;
}

/** Marks a call with the one engine that does it. Changes and returns `call`. */
export function engineCall<Call extends object, Capabilities>(
  call: Call,
  engine: string,
  capabilities: Capabilities,
): Call & EngineCall<Capabilities> {
  return Object.assign(call, { engine, capabilities });
}
