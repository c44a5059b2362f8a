import { describe, expect, it, onTestFinished } from 'vitest';
import type { Clock } from '#src/core/clock';
import { DialtoneError } from '#src/core/errors';
import { type ErrorClass, errorClass } from '#src/engines/fallback/error-class';
import { EngineHealth } from '#src/engines/fallback/health';
import type { FakeGroqFault } from '../fakes/fake-groq.ts';
import type { FakeKyutaiFault } from '../fakes/fake-kyutai-channel.ts';
import type { FakeWyomingFault } from '../fakes/fake-wyoming.ts';
import { VirtualTime } from '../support/time/virtual-time.ts';
import { HTTP_ENGINES, httpKind, KYUTAI_ENGINES, type RemoteCase, WYOMING_ENGINES } from './remote-engines.ts';

// What a failure of each engine means for the next call: by this a list of engines, the breaker and the spoken apology decide.

/** How long servers of these tests are silent, milliseconds: longer than any engine waits. */
const LONG_MS = 600_000;

/** An HTTP date so far ahead. Its unit is the second. */
const inSeconds = (clock: Clock, seconds: number) => new Date(clock.wallNow() + seconds * 1_000).toUTCString();

/** What goes wrong, and what that is. */
type Row<Fault> = readonly [what: string, is: ErrorClass, fault: Fault | 'gone' | 'locked'];

const HTTP_ROWS: readonly Row<FakeGroqFault>[] = [
  ['a refused key', 'auth', 'locked'],
  ['403', 'auth', { type: 'status', status: 403 }],
  ['429', 'rate_limit', { type: 'status', status: 429, retryAfter: 60 }],
  ['503 without room', 'capacity', { type: 'status', status: 503, message: 'Server busy, please try again.' }],
  ['500', 'network', { type: 'status', status: 500 }],
  ['503', 'network', { type: 'status', status: 503 }],
  ['connections that are closed without an answer', 'network', { type: 'drop' }],
  ['no server', 'network', 'gone'],
  ['silence', 'timeout', { type: 'slow', delayMs: LONG_MS }],
  ['silence amid the answer', 'timeout', { type: 'stall', afterPieces: 1 }],
  ['413', 'bad_request', { type: 'status', status: 413 }],
  ['a context that is too long', 'bad_request', { type: 'status', status: 400, code: 'context_length_exceeded' }],
  ['404', 'misconfigured', { type: 'status', status: 404, code: 'model_not_found' }],
  ['what is no answer', 'bad_answer', { type: 'garbage' }],
  ['an answer that breaks off', 'bad_answer', { type: 'cut', afterPieces: 1, clean: false }],
];

const KYUTAI_ROWS: readonly Row<FakeKyutaiFault>[] = [
  ['a refused key', 'auth', 'locked'],
  ['no free channel', 'capacity', { type: 'no_free_channels' }],
  ['no server', 'network', 'gone'],
  ['an error of the server', 'network', { type: 'error', afterMessages: 1, message: 'CUDA out of memory' }],
  ['no channel in time', 'timeout', { type: 'never_ready' }],
  ['silence', 'timeout', { type: 'silence', afterMessages: 1 }],
  ['what is no msgpack', 'bad_answer', { type: 'malformed', afterMessages: 1 }],
  ['an answer that breaks off', 'bad_answer', { type: 'cut', afterMessages: 1 }],
];

const WYOMING_ROWS: readonly Row<FakeWyomingFault>[] = [
  ['no server', 'network', 'gone'],
  ['an error of the server', 'network', { type: 'error', afterEvents: 0, text: 'CUDA out of memory' }],
  ['silence', 'timeout', { type: 'silence', afterEvents: 0 }],
  ['what is no event', 'bad_answer', { type: 'malformed', afterEvents: 0 }],
  ['an answer that breaks off', 'bad_answer', { type: 'cut', afterEvents: 0, clean: true }],
];

/** One test a row. @param fail has every call of the engine meet the fault */
function classesOf<Fake extends { close(): Promise<void> }, Fault>(
  { name, start }: RemoteCase<Fake>,
  rows: readonly Row<Fault>[],
  fail: (fake: Fake, fault: Fault, clock: Clock) => void,
): void {
  describe(`a failure of ${name}`, () => {
    it.each(rows)('%s: %s', async (_, is, fault) => {
      const time = new VirtualTime();
      const { fake, engine, call } = await start(time.clock, { isLocked: fault === 'locked', limitMs: 1_000 });
      if (fault === 'gone') await fake.close();
      else if (fault !== 'locked') fail(fake, fault, time.clock);
      const { signal } = new AbortController();
      const error = await time.during(call(signal).catch((thrown: unknown) => thrown));
      expect(error).toBeInstanceOf(DialtoneError);
      expect(error).toMatchObject({ engine: engine.id, message: expect.stringMatching(/\w/) });
      expect(errorClass(error)).toBe(is);
      await engine.close();
      if (fault !== 'gone') await fake.close();
    });
  });
}

for (const remote of HTTP_ENGINES) {
  classesOf(remote, HTTP_ROWS, (fake, fault, clock) =>
    fake.fail(httpKind(remote.kind), fault.type === 'slow' ? { ...fault, clock } : fault, Number.POSITIVE_INFINITY),
  );
}
for (const remote of KYUTAI_ENGINES) {
  classesOf(remote, KYUTAI_ROWS, (fake, fault) => fake.fail(remote.kind as 'stt', fault, Number.POSITIVE_INFINITY));
}
for (const remote of WYOMING_ENGINES) {
  const kind = remote.kind === 'stt' ? 'transcribe' : 'synthesize';
  classesOf(remote, WYOMING_ROWS, (fake, fault) => fake.fail(kind, fault, Number.POSITIVE_INFINITY));
}

describe.each(HTTP_ENGINES.filter(({ kind }) => kind === 'llm'))(
  'how long $name asks to be left alone',
  ({ kind, start }) => {
    it.each([
      ['in seconds', 429, 'full', () => 6],
      ['as an HTTP date', 429, 'full', (clock: Clock) => inSeconds(clock, 6)],
      ['as an HTTP date, for want of room', 503, 'full', (clock: Clock) => inSeconds(clock, 6)],
    ] as const)('%s (%i) is how long its server is left alone', async (_, status, state, header) => {
      const time = new VirtualTime();
      const { fake, engine, call } = await start(time.clock);
      const health = new EngineHealth({ kind, engine, clock: time.clock, random: () => 0, report: () => undefined });
      onTestFinished(async () => {
        health.close();
        await engine.close();
        await fake.close();
      });
      const message = 'Server busy, please try again.';
      fake.fail(httpKind(kind), { type: 'status', status, message, retryAfter: header(time.clock) });
      const verdict = health.begin();
      const { signal } = new AbortController();
      const error = await time.during(call(signal).catch((thrown: unknown) => thrown));
      verdict.failed(error as DialtoneError);
      expect((error as DialtoneError).message).toMatch(/Try again in (5|6) s\.$/);
      const asked = () => fake.requests.filter((request) => request.kind === 'models').length;
      await time.pass(4_000);
      expect([health.status.state, asked()]).toEqual([state, 0]);
      await time.until(() => expect(health.status.state).toBe('up'));
      expect(asked()).toBe(1);
    });
  },
);
