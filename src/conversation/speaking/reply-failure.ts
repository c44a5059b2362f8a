import { type DialtoneError, isAbort, toDialtoneError } from '../../core/errors.ts';
import type { EngineKind } from '../../engines/events.ts';

/** An engine failed while a reply was being made. */
export class ReplyFailure extends Error {
  override readonly name = 'ReplyFailure';
  readonly kind: EngineKind;
  readonly error: DialtoneError;

  constructor(kind: EngineKind, error: DialtoneError) {
    super(error.message, { cause: error });
    this.kind = kind;
    this.error = error;
  }
}

/** The engine's error as a {@link ReplyFailure}; an AbortError as it is, because it is no failure. */
export function replyFailure(kind: EngineKind, error: unknown): unknown {
  return isAbort(error) || error instanceof ReplyFailure ? error : new ReplyFailure(kind, toDialtoneError(error));
}
