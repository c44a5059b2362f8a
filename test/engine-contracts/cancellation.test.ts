import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '#src/core/clock';
import type { FakeKyutai } from '../fakes/fake-kyutai.ts';
import { HTTP_ENGINES, httpKind, KYUTAI_ENGINES, type RemoteCase, WYOMING_ENGINES } from './remote-engines.ts';

// A user who interrupts the device aborts what it does. That has to reach the server, which works for nothing otherwise.

/** How long servers of these tests are silent, milliseconds. */
const LONG_MS = 600_000;

/** What a test looks at. */
interface Server<Fake> {
  /** The next call is not answered, or stands still amid its answer. */
  readonly stall: (fake: Fake, when: 'before' | 'amid') => void;
  /** How many calls have come in. */
  readonly calls: (fake: Fake) => number;
  /** Whether the client has broken off the last one. */
  readonly isBrokenOff: (fake: Fake) => boolean | undefined;
}

function cancels<Fake extends { close(): Promise<void> }>(
  { name, kind, start }: RemoteCase<Fake>,
  server: Server<Fake>,
) {
  describe(`a call of ${name}`, () => {
    // A recogniser says nothing of a finished utterance before its final text.
    const moments = kind === 'stt' ? (['before'] as const) : (['before', 'amid'] as const);
    it.each(moments)('is broken off at the server when it is aborted %s its answer', async (when) => {
      const { fake, engine, call } = await start(systemClock);
      onTestFinished(async () => {
        await engine.close();
        await fake.close();
      });
      server.stall(fake, when);
      const user = new AbortController();
      let hasBegun = false;
      const ended = call(user.signal, () => {
        hasBegun = true;
      }).catch((error: unknown) => error);
      await expect.poll(() => (when === 'before' ? server.calls(fake) > 0 : hasBegun)).toBe(true);
      expect(server.isBrokenOff(fake)).not.toBe(true);
      user.abort();
      // A recogniser's results just end.
      expect(await ended).toEqual(kind === 'stt' ? undefined : expect.objectContaining({ name: 'AbortError' }));
      await expect.poll(() => server.isBrokenOff(fake)).toBe(true);
      expect(server.calls(fake)).toBe(1);
    });
  });
}

for (const remote of HTTP_ENGINES) {
  cancels(remote, {
    stall: (fake, when) =>
      fake.fail(
        httpKind(remote.kind),
        // A reply has its first word in the second piece, speech its first sound in the third one.
        when === 'before' ? { type: 'slow', delayMs: LONG_MS } : { type: 'stall', afterPieces: 3 },
      ),
    calls: ({ requests }) => requests.length,
    isBrokenOff: ({ requests }) => requests.at(-1)?.closedEarly,
  });
}
for (const remote of KYUTAI_ENGINES) {
  const links = ({ ears, voices }: FakeKyutai) => (remote.kind === 'stt' ? ears : voices);
  cancels(remote, {
    stall: (fake, when) =>
      fake.fail(remote.kind as 'stt', { type: 'silence', afterMessages: when === 'before' ? 0 : 2 }),
    calls: (fake) => links(fake).length,
    isBrokenOff: (fake) => links(fake).at(-1)?.channel.isClosed,
  });
}
for (const remote of WYOMING_ENGINES) {
  const kind = remote.kind === 'stt' ? 'transcribe' : 'synthesize';
  cancels(remote, {
    stall: (fake, when) => fake.fail(kind, { type: 'silence', afterEvents: when === 'before' ? 0 : 2 }),
    calls: ({ requests }) => requests.filter((request) => request.kind === kind).length,
    isBrokenOff: ({ requests }) => requests.findLast((request) => request.kind === kind)?.closedEarly,
  });
}
