import { DialtoneError, type ErrorCode } from '../../core/errors.ts';

/** The engine's name, as in settings and metrics. */
export const ESPEAK = 'espeak';

/** An error of espeak's. */
export function espeakError(code: ErrorCode, message: string, retryable = false): DialtoneError {
  return new DialtoneError(code, message, { retryable, engine: ESPEAK });
}
