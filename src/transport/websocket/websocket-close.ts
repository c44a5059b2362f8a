import { retryAfterMs } from '../../core/retry-after.ts';
import type { CloseReason } from '../link.ts';
import { clip, closeOfError, type LinkClose } from '../link-close.ts';

/** Our reasons in WebSocket's close codes (RFC 6455 section 7.4.1; 44xx are private, after HTTP's). `lost` has no goodbye. */
export const CLOSE_CODES: Readonly<Record<Exclude<CloseReason, 'lost'>, number>> = {
  done: 1000,
  going_away: 1001,
  restart: 1012,
  policy: 1008,
  too_big: 1009,
  protocol_error: 1002,
  busy: 1013,
  unauthorised: 4401,
  hello_timeout: 4408,
  superseded: 4410,
  internal_error: 1011,
};

/** The other end has said goodbye without a reason, as small devices do. */
export const NO_CODE = 1005;

/** Bytes that a close frame has for a reason: beyond that ws throws (RFC 6455 section 5.5). */
const MAX_REASON_BYTES = 123;

/** The words of a close as they are sent: as much of them as a close frame has room for, in whole characters. */
export function reasonBytes(detail: string): Buffer {
  let text = clip(detail, MAX_REASON_BYTES);
  while (Buffer.byteLength(text) > MAX_REASON_BYTES) text = `${[...text].slice(0, -2).join('')}…`;
  return Buffer.from(text);
}

/** What the close of an open WebSocket means. @param said the reason that came with it */
export function closeOfCode(code: number, said: string): LinkClose {
  const text = said === '' ? '' : `: ${clip(said, 120)}`;
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
    case NO_CODE:
    case 1006:
      return { kind: 'failed', code: 'link_lost', message: `the line was lost without a goodbye (${code})` };
    default:
      return { kind: 'failed', code: 'link_closed', message };
  }
}

/** What a device's refusal by HTTP status, before the upgrade, means. @param retryAfter the header as it stands */
export function closeOfStatus(status: number, retryAfter: string | undefined, nowWallMs: number): LinkClose {
  const message = `the device answered HTTP ${status} instead of the WebSocket upgrade`;
  if (status === 401 || status === 403) return { kind: 'auth_failed', code: 'auth_failed', message };
  if (status === 409 || status === 503) {
    const askedMs = retryAfterMs(retryAfter, nowWallMs);
    return { kind: 'busy', code: 'device_busy', message, ...(askedMs === undefined ? {} : { retryAfterMs: askedMs }) };
  }
  return { kind: 'failed', code: 'handshake_rejected', message };
}

/** What an error of ws, or of the socket below it, means. */
export function closeOfSocketError(error: Error & { code?: string }): LinkClose {
  if (error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH' || error.code === 'WS_ERR_TOO_MANY_BUFFERED_PARTS') {
    return { kind: 'failed', code: 'message_too_big', message: clip(error.message) };
  }
  if (/handshake has timed out/.test(error.message)) {
    return { kind: 'failed', code: 'connect_timeout', message: 'no answer to the WebSocket handshake in time' };
  }
  return closeOfError(error);
}
