import { DialtoneError, isAbort, toDialtoneError, withEngine } from '../../core/errors.ts';
import type { EngineSet } from '../../engines/engine.ts';
import type { EngineEvent, EngineKind } from '../../engines/events.ts';
import type { Activation } from '../listening/activation.ts';
import type { Turn } from './turn.ts';
import type { TurnInput, TurnState } from './turn-machine.ts';

/** What is needed to deal with an engine's failure. */
export interface EngineFailuresOptions {
  /** Those of the turn in progress. */
  readonly engines: () => EngineSet;
  /** The turn in progress. */
  readonly turn: () => Turn | undefined;
  readonly report: (event: EngineEvent) => void;
  readonly dispatch: (input: TurnInput) => void;
  readonly activation: Activation;
}

/** What the failure of an engine means for a turn. Every failure is reported. */
export class EngineFailures {
  readonly #options: EngineFailuresOptions;

  constructor(options: EngineFailuresOptions) {
    this.#options = options;
  }

  /** An engine that works for a turn failed. A cancelled call says so too: that is no failure. */
  failed(turn: Turn, kind: EngineKind, cause: unknown): void {
    if (!turn.abort.signal.aborted && !isAbort(cause)) this.#fail(turn, kind, cause);
  }

  /** An engine keeps a turn waiting: the voice is blamed once the language model has finished. */
  stuck(turn: Turn, state: TurnState, waitedMs: number): void {
    const kind = state === 'transcribing' ? 'stt' : turn.isWritten ? 'tts' : 'llm';
    const message = `no result within ${waitedMs / 1000} s`;
    this.#fail(turn, kind, new DialtoneError('engine_timeout', message, { retryable: true }));
  }

  /** What is said over an answer cannot be recognised. */
  bargeInFailed(cause: unknown): void {
    const { dispatch } = this.#options;
    if (!isAbort(cause)) this.#report('stt', cause);
    dispatch({ type: 'barge_in_ended' });
    // An answer that is paused for words that will never come goes on at once.
    dispatch({ type: 'pause_over' });
  }

  #fail(turn: Turn, kind: EngineKind, cause: unknown): void {
    const { dispatch, activation } = this.#options;
    const error = this.#report(kind, cause);
    if (kind === 'stt' && !activation.isAwake) {
      // The user has not said the wake word: the device must not chime at every sentence of the television.
      turn.utterance?.cancel();
      dispatch({ type: 'speech_ended' });
      dispatch({ type: 'transcript', turn: turn.number, text: '' });
      return;
    }
    dispatch({ type: 'failed', turn: turn.number, failure: { kind, error } });
  }

  #report(kind: EngineKind, cause: unknown): DialtoneError {
    const { engines, report, turn } = this.#options;
    const error = toDialtoneError(cause);
    const recogniser = kind === 'stt' ? turn()?.utterance?.engine : undefined;
    const engine = error.engine ?? recogniser ?? engines()[kind].id;
    report({ type: 'engine.error', kind, engine, code: error.code, message: error.message });
    return withEngine(error, engine);
  }
}
