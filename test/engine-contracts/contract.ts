import { getEventListeners } from 'node:events';
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest';
import { type Clock, systemClock, type Timer } from '#src/core/clock';
import { DialtoneError, isAbort } from '#src/core/errors';
import { Secret } from '#src/core/secret';
import type { Engine } from '#src/engines/engine-call';
import { createServiceClient, type ServiceClient } from '#src/engines/openai/requests/client';
import { GROQ } from '#src/engines/openai/requests/service';
import { createWyomingClient, type WyomingClient } from '#src/engines/wyoming/client';
import { type FakeGroq, type FakeGroqOptions, startFakeGroq } from '../fakes/fake-groq.ts';
import { type FakeKyutaiOptions, startFakeKyutai } from '../fakes/fake-kyutai.ts';
import { type FakeWyomingOptions, startFakeWyoming } from '../fakes/fake-wyoming.ts';

/** The machine's clock, and how many of its timers wait. */
export class CountingClock implements Clock {
  readonly #waiting = new Set<Timer>();

  now(): number {
    return systemClock.now();
  }

  wallNow(): number {
    return systemClock.wallNow();
  }

  setTimer(run: () => void, delayMs: number): Timer {
    const timer = systemClock.setTimer(() => {
      this.#waiting.delete(timer);
      run();
    }, delayMs);
    this.#waiting.add(timer);
    return timer;
  }

  clearTimer(timer: Timer | undefined): void {
    systemClock.clearTimer(timer);
    if (timer) this.#waiting.delete(timer);
  }

  get pending(): number {
    return this.#waiting.size;
  }
}

/** How an engine is made. */
export interface Making {
  readonly clock: CountingClock;
  /** Every call of it is to fail, for a reason of the engine's own. */
  readonly broken: boolean;
  /** Is done behind the tests. */
  readonly atEnd: (close: () => Promise<void>) => void;
}

/** What makes an engine. */
export type Make<E extends Engine> = (making: Making) => E | Promise<E>;

/** One engine for all tests of a suite, since some take seconds to start, and its clock. */
export function sharedEngine<E extends Engine>(make: Make<E>): { readonly clock: CountingClock; readonly engine: E } {
  const clock = new CountingClock();
  const closers: (() => Promise<void>)[] = [];
  let engine: E;
  beforeAll(async () => {
    engine = await make({ clock, broken: false, atEnd: (close) => closers.push(close) });
  });
  afterAll(async () => {
    await engine.close();
    for (const close of closers) await close();
  });
  return {
    clock,
    get engine() {
      return engine;
    },
  };
}

/** An engine whose calls fail, for one test. */
export async function brokenEngine<E extends Engine>(make: Make<E>): Promise<E> {
  const engine = await make({ clock: new CountingClock(), broken: true, atEnd: onTestFinished });
  onTestFinished(() => engine.close());
  return engine;
}

/** A client of a fake Groq of its own. */
export async function groqFor({ clock, broken, atEnd }: Making, options: FakeGroqOptions = {}): Promise<ServiceClient> {
  const fake: FakeGroq = await startFakeGroq(options);
  atEnd(() => fake.close());
  if (broken) {
    const fault = { type: 'status', status: 401 } as const;
    for (const kind of ['chat', 'transcription', 'speech'] as const) fake.fail(kind, fault, Number.POSITIVE_INFINITY);
  }
  return createServiceClient(GROQ, { apiKey: new Secret(fake.apiKey), baseUrl: fake.url, clock, random: Math.random });
}

/** The address of a fake Kyutai of its own, and what its engines are made with besides. */
export async function kyutaiFor({ clock, broken, atEnd }: Making, options: FakeKyutaiOptions = {}) {
  const fake = await startFakeKyutai({ ...options, ...(broken && { apiKey: 'another' }) });
  atEnd(() => fake.close());
  return { address: fake.url, clock, random: Math.random };
}

/** A client of a fake Wyoming server of its own. */
export async function wyomingFor(
  { clock, broken, atEnd }: Making,
  options: FakeWyomingOptions,
): Promise<WyomingClient> {
  const fake = await startFakeWyoming(options);
  atEnd(() => fake.close());
  const fault = { type: 'error', afterEvents: 0, text: 'out of memory' } as const;
  for (const kind of ['transcribe', 'synthesize'] as const)
    if (broken) fake.fail(kind, fault, Number.POSITIVE_INFINITY);
  return createWyomingClient(fake.url, 'STT_WYOMING_URL', { clock, quietTimeoutMs: 10_000 });
}

/** That no timer waits, once what was aborted has come to its end. */
export function expectNoTimers(clock: CountingClock): Promise<void> {
  return expect.poll(() => clock.pending, { timeout: 20_000 }).toBe(0);
}

/** How many listen to the end of a call. */
export function listenersOf(signal: AbortSignal): number {
  return getEventListeners(signal, 'abort').length;
}

/** What an iteration gives until its end. */
export async function all<T>(values: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const value of values) list.push(value);
  return list;
}

/** Reads an iteration on to its end; what it throws, or undefined. */
export async function failureOf(values: AsyncIterator<unknown>): Promise<unknown> {
  try {
    while (!(await values.next()).done);
    return undefined;
  } catch (error) {
    return error;
  }
}

/** That an error is one of ours and says which engine has failed. */
export function expectFailureOf(engine: string, error: unknown): void {
  expect(error).toBeInstanceOf(DialtoneError);
  expect(error).toMatchObject({ engine, message: expect.stringMatching(/\w/) });
  expect((error as DialtoneError).code).toMatch(/^(engine_\w+|speech_host_down)$/);
}

/** That a call that its engine has closed ended by itself, was aborted, or says which engine it was. */
export function expectEnd(engine: string, error: unknown): void {
  if (error !== undefined && !isAbort(error)) expectFailureOf(engine, error);
}
