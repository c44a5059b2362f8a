import { DialtoneError } from '#src/core/errors';

/** What an engine fails with when a scenario says so. */
export function failure(what: string): DialtoneError {
  return new DialtoneError('engine_unavailable', `${what} fails in this scenario`);
}
