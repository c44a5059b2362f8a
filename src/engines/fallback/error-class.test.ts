import { expect, it } from 'vitest';
import { DialtoneError, type ErrorCode } from '../../core/errors.ts';
import { type ErrorClass, errorClass } from './error-class.ts';

const CASES: readonly (readonly [ErrorCode, ErrorClass])[] = [
  ['engine_auth', 'auth'],
  ['engine_misconfigured', 'misconfigured'],
  ['engine_rate_limited', 'rate_limit'],
  ['engine_overloaded', 'capacity'],
  ['engine_timeout', 'timeout'],
  ['engine_unavailable', 'network'],
  ['speech_host_down', 'network'],
  ['engine_bad_request', 'bad_request'],
  ['engine_bad_answer', 'bad_answer'],
  ['internal', 'bad_answer'],
];

it.each(CASES)('%s is of class %s', (code, wanted) => {
  expect(errorClass(new DialtoneError(code, 'it failed'))).toBe(wanted);
});

it('takes what is no error of ours for a bad answer', () => {
  expect(errorClass(new TypeError('x is not a function'))).toBe('bad_answer');
  expect(errorClass(undefined)).toBe('bad_answer');
});
