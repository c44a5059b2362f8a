import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { listOf } from '../../../test/support/engines/fallback-list.ts';
import {
  deaf,
  fail,
  give,
  hang,
  PlayedStt,
  type Step,
  take,
  wait,
} from '../../../test/support/engines/played-engines.ts';
import { pass, quiet, settle } from '../../../test/support/time/settle.ts';
import { ManualClock } from '../../core/manual-clock.ts';
import type { Stt, SttOptions, SttStream } from '../stt.ts';
import { FallbackStt } from './fallback-stt.ts';
import { FALLBACK_MAX_UTTERANCE_MS } from './fallback-stt-stream.ts';

/** One recogniser for each list of steps, named a, b, c …; b gives no partial results. */
function sttOf(...parts: readonly (readonly Step[])[]) {
  const clock = new ManualClock();
  const engines = parts.map((steps, index) => new PlayedStt('abcd'.charAt(index), clock, steps));
  const { list, said } = listOf<Stt>('stt', clock, engines);
  const stt = new FallbackStt(list);
  const open = (more: Partial<SttOptions> = {}) =>
    stt.open({ key: 'kitchen', signal: new AbortController().signal, ...more });
  return { clock, engines, list, said, stt, open };
}

/** Samples that count on, so that a lost, doubled or misplaced one is seen. */
function counted(from: number, count: number): Int16Array {
  return Int16Array.from({ length: count }, (_, index) => (from + index) % 30_000);
}

const upTo = (count: number) => [...counted(0, count)];

async function read({ results }: SttStream): Promise<{ said: string[]; error?: unknown }> {
  const said: string[] = [];
  try {
    for await (const { type, text } of results) said.push(`${type} ${text}`);
    return { said };
  } catch (error) {
    return { said, error };
  }
}

const HEAR: readonly Step[] = [take, give];

describe('FallbackStt', () => {
  it.each<[string, (readonly Step[])[], string[], string]>([
    ['has the first choice listen', [[wait(10), give, ...HEAR], HEAR], ['partial a 200', 'final a 400'], 'a'],
    ['moves on when it fails on opening', [[fail()], HEAR], ['final b 400'], 'b'],
    ['moves on when it fails amid', [[wait(10), give, fail()], HEAR], ['partial a 200', 'final b 400'], 'b'],
    ['moves on when it fails at the end', [[take, fail()], HEAR], ['final b 400'], 'b'],
    ['moves on when it ends without a final text', [[take], HEAR], ['final b 400'], 'b'],
    ['moves on when no final text comes', [[take, hang], HEAR], ['final b 400'], 'b'],
    ['moves on when it is dead', [[deaf], HEAR], ['final b 400'], 'b'],
    ['moves on twice', [[fail()], [take, fail()], [wait(50), give, ...HEAR]], ['final c 400'], 'c'],
  ])('%s', async (_, parts, wanted, engine) => {
    const { clock, engines, open } = sttOf(...parts);
    const stream = open();
    const reading = read(stream);
    stream.write(counted(0, 200));
    await pass(clock, 20);
    stream.write(counted(200, 200));
    await pass(clock, 5_000);
    stream.end();
    const { said, error } = await settle(clock, reading);
    expect([error, stream.engine]).toEqual([undefined, engine]);
    expect(said).toEqual(wanted);
    expect(engines.find(({ id }) => id === engine)?.calls[0]).toMatchObject({ samples: upTo(400), isEnded: true });
    expect(clock.pending).toBe(0);
  });

  it('does not count the time that the user speaks', async () => {
    const { clock, open } = sttOf([take, wait(999), give], HEAR);
    const stream = open();
    const reading = read(stream);
    await pass(clock, 20_000);
    stream.end();
    expect(await settle(clock, reading)).toEqual({ said: ['final a 0'] });
  });

  it('says what the engine that listens can do', async () => {
    const { clock, open } = sttOf([wait(10), fail()], [take, fail()], HEAR);
    const stream = open();
    expect([stream.engine, stream.capabilities.partials]).toEqual(['a', true]);
    await pass(clock, 10);
    expect([stream.engine, stream.capabilities.partials]).toEqual(['b', false]);
    stream.end();
    await quiet();
    expect([stream.engine, stream.capabilities.partials]).toEqual(['c', true]);
  });

  it('throws the error of the first choice when all fail, and is its utterance again', async () => {
    const { clock, open, said } = sttOf([take, fail('engine_timeout')], [take, fail('engine_auth')]);
    const stream = open();
    stream.end();
    const { error } = await settle(clock, read(stream));
    expect(error).toMatchObject({ code: 'engine_timeout', engine: 'a', details: ['b: it fails: engine_auth'] });
    expect(stream.engine).toBe('a');
    expect(said()).toEqual(['engine.state b down', 'engine.error b engine_auth']);
  });

  it.each<[string, Step[]]>([
    ['an engine that listens', [hang]],
    ['a dead engine', [deaf]],
    ['an engine that thinks', [take, hang]],
  ])('ends without a final result when aborted: %s', async (_, steps) => {
    const { clock, engines, open, said, list } = sttOf(steps, HEAR);
    const controller = new AbortController();
    const stream = open({ signal: controller.signal });
    const reading = read(stream);
    stream.write(counted(0, 100));
    stream.end();
    await pass(clock, 500);
    controller.abort();
    expect(await settle(clock, reading)).toEqual({ said: [] });
    expect(engines[0]?.calls[0]?.signal.aborted).toBe(true);
    expect([engines[1]?.calls, said(), clock.pending]).toEqual([[], [], 0]);
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
    expect(list.status[0]?.lastError).toBeUndefined();
  });

  it('moves on also while the results are not read', async () => {
    const { clock, open } = sttOf([fail()], HEAR);
    const stream = open();
    stream.write(counted(0, 100));
    stream.end();
    await pass(clock, 100);
    expect(await settle(clock, read(stream))).toEqual({ said: ['final b 100'] });
  });

  it('keeps no audio where there is no other engine', async () => {
    const { clock, engines, open } = sttOf([take, give]);
    const stream = open();
    for (let at = 0; at < FALLBACK_MAX_UTTERANCE_MS * 16 + 7_000; at += 7_000) stream.write(counted(at, 7_000));
    stream.end();
    expect(await settle(clock, read(stream))).toEqual({ said: [`final a ${engines[0]?.calls[0]?.samples.length}`] });
    expect(engines[0]?.calls[0]?.samples.length).toBeGreaterThan(FALLBACK_MAX_UTTERANCE_MS * 16);
  });

  it('drops what is longer than a minute, for all engines alike, and says that the utterance should end', async () => {
    const { clock, engines, open } = sttOf([take, fail()], HEAR);
    const stream = open();
    const reading = read(stream);
    const most = FALLBACK_MAX_UTTERANCE_MS * 16;
    for (let at = 0; at < most + 16_000; at += 7_000) stream.write(counted(at, 7_000));
    await quiet();
    stream.end();
    expect(await settle(clock, reading)).toEqual({ said: ['partial ', `final b ${most}`] });
    for (const { calls } of engines) {
      const samples = calls[0]?.samples ?? [];
      expect(samples.length).toBe(most);
      expect(samples.every((sample, index) => sample === index % 30_000)).toBe(true);
    }
  });
});
