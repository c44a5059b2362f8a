import { DialtoneError, type ErrorCode } from '../../core/errors.ts';

/**
 * What the failure of an engine means for the next call:
 * - `auth`: the engine refuses the key. Nothing helps but another key
 * - `misconfigured`: the engine cannot work as it is set up. Nothing helps but other settings
 * - `rate_limit`: our share of the engine is used up for now
 * - `capacity`: the engine has no room for more; others may be served
 * - `timeout`: nothing, or nothing more, came in time
 * - `network`: the engine cannot be reached, has died, or has a problem of its own
 * - `bad_request`: this one request is at fault, as when it is too long: the next one may pass
 * - `bad_answer`: the answer broke off or cannot be read
 */
export type ErrorClass =
  | 'auth'
  | 'misconfigured'
  | 'rate_limit'
  | 'capacity'
  | 'timeout'
  | 'network'
  | 'bad_request'
  | 'bad_answer';

const CLASSES: Partial<Readonly<Record<ErrorCode, ErrorClass>>> = {
  engine_auth: 'auth',
  engine_misconfigured: 'misconfigured',
  engine_rate_limited: 'rate_limit',
  engine_overloaded: 'capacity',
  engine_timeout: 'timeout',
  engine_unavailable: 'network',
  speech_host_down: 'network',
  engine_bad_request: 'bad_request',
  engine_bad_answer: 'bad_answer',
};

/** The class of what an engine threw. What is no error of ours is a bad answer: no engine should throw it. */
export function errorClass(error: unknown): ErrorClass {
  return (error instanceof DialtoneError ? CLASSES[error.code] : undefined) ?? 'bad_answer';
}
