import { getEventListeners } from 'node:events';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { listOf } from '../../../test/support/engines/fallback-list.ts';
import {
  deaf,
  fail,
  give,
  hang,
  type PlayedCall,
  PlayedLlm,
  PlayedStt,
  PlayedTts,
  type Step,
  take,
  wait,
} from '../../../test/support/engines/played-engines.ts';
import { pass, settle } from '../../../test/support/time/settle.ts';
import { AsyncQueue } from '../../core/async-queue.ts';
import type { ErrorCode } from '../../core/errors.ts';
import { ManualClock } from '../../core/manual-clock.ts';
import type { Llm } from '../llm.ts';
import type { Stt } from '../stt.ts';
import type { Tts } from '../tts.ts';
import { FallbackLlm } from './fallback-llm.ts';
import { FallbackStt } from './fallback-stt.ts';
import { FallbackTts } from './fallback-tts.ts';

const CODES: readonly ErrorCode[] = [
  'engine_auth',
  'engine_overloaded',
  'engine_rate_limited',
  'engine_timeout',
  'engine_unavailable',
  'engine_bad_request',
  'engine_bad_answer',
  'internal',
];

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 1_500 }).map(wait) },
  { weight: 4, arbitrary: fc.constant(give) },
  { weight: 3, arbitrary: fc.constantFrom(...CODES).map((code) => fail(code)) },
  { weight: 3, arbitrary: fc.constant(take) },
  { weight: 1, arbitrary: fc.constantFrom(hang, deaf) },
);

/** An engine that has begun to answer limits its own silences. */
function limited(steps: readonly Step[]): readonly Step[] {
  const first = steps.indexOf(give);
  return steps.map((step, at) => (first >= 0 && at > first && (step === hang || step === deaf) ? LATE : step));
}
const LATE = fail('engine_timeout');

const anyPart = fc.array(anyStep, { maxLength: 6 }).map(limited);

/** What each engine does in its calls. */
const anyEngines = fc.array(fc.array(anyPart, { minLength: 1, maxLength: 3 }), {
  minLength: 1,
  maxLength: 4,
});

/** When a call begins, how long its input takes, and when it is aborted. Milliseconds. */
interface Use {
  readonly atMs: number;
  readonly inputMs: number;
  readonly abortMs: number | undefined;
}

const anyUses: fc.Arbitrary<readonly Use[]> = fc.array(
  fc.record({
    atMs: fc.integer({ min: 0, max: 20_000 }),
    inputMs: fc.integer({ min: 0, max: 3_000 }),
    abortMs: fc.option(fc.integer({ min: 0, max: 4_000 }), { nil: undefined }),
  }),
  { minLength: 1, maxLength: 8 },
);

/** How a call has ended. */
interface Ended {
  /** The engines that made its output, one name for each piece. */
  readonly makers: readonly string[];
  /** The engine that the call named in the end. */
  readonly engine: string;
  readonly error: unknown;
  /** The engines named were always those at work: what a call named with each piece. */
  readonly named: readonly string[];
}

interface Engines {
  readonly id: string;
  readonly calls: readonly PlayedCall[];
}

/** Runs all uses in virtual time, and checks what holds of calls of every kind. */
async function checkAll(
  clock: ManualClock,
  engines: readonly Engines[],
  uses: readonly Use[],
  run: (caller: string, use: Use, signal: AbortSignal) => Promise<Ended>,
): Promise<ReadonlyMap<string, Ended>> {
  const ended = new Map<string, Ended>();
  const controllers = uses.map(() => new AbortController());
  const one = async (use: Use, index: number, controller: AbortController) => {
    await new Promise<void>((resolve) => clock.setTimer(resolve, use.atMs));
    if (use.abortMs !== undefined) clock.setTimer(() => controller.abort(), use.abortMs);
    ended.set(String(index), await run(String(index), use, controller.signal));
  };
  await settle(clock, Promise.all(controllers.map((controller, index) => one(uses[index] as Use, index, controller))));
  await pass(clock, 0);
  for (const [caller, { makers, engine, error, named }] of ended) {
    const signal = controllers[Number(caller)]?.signal;
    const own = engines.flatMap(({ id, calls }) =>
      calls.filter((call) => call.caller === caller).map((call) => ({ id, call })),
    );
    // Each engine tries once, nothing is mixed, and the engine named is the one that made it.
    expect(new Set(own.map(({ id }) => id)).size).toBe(own.length);
    expect(new Set(makers).size).toBeLessThanOrEqual(1);
    expect(named).toEqual(makers);
    if (makers.length > 0) expect(engine).toBe(makers[0]);
    // Whatever was begun is over, or was told to be.
    for (const { call } of own) expect(call.isOver || call.signal.aborted).toBe(true);
    if (signal) expect(getEventListeners(signal, 'abort')).toEqual([]);
    if (!error || signal?.aborted) continue;
    // All have tried in vain, or it failed amid its output.
    if (makers.length === 0) expect([own.length, engine]).toEqual([engines.length, engines[0]?.id]);
    expect(error).toMatchObject({ name: 'DialtoneError', engine });
  }
  return ended;
}

/** What came of a call that is an iteration. */
async function follow<Item>(
  call: AsyncIterable<Item> & { readonly engine: string },
  makerOf: (item: Item) => string,
): Promise<Ended> {
  const makers: string[] = [];
  const named: string[] = [];
  let error: unknown;
  try {
    for await (const item of call) {
      makers.push(makerOf(item));
      named.push(call.engine);
    }
  } catch (thrown) {
    error = thrown;
  }
  return { makers, named, engine: call.engine, error };
}

function expectAborts(ended: ReadonlyMap<string, Ended>): void {
  for (const { error } of ended.values()) {
    if (error instanceof DOMException) expect(error.name).toBe('AbortError');
  }
}

it('a reply comes from one model, whatever fails, and every call ends', async () => {
  await fc.assert(
    fc.asyncProperty(anyEngines, anyUses, async (parts, uses) => {
      const clock = new ManualClock();
      const engines = parts.map((own, index) => new PlayedLlm('abcd'.charAt(index), clock, ...own));
      const { list } = listOf<Llm>('llm', clock, engines);
      const llm = new FallbackLlm(list);
      const ended = await checkAll(clock, engines, uses, (content, _use, signal) => {
        const reply = llm.reply([{ role: 'user', content }], { signal });
        return follow(reply, (delta) => (delta.type === 'token' ? delta.text.charAt(0) : ''));
      });
      expectAborts(ended);
    }),
  );
});

it('a text is spoken by one voice, which has all of it, whatever fails, and every call ends', async () => {
  await fc.assert(
    fc.asyncProperty(anyEngines, anyUses, async (parts, uses) => {
      const clock = new ManualClock();
      const engines = parts.map((own, index) => new PlayedTts('abcd'.charAt(index), clock, ...own));
      const { list } = listOf<Tts>('tts', clock, engines);
      const tts = new FallbackTts(list);
      const ended = await checkAll(clock, engines, uses, (voice, { inputMs }, signal) => {
        const text = new AsyncQueue<string>();
        for (const [index, piece] of ['One', 'two', 'three', 'four.'].entries()) {
          clock.setTimer(() => text.push(piece), (index * inputMs) / 4);
        }
        clock.setTimer(() => text.end(), inputMs);
        return follow(tts.speak(text, { voice, signal }), ({ sampleRate }) => String.fromCharCode(sampleRate / 100));
      });
      expectAborts(ended);
      for (const call of engines.flatMap(({ calls }) => calls)) {
        const whole = call.text.join(' ');
        expect('One two three four.'.startsWith(whole)).toBe(true);
        if (call.isEnded) expect(whole).toBe('One two three four.');
      }
    }),
  );
});

it('an utterance is heard whole and in order by the recogniser that tells its text, and every call ends', async () => {
  await fc.assert(
    fc.asyncProperty(anyEngines, anyUses, async (parts, uses) => {
      const clock = new ManualClock();
      const engines = parts.map((own, index) => new PlayedStt('abcd'.charAt(index), clock, ...own));
      const { list } = listOf<Stt>('stt', clock, engines);
      const stt = new FallbackStt(list);
      const ended = await checkAll(clock, engines, uses, async (key, { inputMs }, signal) => {
        const stream = stt.open({ key, signal });
        for (let at = 0; at < 10; at++) {
          clock.setTimer(
            () => stream.write(Int16Array.from({ length: 7 }, (_, index) => at * 7 + index)),
            (at * inputMs) / 10,
          );
        }
        clock.setTimer(() => stream.end(), inputMs);
        let final: string | undefined;
        let error: unknown;
        try {
          for await (const { type, text } of stream.results) if (type === 'final') final = text;
        } catch (thrown) {
          error = thrown;
        }
        const makers = final === undefined ? [] : [final.charAt(0)];
        if (final !== undefined) {
          expect(final).toBe(`${stream.engine} 70`);
          const heard = engines.find(({ id }) => id === stream.engine)?.calls.find(({ caller }) => caller === key);
          expect(heard?.samples).toEqual(Array.from({ length: 70 }, (_, index) => index));
        }
        // Without a final text there is an error, or the caller has left.
        else expect(error !== undefined || signal.aborted).toBe(true);
        return { makers, named: makers, engine: stream.engine, error };
      });
      // A caller that leaves is told of no error.
      for (const { error } of ended.values()) expect(error).not.toBeInstanceOf(DOMException);
    }),
  );
});
