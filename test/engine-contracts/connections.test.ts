import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '#src/core/clock';
import { ManualClock } from '#src/core/manual-clock';
import { HTTP_ENGINES, httpKind } from './remote-engines.ts';

const { signal } = new AbortController();

/** More than the client needs to read the end of an answer that the server has sent, turns of the event loop. */
const TURNS = 20;

describe.each(HTTP_ENGINES)('the connection of $name', ({ kind, start }) => {
  const setUp = async (clock = systemClock) => {
    const remote = await start(clock);
    onTestFinished(async () => {
      await remote.engine.close();
      await remote.fake.close();
    });
    /** Makes a call, up to the end of its answer on the wire: an Llm reads no further than the last word. */
    const call = async () => {
      await remote.call(signal);
      await expect.poll(() => remote.fake.requests.at(-1)?.answered).toBe(true);
      for (let turn = 0; turn < TURNS; turn++) await new Promise(setImmediate);
    };
    return { ...remote, call };
  };

  it('serves one call after the other', async () => {
    const { fake, call } = await setUp();
    for (const _ of [1, 2, 3]) await call();
    expect(fake.requests).toHaveLength(3);
    expect(fake.connections.made).toBe(1);
  });

  it('is opened ahead when a call is likely, once', async () => {
    const { fake, engine, call } = await setUp();
    engine.warm?.();
    engine.warm?.();
    await expect.poll(() => fake.connections.made).toBe(1);
    expect(fake.requests).toHaveLength(0);
    await call();
    expect(fake.connections.made).toBe(1);
  });

  it('costs no time when the server closes it just as the next call comes', async () => {
    // On this clock no pause ever ends.
    const { fake, call } = await setUp(new ManualClock());
    await call();
    fake.fail(httpKind(kind), { type: 'drop' });
    await call();
    expect(fake.requests.map(({ answered }) => answered)).toEqual([true, false, true]);
    expect(fake.connections.made).toBe(2);
  });

  it('is closed with the engine', async () => {
    const { fake, engine, call } = await setUp();
    await call();
    expect(fake.connections.open).toBe(1);
    await engine.close();
    await expect.poll(() => fake.connections.open).toBe(0);
  });
});
