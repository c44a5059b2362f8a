import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { VoiceBook } from '../config/voices/voice-book.ts';
import { cleanText } from '../core/clean-text.ts';
import type { Absence, SpeechRefusal } from '../fleet/fleet.ts';
import { forbiddenResponse, notReadyResponse, type ProblemCode, problem, problemResponse } from './problem.ts';

/** How long a client should wait after `busy`, seconds: about a sentence. */
const BUSY_RETRY_SECONDS = '5';

/** Longest list of voices that a refusal names, UTF-16 units. */
const MAX_NAMES = 1_000;

/** The code under which REST tells each refusal. */
export const REFUSAL_CODES = {
  unknown_device: 'unknown_device',
  disabled: 'device_disabled',
  misconfigured: 'device_misconfigured',
  not_connected: 'not_connected',
  busy: 'busy',
} as const satisfies Record<SpeechRefusal, ProblemCode>;

/** The `retry-after` header of a 429, for a route's document. */
export const retryAfterHeader = z.object({ 'retry-after': z.string().openapi({ description: 'Seconds.' }) });

/** The failures of every route that has one device speak or listen. */
export const speechFailures = {
  403: forbiddenResponse,
  404: problemResponse('No such device, or it is disabled.'),
  409: problemResponse('The device is not connected, or its entry in devices.json is wrong.'),
  429: { ...problemResponse('Too many requests wait for the device already.'), headers: retryAfterHeader },
  503: notReadyResponse,
};

/** The failures of a route that takes JSON. */
export const bodyFailures = {
  400: problemResponse('The body is not right; `detail` says how.'),
  413: problemResponse('The body is too big.'),
  415: problemResponse('The body is not said to be JSON.'),
};

export function unknownDevice(c: Context) {
  return problem(c, 404, 'unknown_device', 'There is no device of this name; GET /v1/devices lists them');
}

export function disabledDevice(c: Context, name: string) {
  return problem(
    c,
    404,
    'device_disabled',
    `Device '${name}' is disabled: set "enabled" to true in devices.json, or POST …/enable`,
  );
}

export function misconfiguredDevice(c: Context, name: string) {
  return problem(
    c,
    409,
    'device_misconfigured',
    `The entry of device '${name}' in devices.json is wrong: GET /v1/devices/status says what; correct the file`,
  );
}

/** The answer to a caller that wants a device to speak or listen that cannot. */
export function speechRefusal(c: Context, refusal: SpeechRefusal, name: string) {
  if (refusal !== 'busy') return absentDevice(c, refusal, name);
  c.header('retry-after', BUSY_RETRY_SECONDS);
  return problem(c, 429, 'busy', `Too many requests wait for device '${name}' already: try again in a moment`);
}

/** The answer to a caller that wants something of a device that is not there. */
export function absentDevice(c: Context, refusal: Absence, name: string) {
  switch (refusal) {
    case 'unknown_device':
      return unknownDevice(c);
    case 'disabled':
      return disabledDevice(c, name);
    case 'misconfigured':
      return misconfiguredDevice(c, name);
    case 'not_connected':
      return problem(
        c,
        409,
        'not_connected',
        `Device '${name}' is not connected: GET /v1/devices/status says why. POST …/reconnect dials it now; a device that dials in ` +
          'comes by itself',
      );
  }
}

/** Whether a request may name this voice; none is the device's own. */
export function isKnownVoice(voices: VoiceBook, voice: string | undefined): boolean {
  return voice === undefined || voices.get(voice) !== undefined;
}

/** The answer to a caller that names a voice that is not in the book. */
export function unknownVoice(c: Context, { names }: VoiceBook) {
  const known = cleanText(names.map((name) => `"${name}"`).join(', '), MAX_NAMES);
  return problem(c, 400, 'bad_request', `voice: expected one of ${known}`);
}
