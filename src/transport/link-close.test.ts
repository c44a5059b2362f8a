import { describe, expect, it } from 'vitest';
import { clip, closeOfError, closeOfReason } from './link-close.ts';

describe('what the end of a link means', () => {
  it.each([
    ['ECONNREFUSED', 'refused'],
    ['EHOSTUNREACH', 'host_unreachable'],
    ['ENOTFOUND', 'dns_failed'],
    ['ECONNRESET', 'link_lost'],
    ['SOMETHING_ELSE', 'protocol_error'],
  ])('%s is %s', (code, expected) => {
    expect(closeOfError(Object.assign(new Error('no'), { code })).code).toBe(expected);
  });

  it('looks into the errors of several addresses', () => {
    const inner = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
    expect(closeOfError(new AggregateError([inner])).code).toBe('refused');
  });

  it.each([
    ['policy', 'flood'],
    ['too_big', 'message_too_big'],
    ['protocol_error', 'protocol_error'],
    ['busy', 'device_busy'],
    ['unauthorised', 'auth_failed'],
    ['internal_error', 'internal'],
    ['lost', 'link_lost'],
  ] as const)('our %s is a failure with the code %s', (reason, code) => {
    expect(closeOfReason(reason, 'why')).toEqual({ kind: 'failed', code, message: 'why' });
  });

  it.each(['done', 'going_away', 'restart', 'superseded'] as const)('our %s is no failure', (reason) => {
    expect(closeOfReason(reason, 'why')).toBeUndefined();
  });

  it('takes a code that says more', () => {
    expect(closeOfReason('lost', '', 'peer_dead')).toEqual({ kind: 'failed', code: 'peer_dead', message: 'lost' });
  });

  it('makes the words of a device fit for a log', () => {
    expect(clip('a\u001b[31mb\nc\u202Ed')).toBe('a [31mb c d');
    expect(clip('x'.repeat(1_000))).toHaveLength(200);
  });
});
