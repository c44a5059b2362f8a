import type { ErrorCode } from '../core/errors.ts';
import type { CloseReason } from './link.ts';

/** Why a link ended or never came up. */
export interface LinkClose {
  readonly kind: 'failed' | 'announced' | 'busy' | 'auth_failed';
  readonly code: ErrorCode;
  readonly message: string;
  /** What the device asked for, milliseconds. */
  readonly retryAfterMs?: number;
}

/** The longest text that is kept of what a device or the network said. */
const MAX_MESSAGE = 200;

/** Text from outside, made fit for logs and JSON: no control characters, bounded. */
export function clip(text: string, max = MAX_MESSAGE): string {
  // biome's noControlCharactersInRegex wants no literal control characters, so they are named by category.
  const clean = text.replace(/[\p{Cc}\p{Cf}]/gu, ' ');
  return clean.length > max ? `${clean.slice(0, max - 1)}…` : clean;
}

/** The reasons that are failures. After the others, what the other end answers tells how the link ended. */
const FAILURES: Readonly<Partial<Record<CloseReason, ErrorCode>>> = {
  policy: 'flood',
  too_big: 'message_too_big',
  protocol_error: 'protocol_error',
  busy: 'device_busy',
  unauthorised: 'auth_failed',
  hello_timeout: 'hello_timeout',
  internal_error: 'internal',
  lost: 'link_lost',
};

/** What `closed` tells of a link that we ended; undefined where the other end decides that. */
export function closeOfReason(reason: CloseReason, detail: string, code = FAILURES[reason]): LinkClose | undefined {
  return code && { kind: 'failed', code, message: clip(detail === '' ? reason : detail) };
}

const NETWORK_CODES: Readonly<Record<string, ErrorCode>> = {
  ECONNREFUSED: 'refused',
  ECONNRESET: 'link_lost',
  EPIPE: 'link_lost',
  ETIMEDOUT: 'connect_timeout',
  EHOSTUNREACH: 'host_unreachable',
  ENETUNREACH: 'host_unreachable',
  EHOSTDOWN: 'host_unreachable',
  ENOTFOUND: 'dns_failed',
  EAI_AGAIN: 'dns_failed',
  EAI_FAIL: 'dns_failed',
};

/** What a failed dial or a broken socket means. An error that is not known is one of the protocol. */
export function closeOfError(error: Error & { code?: string }): LinkClose {
  const inner = error instanceof AggregateError ? (error.errors[0] as Error & { code?: string }) : error;
  const known = NETWORK_CODES[inner?.code ?? error.code ?? ''];
  if (known) return { kind: 'failed', code: known, message: clip(inner.message || error.message || known) };
  return { kind: 'failed', code: 'protocol_error', message: clip(error.message) };
}
