import { describe, expect, it } from 'vitest';
import { clip, lossOfClose, lossOfError, lossOfStatus } from './link-close.ts';

describe('what a loss means', () => {
  it.each([
    ['ECONNREFUSED', 'refused'],
    ['EHOSTUNREACH', 'host_unreachable'],
    ['ENOTFOUND', 'dns_failed'],
    ['ECONNRESET', 'link_lost'],
    ['WS_ERR_UNSUPPORTED_MESSAGE_LENGTH', 'message_too_big'],
    ['SOMETHING_ELSE', 'protocol_error'],
  ])('%s is %s', (code, expected) => {
    expect(lossOfError(Object.assign(new Error('no'), { code })).code).toBe(expected);
  });

  it('looks into the errors of several addresses', () => {
    const inner = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
    expect(lossOfError(new AggregateError([inner])).code).toBe('refused');
  });

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
    const loss = lossOfStatus(status, retryAfter, 0);
    expect(loss).toMatchObject(expected);
    if (!('retryAfterMs' in expected)) expect(loss).not.toHaveProperty('retryAfterMs');
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
  ])('close %d is %s', (code, kind) => expect(lossOfClose(code, '').kind).toBe(kind));

  it('makes the words of a device fit for a log', () => {
    expect(clip('a\u001b[31mb\nc\u202Ed')).toBe('a [31mb c d');
    expect(clip('x'.repeat(1_000))).toHaveLength(200);
  });
});
