import { describe, expect, it } from 'vitest';
import { CLOSE_CODES, closeOfCode, closeOfSocketError, closeOfStatus, reasonBytes } from './websocket-close.ts';

describe('what the end of a WebSocket means', () => {
  it.each([
    [401, undefined, { kind: 'auth_failed' }],
    [403, undefined, { kind: 'auth_failed' }],
    [409, undefined, { kind: 'busy' }],
    [503, '20', { kind: 'busy', retryAfterMs: 20_000 }],
    [503, 'Thu, 01 Jan 1970 00:01:00 GMT', { kind: 'busy', retryAfterMs: 60_000 }],
    [503, 'soon', { kind: 'busy' }],
    [200, undefined, { kind: 'failed', code: 'handshake_rejected' }],
    [302, undefined, { kind: 'failed', code: 'handshake_rejected' }],
  ])('HTTP %d with Retry-After %s', (status, retryAfter, expected) => {
    const close = closeOfStatus(status, retryAfter, 0);
    expect(close).toMatchObject(expected);
    if (!('retryAfterMs' in expected)) expect(close).not.toHaveProperty('retryAfterMs');
  });

  it.each([
    [1000, 'announced'],
    [1001, 'announced'],
    [1012, 'announced'],
    [1013, 'busy'],
    [4409, 'busy'],
    [4401, 'auth_failed'],
    [1006, 'failed'],
    [1011, 'failed'],
  ])('close %d is %s', (code, kind) => expect(closeOfCode(code, '').kind).toBe(kind));

  it.each([
    ['WS_ERR_UNSUPPORTED_MESSAGE_LENGTH', 'message_too_big'],
    ['WS_ERR_TOO_MANY_BUFFERED_PARTS', 'message_too_big'],
    ['ECONNRESET', 'link_lost'],
    ['WS_ERR_INVALID_UTF8', 'protocol_error'],
  ])('%s is %s', (code, expected) => {
    expect(closeOfSocketError(Object.assign(new Error('no'), { code })).code).toBe(expected);
  });
});

describe('our reasons on the wire', () => {
  it('are the codes that devices know', () => {
    expect(CLOSE_CODES).toMatchObject({
      done: 1000,
      going_away: 1001,
      protocol_error: 1002,
      policy: 1008,
      too_big: 1009,
      internal_error: 1011,
      restart: 1012,
      busy: 1013,
    });
  });

  it.each([
    ['', ''],
    ['the first message is no hello: {"type": "hello", …} is expected', undefined],
    ['x'.repeat(123), undefined],
    ['x'.repeat(124), `${'x'.repeat(120)}…`],
    ['ü'.repeat(300), `${'ü'.repeat(60)}…`],
    ['😀'.repeat(300), `${'😀'.repeat(30)}…`],
    ['\ud800x', '\ufffdx'],
  ])('have words, as many as there is room for: %s', (detail, sent = detail) => {
    const bytes = reasonBytes(detail);
    expect(bytes.length).toBeLessThanOrEqual(123);
    expect(bytes.toString()).toBe(sent);
  });

  it.each([
    ['done', 'announced'],
    ['going_away', 'announced'],
    ['restart', 'announced'],
    ['busy', 'busy'],
    ['unauthorised', 'auth_failed'],
    ['policy', 'failed'],
    ['superseded', 'failed'],
    ['internal_error', 'failed'],
  ] as const)('%s is understood as %s when a device says it', (reason, kind) => {
    expect(closeOfCode(CLOSE_CODES[reason], '').kind).toBe(kind);
  });
});
