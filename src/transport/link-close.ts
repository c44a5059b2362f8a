import type { ErrorCode } from '../core/errors.ts';
import { retryAfterMs } from '../core/retry-after.ts';

/** Why a line was lost or never came up. */
export interface LinkClose {
  readonly kind: 'failed' | 'announced' | 'busy' | 'auth_failed';
  readonly code: ErrorCode;
  readonly message: string;
  /** What the device asked for by Retry-After. */
  readonly retryAfterMs?: number;
}

/** The longest reason that is kept of what a device or the network said. */
const MAX_REASON = 200;

/** Text from outside, made fit for logs and JSON: no control characters, bounded. */
export function clip(text: string, max = MAX_REASON): string {
  // biome's noControlCharactersInRegex wants no literal control characters, so they are named by category.
  const clean = text.replace(/[\p{Cc}\p{Cf}]/gu, ' ');
  return clean.length > max ? `${clean.slice(0, max - 1)}…` : clean;
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
  WS_ERR_UNSUPPORTED_MESSAGE_LENGTH: 'message_too_big',
  WS_ERR_TOO_MANY_BUFFERED_PARTS: 'message_too_big',
};

/** What a failed dial or a broken socket means. */
export function lossOfError(error: Error & { code?: string }): LinkClose {
  const inner = error instanceof AggregateError ? (error.errors[0] as Error & { code?: string }) : error;
  const known = NETWORK_CODES[inner?.code ?? error.code ?? ''];
  if (known) return { kind: 'failed', code: known, message: clip(inner.message || error.message || known) };
  if (/handshake has timed out/.test(error.message)) {
    return { kind: 'failed', code: 'connect_timeout', message: 'no answer to the WebSocket handshake in time' };
  }
  return { kind: 'failed', code: 'protocol_error', message: clip(error.message) };
}

/** What a device's refusal by HTTP status, before the upgrade, means. `retryAfter` is the header as it stands. */
export function lossOfStatus(status: number, retryAfter: string | undefined, nowWallMs: number): LinkClose {
  const message = `the device answered HTTP ${status} instead of the WebSocket upgrade`;
  if (status === 401 || status === 403) return { kind: 'auth_failed', code: 'auth_failed', message };
  if (status === 409 || status === 503) {
    const askedMs = retryAfterMs(retryAfter, nowWallMs);
    return { kind: 'busy', code: 'device_busy', message, ...(askedMs === undefined ? {} : { retryAfterMs: askedMs }) };
  }
  return { kind: 'failed', code: 'handshake_rejected', message };
}

/**
 * What the close of an open socket means. Codes up to 1013 are those of RFC 6455 and its registry; of the codes that
 * devices choose themselves, 4401 and 4403 mean a wrong token, 4409 that another backend has the device.
 */
export function lossOfClose(code: number, reason: string): LinkClose {
  const text = reason === '' ? '' : `: ${clip(reason, 120)}`;
  const message = `closed with ${code}${text}`;
  switch (code) {
    case 1000:
    case 1001:
    case 1012:
      return { kind: 'announced', code: 'link_closed', message };
    case 1013:
    case 4409:
      return { kind: 'busy', code: 'device_busy', message };
    case 4401:
    case 4403:
      return { kind: 'auth_failed', code: 'auth_failed', message };
    case 1005:
    case 1006:
      return { kind: 'failed', code: 'link_lost', message: `the line was lost without a goodbye (${code})` };
    default:
      return { kind: 'failed', code: 'link_closed', message };
  }
}
