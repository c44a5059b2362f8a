import { describe, expect, it } from 'vitest';
import type { Stt, SttCapabilities, SttResult, SttStream } from '#src/engines/stt';
import {
  all,
  brokenEngine,
  expectEnd,
  expectFailureOf,
  expectNoTimers,
  failureOf,
  listenersOf,
  type Make,
  sharedEngine,
} from './contract.ts';

const FRAME = 320;

/** What an engine of this kind has to show. */
export interface SttCase {
  readonly engine: string;
  readonly capabilities: SttCapabilities;
  readonly make: Make<Stt>;
  /** Mono s16 at 16 kHz, and what is said in it. */
  readonly speech: Int16Array;
  readonly says: string;
}

/** The contract of src/engines/stt.ts. */
export function sttContract({ engine, capabilities, make, speech, says }: SttCase): void {
  /** One array for all frames, as the audio path does. */
  const write = (stream: SttStream) => {
    const frame = new Int16Array(FRAME);
    for (let at = 0; at + FRAME <= speech.length; at += FRAME) {
      frame.set(speech.subarray(at, at + FRAME));
      stream.write(frame);
    }
    frame.fill(-1);
  };
  const open = (stt: Stt, signal = new AbortController().signal) => stt.open({ key: 'test', language: 'en', signal });

  describe(`${engine}, an Stt`, () => {
    const shared = sharedEngine(make);

    it('says of each utterance which engine does it and what that can do', async () => {
      const { engine: stt } = shared;
      const stream = open(stt);
      expect(stt.id).toBe(engine);
      expect([stream.engine, stream.capabilities]).toEqual([engine, capabilities]);
      write(stream);
      stream.end();
      await all(stream.results);
      expect([stream.engine, stream.capabilities]).toEqual([engine, capabilities]);
    });

    it('gives what was said as its last result, and partial results only where it says so', async () => {
      const { engine: stt } = shared;
      const stream = open(stt);
      write(stream);
      // With partial results the first words are known before the end; without, nothing comes before it.
      if (!capabilities.partials) stream.end();
      const results: SttResult[] = [];
      for await (const result of stream.results) {
        results.push(result);
        stream.end();
      }
      expect(results.at(-1)).toMatchObject({ type: 'final', text: says });
      const partials = results.slice(0, -1);
      expect(partials.every(({ type }) => type === 'partial')).toBe(true);
      expect(partials.length > 0).toBe(capabilities.partials);
      expect(results.some(({ words }) => words !== undefined)).toBe(capabilities.wordTimings);
    });

    it('ends without a final result when aborted, and lets go of the signal', async () => {
      const { engine: stt } = shared;
      const controller = new AbortController();
      const before = open(stt, controller.signal);
      const amid = open(stt, controller.signal);
      write(before);
      write(amid);
      amid.end();
      controller.abort();
      for (const stream of [before, amid, open(stt, controller.signal)]) {
        expect((await all<SttResult>(stream.results)).filter(({ type }) => type === 'final')).toEqual([]);
        stream.write(new Int16Array(FRAME));
        stream.end();
      }
      expect(listenersOf(controller.signal)).toBe(0);
    });

    it('throws an error of ours that names the engine', async () => {
      const stt = await brokenEngine(make);
      const { signal } = new AbortController();
      const stream = open(stt, signal);
      write(stream);
      stream.end();
      expectFailureOf(engine, await failureOf(stream.results[Symbol.asyncIterator]()));
      stream.write(new Int16Array(FRAME));
      stream.end();
      expect(listenersOf(signal)).toBe(0);
    });

    // The last test: it closes the engine of the others.
    it('leaves nothing behind when it is closed', async () => {
      const { engine: stt, clock } = shared;
      const { signal } = new AbortController();
      const stream = open(stt, signal);
      write(stream);
      stream.end();
      const ended = failureOf(stream.results[Symbol.asyncIterator]());
      await stt.close();
      expectEnd(engine, await ended);
      expect(listenersOf(signal)).toBe(0);
      await expectNoTimers(clock);
      await stt.close();
    });
  });
}
