/**
 * Stable codes of everything that can go wrong. The same string appears in REST bodies, logs and metric labels, so a
 * code is added but never renamed.
 */
export type ErrorCode =
  // configuration
  | 'config_not_found'
  | 'config_unreadable'
  | 'config_invalid'
  | 'settings_invalid'
  | 'port_in_use'
  // connection
  | 'dns_failed'
  | 'address_refused'
  | 'refused'
  | 'host_unreachable'
  | 'connect_timeout'
  | 'hello_timeout'
  | 'handshake_rejected'
  | 'device_busy'
  | 'auth_failed'
  | 'peer_dead'
  | 'link_lost'
  | 'link_closed'
  | 'slow_link'
  | 'protocol_error'
  | 'message_too_big'
  | 'flood'
  // audio
  | 'opus_bad_packet'
  | 'audio_bad_format'
  | 'audio_incomplete'
  // functions of devices
  | 'tool_unknown'
  | 'tool_bad_arguments'
  | 'tool_timeout'
  | 'tool_failed'
  // files that devices fetch
  | 'downloads_full'
  // engines
  | 'engine_unavailable'
  | 'engine_misconfigured'
  | 'engine_auth'
  | 'engine_rate_limited'
  | 'engine_timeout'
  | 'engine_bad_request'
  | 'engine_bad_answer'
  | 'engine_overloaded'
  | 'speech_host_down'
  // models
  | 'model_unknown'
  | 'model_not_installed'
  | 'model_busy'
  | 'model_download_failed'
  | 'model_bad_file'
  | 'model_folder'
  // conversation
  | 'internal';

/** Options of a {@link DialtoneError}. */
export interface DialtoneErrorOptions {
  /** What went wrong underneath. */
  readonly cause?: unknown;
  /** Whether the same call may work later without a change by the operator. Default false. */
  readonly retryable?: boolean;
  /** The single problems, where the error is about several. */
  readonly details?: readonly string[];
  /** Name of the engine that the error comes from. */
  readonly engine?: string;
  /** How long the other side asks to be left alone, milliseconds, where it says. */
  readonly retryAfterMs?: number | undefined;
}

/** Every error dialtone throws on purpose: a stable `code`, a text that says what to do, and whether to try again. */
export class DialtoneError extends Error {
  override readonly name = 'DialtoneError';
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly details: readonly string[];
  /** Name of the engine that failed, as in settings and metrics; undefined for an error of anything else. */
  readonly engine: string | undefined;
  /** How long the other side asks to be left alone, milliseconds; undefined where it does not say. */
  readonly retryAfterMs: number | undefined;

  constructor(code: ErrorCode, message: string, options: DialtoneErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable ?? false;
    this.details = options.details ?? [];
    this.engine = options.engine;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** The error with the name of the engine that failed. An error that names an engine already is given back as it is. */
export function withEngine(error: DialtoneError, engine: string): DialtoneError {
  if (error.engine !== undefined) return error;
  const { code, message, cause, retryable, details, retryAfterMs } = error;
  return new DialtoneError(code, message, { cause, retryable, details, engine, retryAfterMs });
}

/** The error as it is, or wrapped as `internal` when it is not one of ours. */
export function toDialtoneError(error: unknown, code: ErrorCode = 'internal'): DialtoneError {
  if (error instanceof DialtoneError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new DialtoneError(code, message, { cause: error });
}

/** True for the rejection of an aborted call: it is what the caller asked for, not a failure. */
export function isAbort(error: unknown): boolean {
  return error instanceof Error && (error.name === 'AbortError' || error.name === 'APIUserAbortError');
}
